"""Writes the results: a table for the terminal, and docs/performance.md."""

import os
import platform
from collections.abc import Sequence
from typing import Final

from bench.report import Aim, Report
from bench.running import ROOT

PAGE: Final = ROOT / "docs" / "performance.md"
BUSY: Final = 1.0
HOW_TO_READ: Final = (
    "A number is the median, in brackets are the lowest and the highest. What is compared was measured in turn in one "
    "run, and a ratio is the median of the ratios of the rounds: trust ratios, not seconds. All servers are simulated "
    "ones on loopback, each a process of its own."
)


def write(reports: Sequence[Report], load_before: float) -> None:
    parts = [
        "# Performance",
        "Written by `make bench` (`python -m bench`) from what it measured; nothing here is typed by hand.",
        machine(load_before),
        HOW_TO_READ,
        *(section(report) for report in reports),
    ]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def machine(load_before: float) -> str:
    busy = " Other work may have been going on: what needs computing may have taken longer."
    others = busy if load_before > BUSY else ""
    return (
        f"Machine: {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}; "
        f"load average before the run {load_before:.1f}.{others}"
    )


def section(report: Report) -> str:
    aims = table(("aim", "promised", "measured", ""), [aim_row(aim) for aim in report.aims])
    notes = "\n".join(f"- {note}" for note in report.notes)
    return "\n\n".join([f"## {report.title}", table(report.columns, report.rows), aims, notes])


def aim_row(aim: Aim) -> Sequence[str]:
    return aim.what, aim.aim, aim.measured, "met" if aim.met else "**missed**"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def show(report: Report) -> None:
    """The same on the terminal, in columns."""
    print(f"\n{report.title}")
    for rows in ([report.columns, *report.rows], [aim_row(aim) for aim in report.aims]):
        widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
        for row in rows:
            print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        print()
