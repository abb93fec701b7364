"""``python -m bench``: measures everything, prints it, and writes docs/performance.md. Takes some half an hour."""

import os
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from bench import burst, fleet, full_sync, memory, page, per_psa, question, settings_sync, write_path
from bench.report import Report

MEASUREMENTS: Final[Mapping[str, Callable[[], Report]]] = MappingProxyType(
    {
        "full-sync": full_sync.measure,
        "question": question.measure,
        "burst": burst.measure,
        "per-psa": per_psa.measure,
        "settings-sync": settings_sync.measure,
        "workers": fleet.measure,
        "write-path": write_path.measure,
        "memory": memory.measure,
    }
)


def main(names: list[str]) -> int:
    """With names: only these, and only on the terminal."""
    unknown = set(names) - set(MEASUREMENTS)
    if unknown:
        print(f"There is no measurement {', '.join(sorted(unknown))}. There are: {', '.join(MEASUREMENTS)}.")
        return 2
    load_before = os.getloadavg()[0]
    reports = []
    for name, measure in MEASUREMENTS.items():
        if not names or name in names:
            reports.append(measure())
            page.show(reports[-1])
    if not names:
        page.write(reports, load_before)
        print(f"Written: docs/{page.PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
