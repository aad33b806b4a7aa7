"""How long a run has trained, at each of its events."""

from __future__ import annotations

from engine.runs.events import Event, Paused, Resumed, Started


class TrainedClock:
    """Adds up the time between events, without pauses and interruptions.

    Training runs from a start or a resume until a pause; other events change nothing.
    """

    def __init__(self) -> None:
        self.trained_s = 0.0
        self._since_s: float | None = None

    def take(self, event: Event) -> float:
        """Return the seconds of training until ``event``."""
        kind = type(event)
        # Before a start nothing ran: the previous process had ended without an event. A clock
        # that was set back adds nothing.
        if self._since_s is not None and kind is not Started:
            self.trained_s += max(0.0, event.time_s - self._since_s)
        if kind is Paused:
            self._since_s = None
        elif self._since_s is not None or kind is Started or kind is Resumed:
            self._since_s = event.time_s
        return self.trained_s
