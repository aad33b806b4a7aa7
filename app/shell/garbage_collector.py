"""Collects garbage on the GUI thread and on no other.

Python collects on whichever thread allocates when a threshold is passed. If the garbage holds
objects of Qt, they are destroyed there: timers cannot be stopped from another thread, and the
process may crash.

    worker thread: allocates ──► (automatic collection: off)
    GUI thread:    timer ──► thresholds passed? ──► gc.collect
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_INTERVAL_MS = 1000


class GarbageCollector(QObject):
    """Turns automatic collection off, and collects by a timer of the thread it is made on."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        timer = QTimer(self)
        timer.timeout.connect(self.collect)
        timer.start(_INTERVAL_MS)

    @Slot()
    def collect(self) -> None:
        """Collect the oldest generation whose threshold is passed, as Python itself would."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                # The younger generations are collected with it.
                gc.collect(generation)
                break
