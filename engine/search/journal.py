"""The Optuna study of a run: in a journal file, or in a database that machines share.

It is what algorithms and workers look at, never the truth: candidates that it lacks are added
from their folders, and a journal that cannot be read is put aside and made again.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

import optuna
import psutil
from filelock import FileLock
from optuna.distributions import BaseDistribution
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from optuna.storages.journal._file import BaseJournalFileLock
from optuna.study import Study
from optuna.trial import FrozenTrial, Trial, TrialState
from typing_extensions import override

from engine.core.errors import ConfigError
from engine.runs.candidate_files import CandidateRecord

JOURNAL = "journal.log"
Direction: TypeAlias = Literal["maximize", "minimize"]

_STUDY = "search"
ID_KEY = "id"
_WORKER_KEY = "worker"
_AGAIN_KEY = "again"
# A worker on another machine cannot be asked whether it is alive.
_LOST_AFTER_S = 3600.0
_PUT_ASIDE = 1000

optuna.logging.set_verbosity(optuna.logging.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPlan:
    """What a study is about.

    Attributes:
        directions: ``maximize`` or ``minimize`` for each objective.
        distributions: What each parameter may be.
        values_of: Values of the objectives of a candidate, and by how much it breaks each
            constraint.
        generation_key: Where the algorithm keeps the generation of a trial.
        storage: URL of a database instead of a journal in the run folder.
        pruner: Stops trials early.
    """

    directions: Sequence[Direction]
    distributions: Mapping[str, BaseDistribution]
    values_of: Callable[[CandidateRecord], tuple[list[float], dict[str, float]]]
    generation_key: str | None = None
    storage: str | None = None
    pruner: optuna.pruners.BasePruner | None = None


@dataclass(slots=True)
class Journal:
    """Opens the study of a run and keeps it in step with the candidates' folders.

    Args:
        run: The run folder.
        plan: What the study is about.
    """

    run: Path
    plan: StudyPlan
    _told: set[str] = field(default_factory=set)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Let only one process ask at a time, so that each sees what the others took."""
        with FileLock(self.run / "ask.lock"):
            yield

    def open(self) -> Study:
        """Return the study, made again from nothing if its journal cannot be read.

        Raises:
            ConfigError: If the database cannot be reached.
        """
        if self.plan.storage is not None:
            return self._open_database(self.plan.storage)
        path = self.run / JOURNAL
        try:
            return self._open(_journal_storage(path))
        # Whatever a torn line makes of Optuna's replay: the candidates are elsewhere.
        except Exception:  # noqa: BLE001
            _put_aside(path)
            return self._open(_journal_storage(path))

    def in_work(self, study: Study) -> frozenset[str]:
        """Return the candidates that living workers evaluate; those of dead ones wait again."""
        running = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
        lost = [trial for trial in running if _is_lost(trial)]
        for trial in lost:
            _put_back(study, trial, is_stopped=False)
        return frozenset(str(trial.user_attrs[ID_KEY]) for trial in running if trial not in lost)

    def catch_up(
        self, study: Study, records: Sequence[CandidateRecord], in_work: frozenset[str]
    ) -> None:
        """Add candidates that the study lacks, except those whose worker is about to tell it."""
        missing = [record for record in records if record.id not in self._told]
        if not missing:
            return
        done = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)
        self._told |= {
            str(trial.user_attrs[ID_KEY])
            for trial in study.get_trials(deepcopy=False, states=done)
            # A worker that died after it wrote the candidate never told its values.
            if ID_KEY in trial.user_attrs and trial.state != TrialState.FAIL
        }
        for record in missing:
            if record.id in self._told or record.id in in_work:
                continue
            study.add_trial(self._trial_of(record))
            self._told.add(record.id)

    def mark(self, trial: Trial, candidate_id: str) -> None:
        """Record which candidate a trial is, and which process evaluates it."""
        process = psutil.Process()
        worker = {
            "host": socket.gethostname(),
            "pid": process.pid,
            "started_s": process.create_time(),
        }
        trial.set_user_attr(ID_KEY, candidate_id)
        trial.set_user_attr(_WORKER_KEY, worker)

    def give_up(self, study: Study, trial: Trial) -> None:
        """Tell the study that nothing is measured for a trial."""
        study.tell(trial, state=TrialState.FAIL)

    def put_back(self, study: Study, trial: Trial, *, is_stopped: bool) -> None:
        """Tell the study that a trial ended without a result; it is the next to be asked for.

        Args:
            study: The study.
            trial: The trial.
            is_stopped: Whether it was stopped from outside; what fails comes back only once.
        """
        _put_back(study, study.get_trials(deepcopy=False)[trial.number], is_stopped=is_stopped)

    def tell(self, study: Study, trial: Trial, record: CandidateRecord) -> None:
        """Tell the study what was measured."""
        if record.measurement.state != "complete":
            is_pruned = record.measurement.state == "pruned"
            study.tell(trial, state=TrialState.PRUNED if is_pruned else TrialState.FAIL)
            return
        values, excess = self.plan.values_of(record)
        for name, amount in excess.items():
            trial.set_constraint(name, amount)
        study.tell(trial, values)
        self._told.add(record.id)

    def _open(self, storage: BaseStorage) -> Study:
        return optuna.create_study(
            storage=storage,
            study_name=_STUDY,
            directions=list(self.plan.directions),
            load_if_exists=True,
            pruner=self.plan.pruner,
        )

    def _open_database(self, url: str) -> Study:
        try:
            # Named after the run, as several searches share a database.
            storage = RDBStorage(url)
            return optuna.create_study(
                storage=storage,
                study_name=self.run.name,
                directions=list(self.plan.directions),
                load_if_exists=True,
                pruner=self.plan.pruner,
            )
        # Drivers raise errors of their own, and a missing driver an ImportError.
        except Exception as error:
            hidden = url.rpartition("@")[2]
            raise ConfigError(
                f"storage {hidden}: cannot be used ({type(error).__name__}: {_first(error)}); "
                "nothing is lost: the candidates are in the run folder. Start the database, or "
                "resume with --set storage=null"
            ) from error

    def _trial_of(self, record: CandidateRecord) -> FrozenTrial:
        measured, genes = record.measurement, record.genes
        attrs = {ID_KEY: record.id}
        generation = {}
        if self.plan.generation_key is not None and genes.generation is not None:
            generation = {self.plan.generation_key: genes.generation}
        states = {"pruned": TrialState.PRUNED, "failed": TrialState.FAIL}
        state = states.get(measured.state, TrialState.COMPLETE)
        values: list[float] | None = None
        excess: dict[str, float] = {}
        if state == TrialState.COMPLETE:
            values, excess = self.plan.values_of(record)
        return optuna.trial.create_trial(
            state=state,
            values=values,
            params=dict(genes.drawn),
            distributions=dict(self.plan.distributions),
            user_attrs=attrs,
            system_attrs=generation,
            intermediate_values=dict(measured.curve),
            constraints=excess or None,
        )


