"""``python -m sandbox.psa.syncro --port 0`` serves the simulated Syncro."""

import asyncio

from sandbox.psa.standalone import main
from sandbox.psa.syncro.stories import syncro_world

if __name__ == "__main__":
    asyncio.run(main(syncro_world))
