"""Tells how much memory this process has used at most."""

from __future__ import annotations

import importlib
import sys

import psutil


def peak_memory_bytes() -> int:
    """Return the largest resident memory of this process so far.

    It covers the whole life of the process, not one job.
    """
    if sys.platform == "win32":  # pragma: no cover - only there
        return int(psutil.Process().memory_info().peak_wset)
    resource = importlib.import_module("resource")
    peak = int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    # Linux counts in KiB, macOS in bytes.
    return peak if sys.platform == "darwin" else peak * 1024
