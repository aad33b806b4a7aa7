"""Starts, pauses, stops and resumes searches, whose processes outlive the window."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.search.search_dialog import NewSearch, SearchOffer
from app.services.task_runner import Report, TaskRunner
from engine.api import (
    CancelToken,
    RunRequest,
    control_run,
    find_devices,
    find_runs,
    parse_recipe,
    preset_text,
    read_summary_or_fault,
    recipe_text,
    runs_folder,
    shipped_names,
    start_run,
)

NEEDED = ("torch", "optuna")
"""The packages that searches and models of candidates need."""


class SearchStarter(QObject):
    """Works on a worker: the system may take a second to start a process.

    Signals:
        started: Run folder of the new search.
        changed: Run folder of a search that was asked to pause, to stop or to go on.
        failed: The error.
    """

    started = Signal(object)
    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner

    def offer(self) -> SearchOffer:
        """Return what a search can be made of here."""
        summaries = [read_summary_or_fault(run) for run in reversed(find_runs(runs_folder()))]
        supernets = [
            Path(summary.path)
            for summary in summaries
            if summary.kind == "supernet" and summary.state != "damaged"
        ]
        return SearchOffer(
            presets=shipped_names("searches"), supernets=supernets, devices=find_devices()
        )

    def start(self, search: NewSearch) -> None:
        """Start a search."""

        def work(_report: Report, _token: CancelToken) -> object:
            values = parse_recipe(preset_text(search.preset)).values or {}
            return start_run(recipe_text({**values, **search.values}))

        task = self._runner.create(work)
        task.succeeded.connect(self.started)
        task.failed.connect(self.failed)
        task.start()

    def ask(self, run: Path, request: RunRequest) -> None:
        """Ask a search to pause or stop, or start its process again."""

        def work(_report: Report, _token: CancelToken) -> object:
            control_run(run, request)
            return run

        task = self._runner.create(work)
        task.succeeded.connect(self.changed)
        task.failed.connect(self.failed)
        task.start()


def missing_packages() -> list[str]:
    """Return which of the packages that searches need are not installed."""
    return [name for name in NEEDED if importlib.util.find_spec(name) is None]
