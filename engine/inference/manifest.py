"""Remembers what became of every photo of a batch, across interruptions.

One JSON object a line, appended and flushed as photos finish. A line cut off
by a crash is ignored; the newest line of a photo counts. Before a result gets its name, a
line says so: after a kill in that moment the file tells whether it got it.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.core.atomic_file import write_bytes_atomic
from engine.core.errors import ConfigError, OutputError
from engine.core.path_texts import printable, restored_path, stored_path
from engine.core.places import state_folder
from engine.core.private_files import make_private_folder
from engine.core.regular_file import open_regular, read_regular

logger = logging.getLogger(__name__)

SCHEMA_VERSION = 1
SPARE_NAME = ".mfagan-batch.jsonl"
"""Where the record goes, among the results, when the user's state cannot be written."""
Outcome: TypeAlias = Literal["done", "skipped", "failed"]

_MAX_BYTES = 2**30
# FAT keeps times to 2 s.
_SAME_TIME_NS = 2_000_000_000


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
        output: The result's file; of a skipped photo the one that was there; None when
            there is none.
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


class NamingRecord(Struct, frozen=True, kw_only=True, tag="naming", tag_field="kind"):
    """A finished result is about to get its name.

    Attributes:
        path: The photo.
        stamp: Its size and time of change.
        output: The name.
        size_bytes: Size of the result.
        changed_ns: When it was written last; renaming keeps that.
    """

    path: str
    stamp: str
    output: str
    size_bytes: int
    changed_ns: int

    @property
    def has_happened(self) -> bool:
        """Whether the file under the name is that result."""
        try:
            status = Path(self.output).stat()
        except (OSError, ValueError):
            return False
        is_same_time = abs(status.st_mtime_ns - self.changed_ns) < _SAME_TIME_NS
        return status.st_size == self.size_bytes and is_same_time


_Entry: TypeAlias = BatchHeader | PhotoRecord | NamingRecord
_ChangePath: TypeAlias = Callable[[str], str]


