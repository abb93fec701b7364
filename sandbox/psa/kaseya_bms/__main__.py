"""``python -m sandbox.psa.kaseya_bms --port 0`` serves the simulated Kaseya BMS."""

import asyncio

from sandbox.psa.kaseya_bms.stories import kaseya_bms_world
from sandbox.psa.standalone import main

if __name__ == "__main__":
    asyncio.run(main(kaseya_bms_world))
