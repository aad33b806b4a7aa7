"""Keeps background work from making the window wait for the CPU."""

from __future__ import annotations

import os
import sys
import threading

LOADER_NICENESS = 15


def yield_to_the_window(niceness: int) -> None:
    """Lower the priority of the calling thread, where threads have their own.

    Threads that this one starts inherit it.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
