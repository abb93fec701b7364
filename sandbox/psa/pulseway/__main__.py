"""``python -m sandbox.psa.pulseway --port 0`` serves the simulated Pulseway PSA."""

import asyncio

from sandbox.psa.pulseway.stories import pulseway_world
from sandbox.psa.standalone import main

if __name__ == "__main__":
    asyncio.run(main(pulseway_world))
