"""The recipe of a training that was not started yet, as values and as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.services.engine_texts import note_texts
from app.services.task_runner import Task, TaskRunner
from app.state.places import is_folder
from engine.api import (
    RecipeFault,
    RecipeField,
    RecipeReading,
    TrainingEstimate,
    estimate_from_runs,
    measure_training,
    parse_recipe,
    recipe_fields,
    recipe_text,
)

FIRST_PRESET = "tiny"
_CHECK_AFTER_MS = 250


class RecipeDraft(QObject):
    """What the form and the text edit. Both are views of it: what one enters, the other shows.

    Checks run on a worker thread, a moment after the last change.

    Signals:
        fields_changed: Other fields, or other values of many of them.
        checked: The faults of the recipe; none if it can be started.
        estimated: The `TrainingEstimate` of the recipe as it is now, None if there is none, or the
            error that a trial ended with.
        trying_changed: Whether some steps are being tried.
    """

    fields_changed = Signal()
    checked = Signal(object)
    estimated = Signal(object)
    trying_changed = Signal(bool)

    def __init__(self, runner: TaskRunner, runs: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._runs = runs
        self._trial: Task | None = None
        self.preset: str | None = FIRST_PRESET
        self.fields: tuple[RecipeField, ...] = ()
        self.values: dict[str, object] = {}
        self.common: frozenset[str] = frozenset()
        self._text = ""
        # Which of the two was entered last; the other one follows with the next check.
        self._is_text_newer = False
        self._are_values_newer = False
        self._faults: tuple[RecipeFault, ...] | None = None
        self._version = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_CHECK_AFTER_MS)
        self._timer.timeout.connect(self.check)

    @property
    def text(self) -> str:
        """The recipe as YAML."""
        if self._are_values_newer:
            self._text = recipe_text(self.values)
            self._are_values_newer = False
        return self._text

    @property
    def is_complete(self) -> bool:
        """Whether the recipe was checked as it is now, and nothing is wrong with it."""
        return self._faults == ()

    @property
    def is_trying(self) -> bool:
        """Whether some steps are being tried."""
        return self._trial is not None

    def take_preset(self, name: str) -> None:
        """Take the values of a shipped recipe; folders that were chosen stay."""
        kept = {
            field.path: self.values[field.path]
            for field in self.fields
            if field.kind == "folder" and self.values.get(field.path)
        }
        self.preset = name
        self.fields = recipe_fields(name)
        self.values = {field.path: field.default for field in self.fields}
        self.values |= {path: value for path, value in kept.items() if path in self.values}
        self.common = frozenset(field.path for field in self.fields if field.is_common)
        self._are_values_newer, self._is_text_newer = True, False
        self.fields_changed.emit()
        self._check_soon()

    def take_text(self, text: str) -> None:
        """Take another recipe, as that of a run that is copied."""
        self.preset = None
        self.fields = ()
        self.set_text(text)
        self.check()

    def set_value(self, path: str, value: object) -> None:
        """Take what was entered in the form."""
        self.values[path] = value
        self._are_values_newer, self._is_text_newer = True, False
        # A kind has fields of its own: the text is read again with them.
        if path == "type":
            self.set_text(self.text)
        self._check_soon()

    def set_text(self, text: str) -> None:
        """Take what was entered as text."""
        self._text = text
        self._are_values_newer, self._is_text_newer = False, True
        self._check_soon()

    @Slot()
    def check(self) -> None:
        """Find out what is wrong, at once but on a worker thread."""
        self._timer.stop()
        version, values = self._version, dict(self.values)
        text = None if self._are_values_newer else self._text
        task = self._runner.create(lambda _report, _token: _read(text, values))
        task.succeeded.connect(lambda read: self._on_read(version, *read))
        task.start()

    def _check_soon(self) -> None:
        self._version += 1
        self._faults = None
        self._timer.start()
        # The values that were estimated or tried are no longer those of the recipe.
        self.stop_trying()
        self.estimated.emit(None)

    def _on_read(self, version: int, text: str, reading: RecipeReading) -> None:
        # Something else was entered meanwhile, which has a check of its own.
        if version != self._version:
            return
        self._text, self._are_values_newer = text, False
        if self._is_text_newer and reading.values is not None:
            self._is_text_newer = False
            self._take_reading(reading.kind, reading.values)
        self._faults = (*map(_translated, reading.faults), *self._missing_folders())
        self.checked.emit(self._faults)
        if self.is_complete:
            self._estimate()

    def try_steps(self) -> None:
        """Try some steps of the recipe, which takes half a minute, for a better estimate."""
        self.stop_trying()
        version, text = self._version, self.text
        task = self._runner.create(lambda _report, token: measure_training(text, token=token))
        task.succeeded.connect(lambda estimate: self._on_tried(version, estimate))
        task.failed.connect(lambda error: self._on_tried(version, error))
        task.cancelled.connect(lambda: self._on_tried(-1, None))
        self._trial = task
        task.start()
        self.trying_changed.emit(self.is_trying)

    def stop_trying(self) -> None:
        """End the trial, if there is one."""
        if self._trial is not None:
            self._trial.cancel()

    def _estimate(self) -> None:
        version, text = self._version, self.text
        task = self._runner.create(lambda _report, _token: estimate_from_runs(text, self._runs))
        task.succeeded.connect(lambda estimate: self._show_estimate(version, estimate))
        task.start()

    def _on_tried(self, version: int, outcome: TrainingEstimate | Exception | None) -> None:
        self._trial = None
        self.trying_changed.emit(self.is_trying)
        self._show_estimate(version, outcome)

    def _show_estimate(self, version: int, outcome: TrainingEstimate | Exception | None) -> None:
        if version == self._version:
            self.estimated.emit(outcome)

    def _take_reading(self, kind: str, values: Mapping[str, object]) -> None:
        self.values = dict(values)
        if kind != self._kind_of_fields():
            self.fields = recipe_fields(kind)
        # What differs from the defaults is what its author decided.
        named = (f.path for f in self.fields if f.is_required or _is_named(f, self.values))
        self.common = self.common.union(named) if self.preset else frozenset(named)
        self.fields_changed.emit()

    def _kind_of_fields(self) -> object:
        return next((field.default for field in self.fields if field.path == "type"), None)

    def _missing_folders(self) -> tuple[RecipeFault, ...]:
        """Return the folders of the recipe that are not there."""
        return tuple(
            RecipeFault(path=field.path, text=self.tr("There is no such folder."))
            for field in self.fields
            # The cache is made when it is needed.
            if field.kind == "folder"
            and field.path != "data.cache_folder"
            and isinstance(path := self.values.get(field.path), str)
            and path
            and not is_folder(Path(path).expanduser())
        )


def _read(text: str | None, values: Mapping[str, object]) -> tuple[str, RecipeReading]:
    content = recipe_text(values) if text is None else text
    return content, parse_recipe(content)


def _is_named(field: RecipeField, values: Mapping[str, object]) -> bool:
    return field.kind != "group" and values.get(field.path) != field.default


def _translated(fault: RecipeFault) -> RecipeFault:
    return replace(fault, text=note_texts([fault.text])[0])
