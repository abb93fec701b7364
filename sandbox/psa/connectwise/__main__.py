"""``python -m sandbox.psa.connectwise --port 0`` serves the simulated ConnectWise PSA."""

import asyncio

from sandbox.psa.standalone import main
from sandbox.stories import connectwise_world

if __name__ == "__main__":
    asyncio.run(main(connectwise_world))
