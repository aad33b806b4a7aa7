"""A search as its folder shows it, for those who watch it: without torch, Optuna or the supernet.

The folder is a run of ``mfagan search`` or a bundle of one. It may grow while it is read, and
anything in it may be missing or damaged: what cannot be read is named and hides nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import Struct

from engine.config.search import HIGHER_IS_BETTER, MetricName, SearchRecipe
from engine.config.search_file import load_search
from engine.core.errors import BadEventError, ConfigError, EngineError
from engine.core.places import resources_folder
from engine.core.regular_file import read_regular
from engine.core.typed_data import prepared
from engine.metrics.front import front_indices
from engine.runs.candidate_files import CandidateRecord, read_candidate
from engine.runs.devices import DeviceFacts, read_device
from engine.runs.event_tail import EventTail
from engine.runs.events import FrontChanged
from engine.runs.location import runs_folder
from engine.runs.measured_latency import MeasuredLatency, read_measured
from engine.runs.run_folder import RunFolder
from engine.runs.summary import RunSummary, SeenState, find_runs, read_summary_or_fault, seen_state

_REFERENCE_BYTES = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCandidate:
    """A candidate and what was made of it so far.

    Attributes:
        record: What was chosen and what was found.
        folder: Its folder.
        measured: Its latency on the computer that ran ``search pick --measure``, if it did.
        thumbnail: A picture that it enlarged.
        card: The card of its model, beside the model's files.
    """

    record: CandidateRecord
    folder: Path
    measured: MeasuredLatency | None = None
    thumbnail: Path | None = None
    card: Path | None = None

    @property
    def id(self) -> str:
        """Name of the candidate."""
        return self.record.id

    def metric(self, name: str) -> float | None:
        """Return a value by its name; ``measured_latency_ms`` is the latency measured."""
        if name == "measured_latency_ms":
            return None if self.measured is None else self.measured.latency_ms
        return self.record.measurement.metrics.get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchState:
    """A search at one moment.

    Attributes:
        folder: Its folder.
        recipe: Its recipe.
        state: What its process does, as in `RunSummary`.
        device: The device of ``latency_ms``, if the search has one.
        worst: The reference point of the hypervolumes, by metric; empty before it is known.
        candidates: The evaluated candidates, in the order in which they were finished.
        front: Ids of those that no other beats in the objectives, by the first objective.
        volumes: Number of evaluations and hypervolume, at each change of the front.
        failed: Number of candidates that could not be measured.
        faults: What in the folder could not be read, and why.
    """

    folder: Path
    recipe: SearchRecipe
    state: SeenState
    device: DeviceFacts | None = None
    worst: dict[str, float]
    candidates: tuple[SearchCandidate, ...] = ()
    front: tuple[str, ...] = ()
    volumes: tuple[tuple[int, float], ...] = ()
    failed: int = 0
    faults: tuple[str, ...] = ()


class SearchReader:
    """Reads a search again and again, each time only what is new. For one thread at a time.

    Args:
        folder: A run folder of a search, or a bundle.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[int, SearchCandidate]] = {}
        self._damaged: dict[str, tuple[int, str]] = {}
        self._volumes: list[tuple[int, float]] = []
        self._events = EventTail(folder / "events.jsonl")

    def read(self) -> SearchState:
        """Read what is new and return the search as it is now.

        Raises:
            ConfigError: If the folder is gone, or its recipe is missing or not one of a search.
        """
        folder = self._folder
        if not folder.is_dir():
            raise ConfigError(f"{folder}: this folder is not there any more")
        recipe = load_search(folder / "recipe.yaml")
        faults: list[str] = []
        candidates = self._read_candidates()
        faults += [reason for _, reason in self._damaged.values()]
        self._read_events(faults)
        complete = [one for one in candidates if one.record.measurement.state == "complete"]
        return SearchState(
            folder=folder,
            recipe=recipe,
            state=self._state(faults),
            device=_read_device(folder, faults),
            worst=_read_worst(folder, faults),
            candidates=tuple(candidates),
            front=best_of(complete, recipe.objectives, recipe.constraints),
            volumes=tuple(self._volumes),
            failed=sum(one.record.measurement.state == "failed" for one in candidates),
            faults=tuple(faults),
        )

    def _state(self, faults: list[str]) -> SeenState:
        try:
            return seen_state(RunFolder(self._folder))
        except BadEventError as error:
            faults.append(str(error))
            return "damaged"

    def _read_candidates(self) -> list[SearchCandidate]:
        entries = _subfolders(self._folder / "candidates")
        for gone in self._known.keys() - entries.keys():
            del self._known[gone]
        self._damaged = {name: why for name, why in self._damaged.items() if name in entries}
        for name, changed_ns in entries.items():
            self._read_candidate(name, changed_ns)
        found = (candidate for _, candidate in self._known.values())
        return sorted(found, key=lambda one: (one.record.measurement.finished_s, one.id))

    def _read_candidate(self, name: str, changed_ns: int) -> None:
        """Read a candidate that is new, or in whose folder something was added."""
        known, damaged = self._known.get(name), self._damaged.get(name)
        if damaged is not None and damaged[0] == changed_ns:
            return
        # A model is written into a folder of its own, which this time does not tell of.
        awaits_card = known is not None and known[1].card is None and _has_model(known[1].folder)
        if known is not None and known[0] == changed_ns and not awaits_card:
            return
        folder = self._folder / "candidates" / name
        try:
            # What was chosen and found never changes; measured times and models come later.
            record = known[1].record if known is not None else read_candidate(folder)
            self._known[name] = (changed_ns, _with_extras(record, folder))
            self._damaged.pop(name, None)
        except ConfigError as error:
            self._damaged[name] = (changed_ns, str(error))

    def _read_events(self, faults: list[str]) -> None:
        """Take the fronts from the events that came since the last look."""
        try:
            # Another search may have been put in its place.
            if self._events.was_replaced():
                self._events.forget()
                self._volumes = []
            for events in self._events.read():
                self._volumes += [
                    (event.evaluations, event.hypervolume)
                    for event in events
                    if isinstance(event, FrontChanged)
                ]
        except OSError as error:
            faults.append(f"{self._folder / 'events.jsonl'}: cannot be read ({error.strerror})")
        if self._events.fault is not None:
            faults.append(f"{self._folder / 'events.jsonl'}: {self._events.fault}")


