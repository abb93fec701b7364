"""``python -m sandbox.psa.halopsa --port 0`` serves the simulated HaloPSA."""

import asyncio

from sandbox.psa.halopsa.stories import halopsa_world
from sandbox.psa.standalone import main

if __name__ == "__main__":
    asyncio.run(main(halopsa_world))
