"""Runs campaigns and prints what they found.

Usage: python -m tests.campaigns.run [NAME...] [--count N] [--seed N] [--json FILE]
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.campaigns.report import Report

NAMES = (
    "pictures", "networks", "documents", "kills", "together", "full_disk", "memory", "odd_files",
)  # fmt: skip


def main() -> int:
    """Run the campaigns that are named; all of them by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME")
    parser.add_argument("--count", type=int, help="inputs or moments; each has its own default")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="write every failure into this file")
    options = parser.parse_args()
    reports: list[Report] = []
    for name in options.names or NAMES:
        module = importlib.import_module(f"tests.campaigns.{name}")
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix=f"campaign-{name}-") as folder:
            count = options.count or module.COUNT
            report: Report = module.attack(Path(folder), count=count, seed=options.seed)
        reports.append(report)
        print(report.row(), f"{time.monotonic() - begun:.0f} s", flush=True)
        for line in report.wrong[:20]:
            print("   ", line, flush=True)
    if options.json:
        plain = [dataclasses.asdict(report) for report in reports]
        options.json.write_text(json.dumps(plain, indent=1), encoding="utf-8")
    return int(any(report.wrong for report in reports))


if __name__ == "__main__":
    sys.exit(main())
