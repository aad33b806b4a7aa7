"""Peak memory of this process."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import psutil

_LINUX_STATUS = Path("/proc/self/status")


def peak_memory_bytes() -> int:
    """Return the largest resident memory of this process so far.

    It covers the whole lifetime of the process, not one job.
    """
    if _LINUX_STATUS.exists():
        # getrusage would include the parent's memory at the time of the fork.
        for line in _LINUX_STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    if sys.platform == "win32":  # pragma: no cover - only there
        return int(psutil.Process().memory_info().peak_wset)
    resource = importlib.import_module("resource")
    peak = int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    # macOS reports bytes, other systems KiB.
    return peak if sys.platform == "darwin" else peak * 1024