class Manifest:
    """The record of one batch, in a file that survives the process.

    A disk that is full does not end a batch: the record then goes on among the results,
    and where that fails too, in memory.

    Attributes:
        path: Where it stands.
        header: What the batch is.
        fault: Why it is not written any more, None while it is.
    """

    def __init__(
        self,
        path: Path,
        header: BatchHeader,
        records: dict[str, PhotoRecord],
        *,
        spare: Path | None = None,
    ) -> None:
        self.path = path
        self.header = header
        self.fault: str | None = None
        self._records = records
        self._spare = spare

    @classmethod
    def start(cls, path: Path, header: BatchHeader, *, spare: Path | None = None) -> Manifest:
        """Begin a record, in the place of an earlier one.

        Args:
            path: Where it shall stand.
            header: What the batch is.
            spare: Where else it may stand if it cannot be written there.
        """
        manifest = cls(path, header, {}, spare=spare)
        if not manifest._write_all(path):
            manifest._move()
        elif spare is not None:
            # What an earlier batch had to write there does not count any more.
            with suppress(OSError):
                spare.unlink(missing_ok=True)
        return manifest

    @classmethod
    def load(cls, path: Path, *, spare: Path | None = None) -> Manifest | None:
        """Return the record in ``path``, None when there is none that can be read.

        Args:
            path: Where it stands.
            spare: Where it stands if its batch could not go on writing to ``path``.
        """
        for place in (spare, path):
            entries = _read(place) if place is not None else []
            header = next((e for e in reversed(entries) if isinstance(e, BatchHeader)), None)
            if place is not None and header is not None:
                return cls(place, header, _newest(entries), spare=spare)
        return None

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
        return record.output is not None and Path(record.output).exists()

    def add(self, record: PhotoRecord) -> None:
        """Write down what became of a photo, on the disk when this returns."""
        self._records[record.path] = record
        self._append(record)

    def announce(self, photo: Path, part: Path, output: Path) -> None:
        """Write down that a result is about to get its name.

        Args:
            photo: The photo.
            part: The finished result under its temporary name.
            output: The name.
        """
        status = part.stat()
        self._append(
            NamingRecord(
                path=str(photo.absolute()),
                stamp=photo_stamp(photo),
                output=str(output.absolute()),
                size_bytes=status.st_size,
                changed_ns=status.st_mtime_ns,
            )
        )

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

    def _append(self, entry: _Entry) -> None:
        try:
            with self.path.open("ab") as file:
                # A crash may have cut the last line: never continue it.
                file.write(b"\n" * self._is_cut_off() + _encode(entry) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            self._give_up(error)
            # The new place holds all records, but not what is only announced.
            if self._move() and isinstance(entry, NamingRecord):
                self._append(entry)

    def _move(self) -> bool:
        """Go on in the spare place, and return whether that can be written."""
        if self._spare is None or self.path == self._spare:
            return False
        if not self._write_all(self._spare):
            return False
        self.path, self.fault = self._spare, None
        return True

    def _write_all(self, path: Path) -> bool:
        lines = [_encode(self.header), *map(_encode, self._records.values())]
        try:
            if path != self._spare:
                make_private_folder(path.parent)
            write_bytes_atomic(path, b"\n".join(lines) + b"\n", is_private=True)
        except (OSError, OutputError) as error:
            self._give_up(error)
            return False
        return True

    def _give_up(self, error: Exception) -> None:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        self.fault = f"{self.path}: what is finished cannot be recorded ({reason})"
        logger.info("%s", self.fault)

    def _is_cut_off(self) -> bool:
        with open_regular(self.path) as file:
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


def spare_manifest_path(output_folder: Path) -> Path:
    """Return where that record goes when the user's state cannot be written."""
    return output_folder / SPARE_NAME


def photo_stamp(photo: Path) -> str:
    """Return the size and time of change of ``photo``, empty when it is missing."""
    try:
        status = photo.stat()
    except (OSError, ValueError):
        return ""
    return f"{status.st_size}-{status.st_mtime_ns}"


def _read(path: Path) -> list[_Entry]:
    try:
        lines = read_regular(path, max_bytes=_MAX_BYTES).splitlines()
    except OSError:
        return []
    entries: list[_Entry] = []
    for line in filter(None, lines):
        try:
            entry = msgspec.json.decode(line, type=_Entry)
        except msgspec.DecodeError:
            logger.info("%s: an unreadable line was left out", path.name)
        else:
            entries.append(_restored(entry))
    return entries


def _newest(entries: list[_Entry]) -> dict[str, PhotoRecord]:
    records: dict[str, PhotoRecord] = {}
    announced: dict[str, NamingRecord] = {}
    for entry in entries:
        if isinstance(entry, PhotoRecord):
            records[entry.path] = entry
            announced.pop(entry.path, None)
        elif isinstance(entry, NamingRecord):
            announced[entry.path] = entry
    for entry in announced.values():
        if entry.has_happened:
            records[entry.path] = PhotoRecord(
                path=entry.path, stamp=entry.stamp, outcome="done", output=entry.output
            )
    return records


def _encode(entry: _Entry) -> bytes:
    """Return a line; paths are kept exactly, texts readably."""
    return msgspec.json.encode(_mapped(entry, stored_path, readable=True))


def _restored(entry: _Entry) -> _Entry:
    return _mapped(entry, restored_path, readable=False)


def _mapped(entry: _Entry, change: _ChangePath, *, readable: bool) -> _Entry:
    if isinstance(entry, BatchHeader):
        photos = tuple((change(path), change(folder)) for path, folder in entry.photos)
        return replace(entry, output_folder=change(entry.output_folder), photos=photos)
    path = change(entry.path)
    if isinstance(entry, NamingRecord):
        return replace(entry, path=path, output=change(entry.output))
    output = change(entry.output) if entry.output is not None else None
    entry = replace(entry, path=path, output=output)
    if not readable:
        return entry
    reason = printable(entry.reason) if entry.reason is not None else None
    return replace(entry, reason=reason, notes=tuple(map(printable, entry.notes)))
