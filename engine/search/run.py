"""Runs a search: evaluates candidates, starts further workers, and reports what is found."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import torch

from engine.config.search import SearchRecipe
from engine.core.atomic_file import write_bytes_atomic
from engine.core.cancellation import CancelToken
from engine.runs.events import (
    CandidateEvaluated,
    Event,
    Finished,
    FrontChanged,
    Noted,
    Progress,
    Started,
    Warned,
)
from engine.runs.run_folder import RunFolder
from engine.search.front import front_of
from engine.search.hypervolume import hypervolume
from engine.search.job import SearchJob, open_job
from engine.search.worker_processes import WorkerProcesses
from engine.training.environment import describe_environment
from engine.training.run_outcome import cancels_on_signals, recording_outcome

_POLL_S = 0.5
_RESTARTS = 3  # times that all workers may die before the search gives up

Report = Callable[[Event], None]


def run_search(
    recipe: SearchRecipe,
    folder: RunFolder,
    *,
    token: CancelToken,
    report: Report,
    helpers: WorkerProcesses | None = None,
) -> None:
    """Search until the budget is used up; candidates that were evaluated before count.

    Args:
        recipe: The recipe of the run.
        folder: Its folder.
        token: Stops the search between two candidates. SIGTERM and Ctrl+C cancel it.
        report: Receives each event after it was written to the folder.
        helpers: The further workers, if they were started already.

    Raises:
        ConfigError: If the recipe names something that is missing or does not fit.
        JobCancelled: If the token was cancelled.
    """

    def emit(event: Event) -> None:
        folder.append(event)
        report(event)

    def start() -> WorkerProcesses:
        return WorkerProcesses(folder.path, recipe.workers - 1)

    with cancels_on_signals(token), folder.locked(), recording_outcome(folder, emit, token):
        with helpers or start() as first:
            job = open_job(folder.path, recipe, token=token, beat=folder.beat, compares_photos=True)
            _record_environment(job, folder)
            bulletin = _Bulletin(job, folder, emit)
            emit(Started(step=bulletin.done))
            folder.write_status("running")
            _work(job, first, token, bulletin)
        for number in range(_RESTARTS + 1):
            bulletin.update()
            lost = job.budget - bulletin.done
            if lost <= 0:
                break
            if number == _RESTARTS or recipe.workers == 1:
                text = f"the algorithm proposes no more new networks; {lost} fewer were evaluated"
                emit(Noted(code="search-converged", text=text))
                break
            text = f"{lost} evaluations of workers that ended are done again"
            emit(Warned(code="worker-lost", text=text))
            with start() as more:
                _work(job, more, token, bulletin)
        emit(Finished(step=bulletin.done))


def run_worker(run: Path, *, token: CancelToken) -> None:
    """Evaluate candidates of a search that another process reports about.

    Args:
        run: Its run folder.
        token: Stops the worker between two candidates.

    Raises:
        ConfigError: If the search cannot be opened.
        JobCancelled: If the token was cancelled.
    """
    with cancels_on_signals(token):
        open_job(run, token=token).worker.run(token)


class _Bulletin:
    """Reports what any worker has evaluated."""

    def __init__(self, job: SearchJob, folder: RunFolder, emit: Report) -> None:
        self._job = job
        self._folder = folder
        self._emit = emit
        self._started_s = time.monotonic()
        files = job.worker.files
        files.remove_abandoned()
        self._seen = {record.id for record in files.all()} & _reported(folder)
        self._at_start = len(files.all())
        self._front: tuple[str, ...] = ()

    @property
    def done(self) -> int:
        """The number of evaluated candidates."""
        return len(self._job.worker.files.all())

    def update(self) -> None:
        """Report all candidates that were not reported yet, and the front if it changed."""
        self._folder.beat()
        records = self._job.worker.files.all()
        fresh = [record for record in records if record.id not in self._seen]
        if not fresh:
            return
        for record in fresh:
            self._seen.add(record.id)
            self._emit(CandidateEvaluated(id=record.id))
        job = self._job
        members = front_of(records, job.objectives)
        ids = tuple(record.id for record in members)
        if ids != self._front:
            self._front = ids
            volume = hypervolume(members, job.objectives, job.reference.worst)
            self._emit(FrontChanged(ids=ids, hypervolume=volume, evaluations=len(records)))
        self._emit(self._progress(len(records)))

    def _progress(self, done: int) -> Progress:
        total = self._job.budget
        elapsed_s = time.monotonic() - self._started_s
        pace = (done - self._at_start) / max(elapsed_s, 1e-6)
        return Progress(done=done, total=total, eta_s=max(0, total - done) / max(pace, 1e-6))


def _reported(folder: RunFolder) -> set[str]:
    return {event.id for event in folder.events() if isinstance(event, CandidateEvaluated)}


def _work(
    job: SearchJob, helpers: WorkerProcesses, token: CancelToken, bulletin: _Bulletin
) -> None:
    """Evaluate candidates in this process and in the others, until all have ended."""
    helpers.release()
    job.worker.run(token, lambda _: bulletin.update())
    while helpers.count_running():
        token.check()
        bulletin.update()
        time.sleep(_POLL_S)


def _record_environment(job: SearchJob, folder: RunFolder) -> None:
    environment = describe_environment(
        device=torch.device("cpu"),
        seed=job.recipe.seed,
        processes=job.recipe.workers,
        data_manifest_sha256=job.reference.crops_sha256,
    )
    content = msgspec.json.format(msgspec.json.encode(environment), indent=2)
    write_bytes_atomic(folder.path / "environment.json", content)
