"""Name of the CPU, for records of measurements and trainings."""

from __future__ import annotations

import platform
from pathlib import Path

_LINUX_INFO = Path("/proc/cpuinfo")


def processor_name(info: Path = _LINUX_INFO) -> str:
    """Return the model name of the CPU, or its architecture if the name is unknown.

    Args:
        info: File in which Linux describes its CPUs.
    """
    if info.exists():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
