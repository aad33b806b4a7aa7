"""Distinguishes a key that is held down from one that is pressed briefly."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent

_REPEAT_MS = 80
"""Longer than the time between two repeats of a held key, which come 20 to 40 times per second."""


class HeldKey(QObject):
    """Follows one key; some systems repeat it as separate releases and presses.

        down ─────── up · down · up · down ─────── up
        pressed      (repeats: less than 80 ms)     let_go, if it was held

    Signals:
        pressed: The key went down.
        let_go: The key came up after it was held.
    """

    pressed = Signal()
    let_go = Signal()

    def __init__(self, *, hold_ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hold_ms = hold_ms
        self._clock = QElapsedTimer()
        self._held_ms = 0
        self._is_down = False
        self._ending = QTimer(self)
        self._ending.setSingleShot(True)
        self._ending.setInterval(_REPEAT_MS)
        self._ending.timeout.connect(self._end)

    def press(self, event: QKeyEvent) -> None:
        """Handle a press of the key."""
        if self._ending.isActive():
            self._ending.stop()
        elif not event.isAutoRepeat():
            self._is_down = True
            self._clock.start()
            self.pressed.emit()

    def release(self, event: QKeyEvent) -> None:
        """Handle a release of the key."""
        if event.isAutoRepeat() or not self._is_down:
            return
        self._held_ms = self._clock.elapsed()
        # No system repeats a key that soon, and the user may press it again at once.
        if self._held_ms < self._hold_ms / 2:
            self._end()
        else:
            self._ending.start()

    def give_up(self) -> None:
        """Treat the key as released: its release goes to the widget that has the focus now."""
        if self._is_down:
            self._held_ms = self._clock.elapsed()
            self._end()

    @Slot()
    def _end(self) -> None:
        self._ending.stop()
        self._is_down = False
        if self._held_ms >= self._hold_ms:
            self.let_go.emit()
