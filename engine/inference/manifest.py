"""Remembers what became of every photo of a batch, across interruptions.

One JSON object a line, appended and flushed as photos finish. A line cut off
by a crash is ignored; the newest line of a photo counts.
"""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from engine.core.atomic_file import output_error, write_bytes_atomic
from engine.core.errors import ConfigError
from engine.core.places import state_folder

logger = logging.getLogger(__name__)

SCHEMA_VERSION = 1
Outcome: TypeAlias = Literal["done", "skipped", "failed"]


class BatchHeader(Struct, frozen=True, kw_only=True, tag="batch", tag_field="kind"):
    """The first line: what the batch is.

    Attributes:
        schema_version: Version of these lines.
        output_folder: Where the results go.
        settings: Everything that decides how a result looks; another value
            makes earlier results worthless.
        photos: ``[path, folder below the output folder]`` of every photo.
    """

    schema_version: Literal[1] = 1
    output_folder: str
    settings: str
    photos: tuple[tuple[str, str], ...]


class PhotoRecord(Struct, frozen=True, kw_only=True, tag="photo", tag_field="kind"):
    """What became of one photo.

    Attributes:
        path: The photo.
        stamp: Its size and time of change then.
        outcome: ``done``, ``skipped`` because a result was there, ``failed``.
        output: The result's file, None when there is none.
        code: Stable name of the reason of a failure.
        reason: The same in words; also why it was skipped.
        seconds: Time it took.
        notes: What was converted or done otherwise than asked.
    """

    path: str
    stamp: str
    outcome: Outcome
    output: str | None = None
    code: str | None = None
    reason: str | None = None
    seconds: float = 0.0
    notes: tuple[str, ...] = ()


class Manifest:
    """The record of one batch, in a file that survives the process."""

    def __init__(self, path: Path, header: BatchHeader, records: dict[str, PhotoRecord]) -> None:
        self.path = path
        self.header = header
        self._records = records

    @classmethod
    def start(cls, path: Path, header: BatchHeader) -> Manifest:
        """Begin a record, in the place of an earlier one.

        Raises:
            OutputError: If it cannot be written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise output_error(error, path.parent) from error
        write_bytes_atomic(path, msgspec.json.encode(header) + b"\n")
        return cls(path, header, {})

    @classmethod
    def load(cls, path: Path) -> Manifest | None:
        """Return the record in ``path``, None when there is none that can be read."""
        try:
            lines = path.read_bytes().splitlines()
        except OSError:
            return None
        header: BatchHeader | None = None
        records: dict[str, PhotoRecord] = {}
        for line in lines:
            try:
                entry = msgspec.json.decode(line, type=BatchHeader | PhotoRecord)
            except msgspec.DecodeError:
                logger.info("%s: an unreadable line was left out", path.name)
                continue
            if isinstance(entry, BatchHeader):
                header = entry
            else:
                records[entry.path] = entry
        return None if header is None else cls(path, header, records)

    def records(self) -> tuple[PhotoRecord, ...]:
        """Return what became of every photo so far."""
        return tuple(self._records.values())

    def record_of(self, photo: Path) -> PhotoRecord | None:
        """Return what became of ``photo``, None when its turn has not come."""
        return self._records.get(str(photo.absolute()))

    def is_finished(self, photo: Path) -> bool:
        """Return whether ``photo`` is unchanged and its result still stands."""
        record = self.record_of(photo)
        if record is None or record.outcome == "failed" or record.stamp != photo_stamp(photo):
            return False
        return record.output is None or Path(record.output).exists()

    def add(self, record: PhotoRecord) -> None:
        """Write down what became of a photo, on the disk when this returns.

        Raises:
            OutputError: If it cannot be written.
        """
        try:
            with self.path.open("ab") as file:
                # A crash may have cut the last line: never continue it.
                file.write(b"\n" * self._is_cut_off() + msgspec.json.encode(record) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise output_error(error, self.path) from error
        self._records[record.path] = record

    def check_settings(self, settings: str) -> None:
        """Refuse to go on with other settings.

        Raises:
            ConfigError: If the batch was started with others.
        """
        if settings != self.header.settings:
            raise ConfigError(
                f"{self.header.output_folder}: this batch was started with other settings; "
                "give the same ones, or leave out --resume and --retry-failed"
            )

    def _is_cut_off(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            if file.tell() == 0:
                return False
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"


def manifest_path(output_folder: Path) -> Path:
    """Return where the record of the batch into ``output_folder`` stands.

    It is kept with the user's state and not among the results.
    """
    name = os.path.normcase(output_folder.absolute())
    digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:24]
    return state_folder() / "batches" / f"{digest}.jsonl"


def photo_stamp(photo: Path) -> str:
    """Return the size and time of change of ``photo``, empty when it is missing."""
    try:
        status = photo.stat()
    except OSError:
        return ""
    return f"{status.st_size}-{status.st_mtime_ns}"
