"""All that the page knows of one run, read on a worker thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.training.results_view import Result, read_results
from engine.api import (
    Cut,
    Preparing,
    RunFolder,
    RunMessage,
    RunSeries,
    RunSummary,
    Sample,
    job_log,
    parse_recipe,
    read_summary_or_fault,
    samples,
)

Columns = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""Steps, values and seconds of training, of equal length."""


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
        preparing: How far the photos are read, 0 to 1, before the first step; None after it.
        log: The end of what its processes wrote.
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
    preparing: float | None = None
    log: str = ""
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
        summary = read_summary_or_fault(RunFolder(path), series)
        values = {name: series.values(name) for name in series.names()}
        abandoned = {name: series.abandoned(name) for name in series.names()}
        text = _text(path / "recipe.yaml")
        # Read once: it does not change while the run runs, and takes 10 ms.
        if text != self._text:
            self._text, self._recipe = text, parse_recipe(text).values or {}
        return RunRecord(
            path=path,
            summary=summary,
            values=values,
            abandoned={name: points for name, points in abandoned.items() if len(points[0])},
            cuts=series.cuts(),
            messages=series.messages(),
            pictures=samples(path),
            recipe=self._recipe,
            preparing=None if series.preparing is None else _share(series.preparing),
            recipe_yaml=text,
            log=job_log(path),
            results=read_results(path),
            fault=summary.fault or series.fault,
        )


def _share(preparing: Preparing) -> float:
    return preparing.done / max(preparing.total, 1)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
