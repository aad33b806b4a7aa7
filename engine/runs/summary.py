"""State and results of a run, read from its folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from engine.config.renamed_keys import current_recipe
from engine.config.yaml_file import read_yaml_file
from engine.core.errors import BadEventError, ConfigError, EngineError
from engine.runs.events import Event, UnknownEvent
from engine.runs.run_folder import RunFolder
from engine.runs.series import RunSeries
from engine.runs.trained_clock import TrainedClock

SeenState: TypeAlias = Literal[
    "new",
    "starting",
    "running",
    "paused",
    "finished",
    "failed",
    "cancelled",
    "interrupted",
    "damaged",
]


class RunSummary(Struct, frozen=True, kw_only=True):
    """One run, as a row of a list.

    Attributes:
        state: ``starting`` while its process loads; ``interrupted`` if the status says that it
            is running but its process is gone; ``damaged`` if its folder cannot be read.
        last: Latest value of each metric.
        best_psnr_y_db: Largest validation PSNR so far.
        trained_s: Seconds of training, without pauses and interruptions.
        eta_s: Estimated seconds left, while it is running.
        fault: Why it is ``damaged``.
        failure: Why it ``failed``, and what to do about it.
    """

    name: str
    path: str
    kind: str
    state: SeenState
    step: int
    steps: int
    started_s: float | None
    last: dict[str, float]
    best_psnr_y_db: float | None
    trained_s: float
    eta_s: float | None
    fault: str | None = None
    failure: str | None = None


def find_runs(runs: Path) -> list[RunFolder]:
    """Return the runs in ``runs``, sorted by name; none if there is no such folder."""
    return [RunFolder(path.parent) for path in sorted(runs.glob("*/recipe.yaml"))]


def read_summary_or_fault(run: RunFolder, series: RunSeries | None = None) -> RunSummary:
    """Read one run; if that fails, return it as ``damaged``, so that it does not hide others.

    Args:
        run: The run.
        series: What was read of it before, so that only what is new is read.
    """
    try:
        return read_summary(run, series)
    # Anything may be in a folder that users can write to; here it becomes a row of the list.
    except Exception as error:  # noqa: BLE001
        return RunSummary(
            name=run.path.name,
            path=str(run.path),
            kind="-",
            state="damaged",
            step=0,
            steps=0,
            started_s=None,
            last={},
            best_psnr_y_db=None,
            trained_s=0.0,
            eta_s=None,
            fault=str(error) if isinstance(error, EngineError) else f"{error!r}",
        )


def read_summary(run: RunFolder, series: RunSeries | None = None) -> RunSummary:
    """Read one run.

    Args:
        run: The run.
        series: What was read of it before, so that only what is new is read.

    Raises:
        BadEventError: If its status or a line in the middle of its events is damaged.
        ConfigError: If its recipe cannot be read.
    """
    recipe = recipe_texts(run)
    series = series or RunSeries(run.path)
    series.update()
    if series.fault is not None:
        raise BadEventError(series.fault)
    state = seen_state(run)
    columns = {name: series.values(name)[1] for name in series.names()}
    values = {name: column for name, column in columns.items() if column.size}
    psnrs = values.get("psnr_y_db")
    failures = [message.text for message in series.messages() if message.kind == "failed"]
    return RunSummary(
        name=run.path.name,
        path=str(run.path),
        kind=str(recipe.get("type", "psnr")),
        state=state,
        step=series.step,
        steps=_steps(run, recipe),
        started_s=series.started_s,
        last={name: float(column[-1]) for name, column in values.items()},
        best_psnr_y_db=None if psnrs is None else float(psnrs.max()),
        trained_s=series.trained_s,
        eta_s=series.progress.eta_s if series.progress and state == "running" else None,
        failure=failures[-1] if failures and state == "failed" else None,
    )


def _steps(run: RunFolder, recipe: Mapping[str, str]) -> int:
    # The steps of a search are its evaluations.
    names = {"search": "budget", "tune": "space.budget"}
    name = names.get(recipe.get("type", ""), "schedule.steps")
    text = recipe.get(name, "missing")
    try:
        return int(text)
    except ValueError as error:
        raise ConfigError(
            f"{run.path / 'recipe.yaml'}: {name} is {text[:40]!r}, not a number"
        ) from error


def seen_state(run: RunFolder) -> SeenState:
    """Return the state of the run, by its status and its process."""
    status = run.read_status()
    if status is None:
        return "new"
    # A paused run has saved its state, and may well have ended its process.
    if status.state in {"starting", "running"} and not run.is_running():
        return "interrupted"
    return status.state


def series(run: RunFolder, name: str) -> dict[int, float]:
    """Return the values of one metric by step.

    Steps that a resumed run repeated appear once, with the latest value.
    """
    read = RunSeries(run.path)
    read.update()
    steps, values, _ = read.values(name)
    return dict(zip(steps.astype(int).tolist(), values.tolist(), strict=True))


def trained_s(events: Iterable[Event | UnknownEvent]) -> float:
    """Return the seconds of training, without pauses and interruptions."""
    clock = TrainedClock()
    for event in events:
        if isinstance(event, Event):
            clock.take(event)
    return clock.trained_s


def recipe_texts(run: RunFolder) -> dict[str, str]:
    """Return the recipe of ``run`` as text by current dotted name, in the order of the file.

    Raises:
        ConfigError: If it cannot be read.
    """
    path = run.path / "recipe.yaml"
    try:
        status = path.stat()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    return dict(_recipe_texts(path, status.st_mtime_ns, status.st_size))


@lru_cache(maxsize=256)
def _recipe_texts(path: Path, _changed_ns: int, _size_bytes: int) -> tuple[tuple[str, str], ...]:
    # Kept until the file changes: reading YAML takes 20 ms, and a list of runs is renewed often.
    tree = read_yaml_file(path)
    if not isinstance(tree, dict):
        raise ConfigError(f"{path}: a recipe is a mapping of names to values")
    return tuple(_flatten(current_recipe(tree, source=str(path)), ""))


def differing_values(runs: list[RunFolder]) -> dict[str, tuple[str | None, ...]]:
    """Return the values in which the recipes of ``runs`` differ, by dotted name."""
    recipes = [recipe_texts(run) for run in runs]
    names = dict.fromkeys(name for recipe in recipes for name in recipe)
    rows = {name: tuple(recipe.get(name) for recipe in recipes) for name in names}
    return {name: values for name, values in rows.items() if len(set(values)) > 1}


def _flatten(tree: object, prefix: str) -> Iterator[tuple[str, str]]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _flatten(value, f"{prefix}.{key}" if prefix else str(key))
    else:
        yield prefix, tree if isinstance(tree, str) else msgspec.json.encode(tree).decode()
