"""The candidates of a run, one folder each: what was chosen and what was measured.

These folders are the truth about a search; Optuna's journal is rebuilt from them.

    candidates/<id>/genes.json     what was chosen
                    metrics.json   what was measured
    candidates/.<id>-<random>/     being written; renamed to <id> when it is complete
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct, field

from engine.core.atomic_file import make_folder, output_error, write_bytes_atomic
from engine.core.errors import ConfigError
from engine.core.typed_data import prepared

GeneValue: TypeAlias = bool | int | float | str | None

CandidateState: TypeAlias = Literal["complete", "pruned", "failed"]

_ABANDONED_S = 3600.0


class Genes(Struct, frozen=True, kw_only=True):
    """Content of ``genes.json``: what was chosen.

    Attributes:
        id: Name of the candidate, and of its folder.
        text: The candidate in one line.
        genes: Canonical values by gene or field; None where a gene has no effect.
        drawn: The same with the values that were drawn where genes have no effect.
        generation: Generation of the evolution that it came from, where there is one.
    """

    id: str
    text: str
    genes: dict[str, GeneValue]
    drawn: dict[str, GeneValue]
    generation: int | None = None


class Measurement(Struct, frozen=True, kw_only=True):
    """Content of ``metrics.json``: what was measured.

    Attributes:
        metrics: Values by name; the name carries the unit.
        state: ``pruned`` if it was stopped early, ``failed`` if it could not be measured.
        seconds: How long that took.
        finished_s: When it was finished, seconds since 1970.
        curve: Values of the objective by step, where it is one of a training run.
        error: Why it failed.
    """

    metrics: dict[str, float]
    state: CandidateState = "complete"
    seconds: float = 0.0
    finished_s: float = field(default_factory=time.time)
    curve: dict[int, float] = {}
    error: str | None = None


class CandidateRecord(Struct, frozen=True, kw_only=True):
    """An evaluated candidate."""

    genes: Genes
    measurement: Measurement

    @property
    def id(self) -> str:
        """Name of the candidate."""
        return self.genes.id


class CandidateFiles:
    """Reads and writes the candidates of a run.

    Args:
        run: The run folder.
    """

    def __init__(self, run: Path) -> None:
        self.folder = run / "candidates"
        # Complete folders never change, so each is read once.
        self._known: dict[str, CandidateRecord] = {}

    def path(self, candidate_id: str) -> Path:
        """Return the folder of a candidate, which may not exist."""
        return self.folder / candidate_id

    def find(self, candidate_id: str) -> CandidateRecord | None:
        """Return a candidate, or None if it was not evaluated yet.

        Raises:
            ConfigError: If its folder is damaged.
        """
        if candidate_id not in self._known:
            path = self.path(candidate_id)
            if not path.is_dir():
                return None
            self._known[candidate_id] = read_candidate(path)
        return self._known[candidate_id]

    def all(self) -> list[CandidateRecord]:
        """Return all candidates in the order in which they were finished.

        Raises:
            ConfigError: If the folder of one is damaged.
        """
        ids = [entry.name for entry in _entries(self.folder) if not entry.name.startswith(".")]
        records = [record for name in ids if (record := self.find(name)) is not None]
        return sorted(records, key=lambda one: (one.measurement.finished_s, one.id))

    def add(self, genes: Genes, measurement: Measurement) -> CandidateRecord:
        """Write a candidate; if another process wrote it meanwhile, return that one's.

        Raises:
            OutputError: If the folder cannot be written to.
        """
        final = self.path(genes.id)
        part = self.folder / f".{genes.id}-{secrets.token_hex(4)}"
        make_folder(part)
        try:
            write_bytes_atomic(part / "genes.json", _encode(genes))
            write_bytes_atomic(part / "metrics.json", _encode(measurement))
            # A rename never replaces a folder with files in it.
            part.rename(final)
        except OSError as error:
            shutil.rmtree(part, ignore_errors=True)
            if not final.is_dir():
                raise output_error(error, final) from error
        record = self.find(genes.id)
        assert record is not None
        return record

    def remove_abandoned(self) -> None:
        """Remove what killed processes left half-written."""
        for entry in _entries(self.folder):
            if not entry.name.startswith("."):
                continue
            with suppress(OSError):
                if time.time() - entry.stat().st_mtime > _ABANDONED_S:
                    shutil.rmtree(entry.path, ignore_errors=True)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if entry.is_dir()]
    except FileNotFoundError:
        return []


def read_candidate(path: Path) -> CandidateRecord:
    """Return the candidate in the folder ``path``.

    Raises:
        ConfigError: If it is damaged.
    """
    try:
        return CandidateRecord(
            genes=msgspec.json.decode((path / "genes.json").read_bytes(), type=prepared(Genes)),
            measurement=msgspec.json.decode(
                (path / "metrics.json").read_bytes(), type=prepared(Measurement)
            ),
        )
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path}: is not a whole candidate ({error}); remove that folder to evaluate it again"
        ) from error


def _encode(content: Struct) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"
