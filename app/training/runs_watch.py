"""Reads the runs again and again on worker threads, and says what changed.

timer ──► list task:  every run folder    ──► runs_changed
     └──► run task:   the runs on screen  ──► record_read     (one of each at a time)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.services.task_runner import TaskRunner
from app.training.run_record import RecordReader, RunRecord
from engine.api import RunFolder, RunSeries, RunSummary, find_runs, read_summary_or_fault

_EVERY_MS = 1000
_SEARCHES = frozenset({"search", "tune"})
_FINAL = frozenset({"finished", "failed", "cancelled", "interrupted", "damaged"})

_Signature = tuple[tuple[int, int], ...]


class RunsWatch(QObject):
    """Watches a folder of runs.

    Signals:
        runs_changed: The `RunSummary` of each run, a tuple, whenever one of them changed.
        record_read: The `RunRecord` of a run that is watched, whenever it changed.
    """

    runs_changed = Signal(object)
    record_read = Signal(object)

    def __init__(self, runs: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        # Of their own: what is read here must not wait for another page's work.
        self._list_runner = TaskRunner(threads=1, parent=self)
        self._run_runner = TaskRunner(threads=1, parent=self)
        self._further: list[Path] = []
        self._lister = _Lister()
        self._readers: dict[Path, RecordReader] = {}
        self._records: dict[Path, RunRecord] = {}
        self._watched: list[Path] = []
        self._summaries: tuple[RunSummary, ...] | None = None
        self._is_listing = False
        self._is_reading = False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being read."""
        return not (self._is_listing or self._is_reading)

    def start(self) -> None:
        """Look now and then regularly."""
        self.look()
        self._timer.start()

    def stop(self) -> None:
        """Look no more, as while the page is hidden."""
        self._timer.stop()

    def add_folder(self, run: Path) -> None:
        """List a run that lies elsewhere, too."""
        if run not in self._further:
            self._further.append(run)
        self.look()

    def watch(self, runs: Sequence[Path]) -> None:
        """Read these runs in full from now on; known records are given at once."""
        self._watched = list(dict.fromkeys(runs))
        # Their arrays may hold millions of points.
        for path in [path for path in self._readers if path not in self._watched]:
            del self._readers[path]
            self._records.pop(path, None)
        for path in self._watched:
            if path in self._records:
                self.record_read.emit(self._records[path])
        self._read()

    def shut_down(self) -> None:
        """Stop, and wait for what is being read."""
        self.stop()
        for runner in (self._list_runner, self._run_runner):
            runner.cancel_all()
            runner.wait_for_done()

    @Slot()
    def look(self) -> None:
        """Read what may have changed, unless that is being done."""
        self._list()
        self._read()

    def _list(self) -> None:
        if self._is_listing:
            return
        self._is_listing = True
        further = tuple(self._further)
        task = self._list_runner.create(
            lambda _report, _token: self._lister.list(self._runs, further)
        )
        task.succeeded.connect(self._on_listed)
        task.failed.connect(self._on_not_listed)
        task.start()

    def _read(self) -> None:
        if self._is_reading or not self._watched:
            return
        self._is_reading = True
        readers = [self._reader(path) for path in self._watched]
        task = self._run_runner.create(lambda _report, _token: [r.read() for r in readers])
        task.succeeded.connect(self._on_read)
        task.failed.connect(self._on_not_read)
        task.start()

    def _reader(self, path: Path) -> RecordReader:
        return self._readers.setdefault(path, RecordReader(path))

    @Slot(object)
    def _on_listed(self, summaries: tuple[RunSummary, ...]) -> None:
        self._is_listing = False
        if summaries != self._summaries:
            self._summaries = summaries
            self.runs_changed.emit(summaries)

    @Slot(object)
    def _on_not_listed(self, _error: Exception) -> None:
        self._is_listing = False

    @Slot(object)
    def _on_read(self, records: Sequence[RunRecord]) -> None:
        self._is_reading = False
        for record in records:
            if record.path in self._watched and _differs(record, self._records.get(record.path)):
                self._records[record.path] = record
                self.record_read.emit(record)
        # Others may have been chosen meanwhile.
        if any(path not in self._records for path in self._watched):
            self._read()

    @Slot(object)
    def _on_not_read(self, _error: Exception) -> None:
        self._is_reading = False


class _Lister:
    """Remembers the rows of runs whose files did not change. For one thread at a time."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[_Signature, RunSummary]] = {}
        # Of runs that still grow, what was read so far: the rest is read on.
        self._series: dict[Path, RunSeries] = {}

    def list(self, runs: Path, further: Iterable[Path]) -> tuple[RunSummary, ...]:
        """Return the trainings in ``runs`` and those of ``further`` that are still there."""
        elsewhere = (RunFolder(path) for path in further if path.parent != runs and path.is_dir())
        found = [self._read(run) for run in (*find_runs(runs), *_broken(runs), *elsewhere)]
        paths = {Path(summary.path) for summary in found}
        self._known = {path: known for path, known in self._known.items() if path in paths}
        self._series = {path: series for path, series in self._series.items() if path in paths}
        return tuple(summary for summary in found if summary.kind not in _SEARCHES)

    def _read(self, run: RunFolder) -> RunSummary:
        signature = _signature(run.path)
        known = self._known.get(run.path)
        # A run whose process was killed leaves its files as they were: only its lock tells.
        if known is not None and known[0] == signature and known[1].state in _FINAL:
            return known[1]
        series = self._series.pop(run.path, None) or RunSeries(run.path)
        summary = read_summary_or_fault(run, series)
        self._known[run.path] = (signature, summary)
        if summary.state not in _FINAL:
            self._series[run.path] = series
        return summary


def _broken(runs: Path) -> list[RunFolder]:
    """Return the folders that were runs and have lost their recipes."""
    files = (*runs.glob("*/events.jsonl"), *runs.glob("*/status.json"))
    paths = sorted({path.parent for path in files})
    return [RunFolder(path) for path in paths if not (path / "recipe.yaml").is_file()]


def _signature(path: Path) -> _Signature:
    """Return what changes when a run is written to."""
    facts = []
    for name in ("recipe.yaml", "events.jsonl", "status.json", "lock"):
        try:
            status = (path / name).stat()
        except OSError:
            facts.append((-1, -1))
        else:
            facts.append((status.st_size, status.st_mtime_ns))
    return tuple(facts)


def _differs(one: RunRecord, other: RunRecord | None) -> bool:
    if other is None:
        return True
    # Arrays cannot be compared by ==; points are only added, so that their numbers say enough.
    return _facts(one) != _facts(other)


def _facts(record: RunRecord) -> tuple[object, ...]:
    return (
        record.summary,
        {name: len(points[0]) for name, points in record.values.items()},
        {name: len(points[0]) for name, points in record.abandoned.items()},
        record.cuts,
        record.messages,
        record.pictures,
        record.recipe_yaml,
        record.log,
        record.preparing,
        record.results,
        record.fault,
    )
