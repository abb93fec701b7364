"""``python -m sandbox.psa.autotask --port 0`` serves the simulated Autotask."""

import asyncio

from sandbox.psa.autotask.stories import autotask_world
from sandbox.psa.standalone import main

if __name__ == "__main__":
    asyncio.run(main(autotask_world))
