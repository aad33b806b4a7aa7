"""Measured speeds of this machine, so that estimates of durations rest on measurements."""

from __future__ import annotations

import statistics
import threading
from collections import deque
from dataclasses import replace

from app.state.processing import ProcessingChoice, TargetChoice

_KEPT = 8


class SpeedBook:
    """Seconds per pixel of a photo, by choice. Safe to use from several threads."""

    def __init__(self) -> None:
        self._seconds: dict[ProcessingChoice, deque[float]] = {}
        self._begun: set[ProcessingChoice] = set()
        self._lock = threading.Lock()

    def add_part(self, choice: ProcessingChoice, seconds: float, pixels: float) -> None:
        """Record the duration of a part of a preview.

        The first one for a choice is ignored: it also loads the network.

        Args:
            choice: How the part was enlarged.
            seconds: How long it took.
            pixels: Pixels of the photo that went into the network.
        """
        key = _key(choice)
        with self._lock:
            if key in self._begun:
                self._seconds.setdefault(key, deque(maxlen=_KEPT)).append(seconds / pixels)
            self._begun.add(key)

    def add_job(self, choice: ProcessingChoice, seconds: float, pixels: float) -> None:
        """Record the duration of a whole photo, which replaces those of parts."""
        with self._lock:
            # As often as the book is long: the median is this one until new parts outnumber it.
            kept = [seconds / pixels] * _KEPT
            self._seconds[_key(choice)] = deque(kept, maxlen=_KEPT)

    def seconds_per_px(self, choice: ProcessingChoice) -> float | None:
        """Return the seconds per pixel, None until something was measured."""
        with self._lock:
            seen = self._seconds.get(_key(choice))
            return statistics.median(seen) if seen else None


def _key(choice: ProcessingChoice) -> ProcessingChoice:
    # The target changes how many pixels there are, not how long one takes; and the dials change
    # the weights of the network, not its operations.
    return replace(choice.for_pixels(), target=TargetChoice(), restoration=None, fidelity=None)
