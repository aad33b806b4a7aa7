"""Makes the models of candidates that have none, in a process of its own: that needs torch."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.services.child_process import ChildFailedError, ChildProcesses


class ModelMaker(QObject):
    """Cuts candidates out of their supernet, one at a time.

    Signals:
        made: Id of the candidate that has a model now.
        failed: Id of the candidate and the error.
    """

    made = Signal(str)
    failed = Signal(str, object)

    def __init__(self, children: ChildProcesses, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._children = children
        self._making = ""
        # asyncio itself holds tasks weakly: one that nobody holds may vanish while it waits.
        self._task: asyncio.Task[None] | None = None

    @property
    def making(self) -> str:
        """Id of the candidate whose model is being made, empty if none is."""
        return self._making

    def make(self, run: Path, candidate_id: str) -> None:
        """Make the model of a candidate, unless another one is being made."""
        if not self._making:
            self._making = candidate_id
            loop = asyncio.get_event_loop()
            self._task = loop.create_task(self._make(run, candidate_id))

    async def _make(self, run: Path, candidate_id: str) -> None:
        arguments = ("search", "pick", run, candidate_id, "--measure", "--export", "--json")
        error: Exception | None = None
        try:
            child = await self._children.start(arguments)
            async for _ in child.events():
                pass
        except ChildFailedError as reason:
            error = reason
        self._making = ""
        if error is None:
            self.made.emit(candidate_id)
        else:
            self.failed.emit(candidate_id, error)
