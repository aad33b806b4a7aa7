"""What this machine was seen to achieve, so that durations rest on more than a guess."""

from __future__ import annotations

import statistics
import threading
from collections import deque
from dataclasses import replace

from app.state.processing import ProcessingChoice, TargetChoice

_KEPT = 8


class SpeedBook:
    """Seconds for each pixel of a photo, by what is done with it. Safe from several threads."""

    def __init__(self) -> None:
        self._seconds: dict[ProcessingChoice, deque[float]] = {}
        self._begun: set[ProcessingChoice] = set()
        self._lock = threading.Lock()

    def add_part(self, choice: ProcessingChoice, seconds: float, pixels: float) -> None:
        """Note how long a part of a preview took; the first one also loads the network.

        Args:
            choice: What was done.
            seconds: How long it took.
            pixels: Pixels of the photo that went into the network.
        """
        key = _key(choice)
        with self._lock:
            if key in self._begun:
                self._seconds.setdefault(key, deque(maxlen=_KEPT)).append(seconds / pixels)
            self._begun.add(key)

    def add_job(self, choice: ProcessingChoice, seconds: float, pixels: float) -> None:
        """Note how long a whole photo took: parts are no longer asked."""
        with self._lock:
            kept = [seconds / pixels] * _KEPT
            self._seconds[_key(choice)] = deque(kept, maxlen=_KEPT)

    def seconds_per_px(self, choice: ProcessingChoice) -> float | None:
        """Return the seconds of one pixel, None as long as nothing was seen."""
        with self._lock:
            seen = self._seconds.get(_key(choice))
            return statistics.median(seen) if seen else None


def _key(choice: ProcessingChoice) -> ProcessingChoice:
    fidelity = choice.fidelity
    if fidelity is not None and 0 < fidelity < 1:
        # Every blend runs both networks.
        fidelity = 0.5
    return replace(choice.for_pixels(), target=TargetChoice(), fidelity=fidelity)
