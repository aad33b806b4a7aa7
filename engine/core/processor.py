"""Names the processor that a measurement or a training ran on."""

from __future__ import annotations

import platform
from pathlib import Path

_LINUX_INFO = Path("/proc/cpuinfo")


def processor_name(info: Path = _LINUX_INFO) -> str:
    """Return the processor's name as its maker gives it, or its architecture where none is told.

    Args:
        info: File that Linux describes its processors in.
    """
    if info.exists():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
