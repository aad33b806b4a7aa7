"""All that the page knows of one run, read on a worker thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from app.training.results_view import Result, read_results
from engine.api import (
    Cut,
    EngineError,
    RunFolder,
    RunMessage,
    RunSeries,
    RunSummary,
    Sample,
    ScheduleRecipe,
    job_log,
    learning_rate_at,
    parse_recipe,
    read_summary_or_fault,
    samples,
)

Columns = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""Steps, values and seconds of training, of equal length."""

_RATE_POINTS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run as its folder was when it was read.

    Attributes:
        summary: Its row of the list.
        values: The points of each metric by its name.
        abandoned: The points that a resumed run wrote again.
        cuts: Where the run was resumed.
        messages: Notes, warnings and failures.
        pictures: Its sample pictures.
        recipe: The values of its recipe by dotted name, empty if it cannot be read.
        recipe_yaml: The text of its recipe.
        log: The end of what its processes wrote.
        pid: The process that works on it, None without one.
        results: What evaluations measured.
        fault: What cannot be read of it.
    """

    path: Path
    summary: RunSummary
    values: Mapping[str, Columns] = field(default_factory=dict)
    abandoned: Mapping[str, Columns] = field(default_factory=dict)
    cuts: tuple[Cut, ...] = ()
    messages: tuple[RunMessage, ...] = ()
    pictures: tuple[Sample, ...] = ()
    recipe: Mapping[str, object] = field(default_factory=dict)
    recipe_yaml: str = ""
    log: str = ""
    pid: int | None = None
    results: tuple[Result, ...] = ()
    fault: str | None = None

    @property
    def failure(self) -> RunMessage | None:
        """Why the run ended, None if it did not fail."""
        failures = [message for message in self.messages if message.kind == "failed"]
        return failures[-1] if failures and self.summary.state == "failed" else None


class RecordReader:
    """Reads a run again and again, and of its log only what is new. For one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._series = RunSeries(path)
        self._text = ""
        self._recipe: Mapping[str, object] = {}

    def read(self) -> RunRecord:
        """Return the run as it is now; a folder that is damaged or gone is no error."""
        series, path = self._series, self._path
        series.update()
        summary = read_summary_or_fault(RunFolder(path))
        values = {name: series.values(name) for name in series.names()}
        abandoned = {name: series.abandoned(name) for name in series.names()}
        text = _text(path / "recipe.yaml")
        # Read once: it does not change while the run runs, and takes 10 ms.
        if text != self._text:
            self._text, self._recipe = text, parse_recipe(text).values or {}
        recipe = self._recipe
        _add_speed(values, recipe)
        _add_learning_rate(values, recipe, max(summary.step, 1))
        return RunRecord(
            path=path,
            summary=summary,
            values=values,
            abandoned={name: points for name, points in abandoned.items() if len(points[0])},
            cuts=series.cuts(),
            messages=series.messages(),
            pictures=samples(path),
            recipe=recipe,
            recipe_yaml=text,
            log=job_log(path),
            pid=_pid(path) if summary.state in {"running", "paused"} else None,
            results=read_results(path),
            fault=summary.fault or series.fault,
        )


def _add_speed(values: dict[str, Columns], recipe: Mapping[str, object]) -> None:
    """Add pictures per second: what was trained between two reports, by their times."""
    reported, batch_size = values.get("data_wait_share"), recipe.get("data.batch_size")
    if reported is None or len(reported[0]) < 2 or not isinstance(batch_size, int):
        return
    steps, _, times_s = reported
    took_s = np.diff(times_s)
    is_timed = took_s > 0
    speed = batch_size * np.diff(steps)[is_timed] / took_s[is_timed]
    values["images_per_s"] = (steps[1:][is_timed], speed, times_s[1:][is_timed])


def _add_learning_rate(
    values: dict[str, Columns], recipe: Mapping[str, object], last_step: int
) -> None:
    """Add the learning rate, which the recipe sets for every step."""
    prefix = "schedule."
    said = {name.removeprefix(prefix): v for name, v in recipe.items() if name.startswith(prefix)}
    try:
        schedule = msgspec.convert(said, ScheduleRecipe)
    except msgspec.ValidationError:
        # Not a recipe of a training, or a damaged one.
        return
    steps = np.unique(np.linspace(0, last_step, _RATE_POINTS).round())
    rates = np.array([learning_rate_at(int(step), schedule) for step in steps])
    values["learning_rate"] = (steps, rates, _times_at(steps, values))


def _times_at(steps: NDArray[np.float64], values: Mapping[str, Columns]) -> NDArray[np.float64]:
    """Return when the run was at ``steps``, between the times of what it reported."""
    longest = max(values.values(), key=lambda points: len(points[0]), default=None)
    if longest is None or not len(longest[0]):
        return np.full(len(steps), np.nan)
    known = np.concatenate([[0.0], longest[0]])
    times_s: NDArray[np.float64] = np.interp(steps, known, np.concatenate([[0.0], longest[2]]))
    return times_s


def _pid(path: Path) -> int | None:
    try:
        status = RunFolder(path).read_status()
    except (EngineError, OSError):
        return None
    return None if status is None else status.pid


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
