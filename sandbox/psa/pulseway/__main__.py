"""``python -m sandbox.psa.pulseway --port 0`` serves the simulated Pulseway PSA."""

import asyncio

from sandbox.psa.kaseya_family.standalone import main
from sandbox.psa.pulseway.stories import pulseway_world

if __name__ == "__main__":
    asyncio.run(main(pulseway_world))
