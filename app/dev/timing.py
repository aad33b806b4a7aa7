"""Times what the window does: single frames, and how long it did not answer."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QObject, Qt, QTimer

FRAMES = 240
PACE_HZ = 60
_TIMEOUT_S = 900.0


class Pulse(QObject):
    """Ticks in the GUI thread and keeps how late each tick was, and what the thread did since."""

    _EVERY_MS = 5

    def __init__(self) -> None:
        super().__init__()
        self._late_ms: list[float] = []
        self._busy_ms: list[float] = []
        self._last_busy_s = time.thread_time()
        self._clock = QElapsedTimer()
        self._clock.start()
        self._last_ms = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(self._EVERY_MS)
        self._timer.timeout.connect(self._on_tick)
        self._timer.start()

    def stop(self) -> float:
        """End and return the longest delay in milliseconds."""
        self._timer.stop()
        return max(self._late_ms, default=0.0)

    def quantile(self, percent: int) -> float:
        """Return a percentile of the delays."""
        return quantile(self._late_ms, percent)

    @property
    def longest_work_ms(self) -> float:
        """Most processor time of the thread between two ticks: a delay without other programs."""
        return max(self._busy_ms, default=0.0)

    def _on_tick(self) -> None:
        now_ms = self._clock.nsecsElapsed() / 1e6
        if self._last_ms:
            self._late_ms.append(max(now_ms - self._last_ms - self._EVERY_MS, 0.0))
        busy_s = time.thread_time()
        self._busy_ms.append((busy_s - self._last_busy_s) * 1000)
        self._last_ms, self._last_busy_s = now_ms, busy_s


def time_frames(
    name: str, repaint: Callable[[], None], change: Callable[[int], None], *, count: int = FRAMES
) -> dict[str, object]:
    """Time changes and their repaints, paced like a screen of 60 Hz.

    The processor time of the window's thread is given beside the time on the
    clock: it is what a machine would need that does nothing else.
    """
    times, busy = [], []
    for step in range(count):
        start, start_busy = time.perf_counter(), time.thread_time()
        change(step)
        repaint()
        times.append((time.perf_counter() - start) * 1000)
        busy.append((time.thread_time() - start_busy) * 1000)
        # Decoded tiles arrive between two frames, as they do on a screen.
        while time.perf_counter() - start < 1 / PACE_HZ:
            QCoreApplication.processEvents()
            time.sleep(0.001)
    return {
        f"{name}_p50_ms": quantile(times, 50),
        f"{name}_p95_ms": quantile(times, 95),
        f"{name}_cpu_p95_ms": quantile(busy, 95),
    }


def wait_until(is_done: Callable[[], bool]) -> None:
    """Keep the window running until ``is_done``.

    Raises:
        TimeoutError: After a quarter of an hour.
    """
    end = time.monotonic() + _TIMEOUT_S
    while not is_done():
        if time.monotonic() > end:
            raise TimeoutError("a part of the benchmark did not end")
        QCoreApplication.processEvents()
        time.sleep(0.001)


def quantile(values: list[float], percent: int) -> float:
    """Return a percentile of ``values``, rounded to hundredths; 0 without values."""
    ordered = sorted(values)
    position = min(len(ordered) - 1, round(len(ordered) * percent / 100))
    return round(ordered[position], 2) if ordered else 0.0
