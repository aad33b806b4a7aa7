"""Where the app keeps what it remembers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class AppFiles:
    """The files of one window; None keeps nothing.

    Attributes:
        queue: File of the queue.
        session: File of the session.
        scratch: Folder for large photos while they are open.
        has_queue: Whether this window may work through what waits in the file; False where
            another window does.
    """

    queue: Path | None = None
    session: Path | None = None
    scratch: Path | None = None
    has_queue: bool = True

    @property
    def story(self) -> Path | None:
        """File of the story that is being arranged; one window has it, as with the queue."""
        if self.queue is None or not self.has_queue:
            return None
        return self.queue.with_name("story.json")