class _SystemLock(BaseJournalFileLock):
    """A lock that the system lets go of when its process dies, unlike Optuna's own."""

    def __init__(self, path: Path) -> None:
        self._lock = FileLock(path)

    @override
    def acquire(self) -> bool:
        self._lock.acquire()
        return True

    @override
    def release(self) -> None:
        self._lock.release()


def _journal_storage(path: Path) -> BaseStorage:
    lock = _SystemLock(path.with_suffix(".lock"))
    return JournalStorage(JournalFileBackend(str(path), lock_obj=lock))


def _put_aside(path: Path) -> None:
    for number in range(_PUT_ASIDE):
        aside = path.with_name(f"{path.name}.broken-{number}")
        if not aside.exists():
            path.replace(aside)
            return


def _put_back(study: Study, trial: FrozenTrial, *, is_stopped: bool) -> None:
    study.tell(trial.number, state=TrialState.FAIL)
    # What kills its process would otherwise kill each one that comes after. Another candidate in
    # its place would leave a training that was begun unfinished.
    if ID_KEY in trial.user_attrs and (is_stopped or _AGAIN_KEY not in trial.user_attrs):
        attrs = {} if is_stopped else {_AGAIN_KEY: True}
        study.enqueue_trial(trial.params, user_attrs=attrs)


def _is_lost(trial: FrozenTrial) -> bool:
    worker = trial.user_attrs.get(_WORKER_KEY)
    # Asking and marking happen under one lock: without a mark, its process died in between.
    if worker is None:
        return True
    if worker["host"] != socket.gethostname():
        started = trial.datetime_start
        return started is not None and time.time() - started.timestamp() > _LOST_AFTER_S
    try:
        there_s = psutil.Process(worker["pid"]).create_time()
        return bool(abs(there_s - worker["started_s"]) > 1)
    except psutil.Error:
        return True


def _first(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0]