def best_of(
    candidates: Sequence[SearchCandidate],
    names: Sequence[str],
    limits: Mapping[MetricName, float] | None = None,
) -> tuple[str, ...]:
    """Return the ids of the candidates that no other beats in the metrics called ``names``.

    Candidates that lack a metric, or that are above one of the ``limits``, take no part.
    """
    rows, ids = [], []
    for candidate in candidates:
        values = [candidate.metric(name) for name in names]
        bounded = [(candidate.metric(name), most) for name, most in (limits or {}).items()]
        if any(value is None or value > most for value, most in bounded):
            continue
        losses = [
            -value if name in HIGHER_IS_BETTER else value
            for name, value in zip(names, values, strict=True)
            if value is not None
        ]
        if len(losses) == len(names):
            rows.append(losses)
            ids.append(candidate.id)
    return tuple(ids[place] for place in front_indices(rows))


def find_searches(folders: Iterable[Path] = ()) -> tuple[RunSummary, ...]:
    """Return the user's searches, then the shipped ones, then those in ``folders`` themselves.

    A damaged folder of a search is listed as ``damaged``, with its fault.
    """
    runs = [*reversed(find_runs(runs_folder())), *find_runs(resources_folder() / "searches")]
    runs += [RunFolder(folder) for folder in folders]
    unique = {run.path.resolve(): run for run in runs}
    return tuple(read_summary_or_fault(run) for run in unique.values() if _is_search(run.path))


def _is_search(folder: Path) -> bool:
    try:
        with (folder / "recipe.yaml").open("rb") as file:
            head = file.read(4096)
    except OSError:
        return (folder / "candidates").is_dir()
    # A glance instead of reading YAML: there may be hundreds of trainings beside a few searches.
    if any(line.split() == [b"type:", b"search"] for line in head.splitlines()):
        return True
    has_type = any(line.startswith(b"type:") for line in head.splitlines())
    return not has_type and (folder / "candidates").is_dir()


def _with_extras(record: CandidateRecord, folder: Path) -> SearchCandidate:
    measured = None
    # A measured time that cannot be read is one that is not there; the candidate still counts.
    with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
        measured = read_measured(folder)
    thumbnail = folder / "thumbnail.webp"
    return SearchCandidate(
        record=record,
        folder=folder,
        measured=measured,
        thumbnail=thumbnail if thumbnail.is_file() else None,
        card=next(iter(sorted((folder / "model").glob("[!.]*.json"))), None),
    )


def _has_model(folder: Path) -> bool:
    return (folder / "model").is_dir()


def _subfolders(folder: Path) -> dict[str, int]:
    """Return name and time of change of the complete candidates' folders."""
    found: dict[str, int] = {}
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            # One may vanish between the listing and the look at it.
            with suppress(OSError):
                if not entry.name.startswith(".") and entry.is_dir():
                    found[entry.name] = entry.stat().st_mtime_ns
    return found


def _read_device(folder: Path, faults: list[str]) -> DeviceFacts | None:
    path = folder / "profile.json"
    if not path.exists():
        return None
    try:
        return read_device(path)
    except ConfigError as error:
        faults.append(str(error))
        return None


class _Worst(Struct):
    worst: dict[str, float]


def _read_worst(folder: Path, faults: list[str]) -> dict[str, float]:
    path = folder / "reference.json"
    if not path.exists():
        return {}
    try:
        content = read_regular(path, max_bytes=_REFERENCE_BYTES)
        return msgspec.json.decode(content, type=prepared(_Worst)).worst
    except (OSError, EngineError, msgspec.DecodeError, UnicodeDecodeError) as error:
        faults.append(f"{path}: not a reference point ({error})")
        return {}
