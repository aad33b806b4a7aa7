"""What can be asked of a run in each state; trainings and searches have the same control."""

from __future__ import annotations

from engine.api import RunRequest, SeenState

ACTIVE: frozenset[SeenState] = frozenset({"starting", "running", "paused"})
"""States of a run that has begun and is meant to go on."""
RESUMABLE: frozenset[SeenState] = frozenset({"new", "paused", "failed", "cancelled", "interrupted"})
"""States of a run that a new process can continue."""


def offered_requests(state: SeenState) -> tuple[RunRequest, ...]:
    """Return what can be asked of a run in ``state``, in the order of the buttons."""
    if state in {"starting", "running"}:
        return ("pause", "stop")
    if state == "paused":
        return ("resume", "stop")
    return ("resume",) if state in RESUMABLE else ()
