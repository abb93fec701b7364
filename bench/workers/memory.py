"""How much memory this process has had at most."""

import re
import resource
from pathlib import Path
from typing import Final

STATUS: Final = Path("/proc/self/status")


def peak_megabytes() -> float:
    """Linux's ru_maxrss also counts what the process that started this one had, so its own status is read there."""
    if STATUS.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text())):
        return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # macOS counts in bytes
