"""``python -m sandbox.psa.connectwise --port 0`` serves the simulated ConnectWise PSA."""

import asyncio

from sandbox.psa.connectwise.stories import connectwise_world
from sandbox.psa.standalone import main

if __name__ == "__main__":
    asyncio.run(main(connectwise_world))
