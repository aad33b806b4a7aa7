"""Commands of the page as objects with signals: the export itself, and the look at targets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.export.export_command import ExportCommand, Outcome
from app.services.event_lines import Event
from app.services.task_runner import TaskRunner

_LOOK_AFTER_MS = 250


class CommandJob(QObject):
    """One command at a time.

    Signals:
        reported: An event of the command.
        ended: All events, and the error as text, which is empty if there was none.
        stopped: It ended because it was asked to.
    """

    reported = Signal(object)
    ended = Signal(object, str)
    stopped = Signal()

    def __init__(self, runner: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._command: ExportCommand | None = None

    @property
    def is_running(self) -> bool:
        """Whether a command is running."""
        return self._command is not None

    def start(self, words: Sequence[str | Path]) -> None:
        """Start a command; one that is running is stopped, and says nothing any more."""
        if self._command is not None:
            self._command.stop()
        command = ExportCommand(words)
        self._command = command
        task = self._runner.create(lambda report, _token: command.run(report))
        task.reported.connect(lambda event: self._on_event(command, event))
        task.succeeded.connect(lambda outcome: self._on_ended(command, outcome))
        # The system may start no process.
        task.failed.connect(
            lambda error: self._on_ended(command, Outcome(events=(), error=str(error)))
        )
        task.cancelled.connect(lambda: self._on_stopped(command))
        task.start()

    def stop(self) -> None:
        """Ask the command to end."""
        if self._command is not None:
            self._command.stop()

    def _on_event(self, command: ExportCommand, event: Event) -> None:
        if command is self._command:
            self.reported.emit(event)

    def _on_ended(self, command: ExportCommand, outcome: Outcome) -> None:
        if command is self._command:
            self._command = None
            self.ended.emit(outcome.events, outcome.error)

    def _on_stopped(self, command: ExportCommand) -> None:
        if command is self._command:
            self._command = None
            self.stopped.emit()


class TargetLook(QObject):
    """Finds out which targets are possible, a moment after the last change of the source.

    Signals:
        looked: Why each target is not possible, by its name; and the error, if there was one.
    """

    looked = Signal(object, str)

    def __init__(self, runner: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._job = CommandJob(runner, self)
        self._job.ended.connect(self._on_ended)
        self._words: list[str] = []
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_LOOK_AFTER_MS)
        self._delay.timeout.connect(self._start)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is looked at, and nothing is going to be."""
        return not self._job.is_running and not self._delay.isActive()

    def look(self, words: Sequence[str]) -> None:
        """Look at the targets for a source in the words of the command."""
        self._words = list(words)
        self._delay.start()

    def stop(self) -> None:
        """Give up."""
        self._delay.stop()
        self._job.stop()

    @Slot()
    def _start(self) -> None:
        if self._words:
            self._job.start(["export", "targets", *self._words, "--json"])

    @Slot(object, str)
    def _on_ended(self, events: Sequence[Event], error: str) -> None:
        listed = events[-1].get("targets") if events else None
        reasons = {
            str(target.get("name")): str(target.get("reason", ""))
            for target in (listed if isinstance(listed, list) else ())
            if isinstance(target, dict)
        }
        self.looked.emit(reasons, error)
