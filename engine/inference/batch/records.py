"""The lines of a batch's record, and how they are written and read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.core.file_identity import file_stamp
from engine.core.path_texts import printable, restored_path, stored_path
from engine.core.regular_file import read_regular
from engine.core.typed_data import prepared

logger = logging.getLogger(__name__)

Outcome: TypeAlias = Literal["done", "skipped", "failed"]

# Far more than the record of any batch: a larger file is not one of ours.
_MAX_BYTES = 2**30
# FAT stores times in steps of 2 s.
_SAME_TIME_NS = 2_000_000_000


class BatchHeader(Struct, frozen=True, kw_only=True, tag="batch", tag_field="kind"):
    """The first line: what the batch is.

    Attributes:
        schema_version: Version of these lines.
        output_folder: Where the results go.
        settings: Fingerprint of everything that determines a result; with another one
            earlier results do not count.
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
        output: The result's file; of a skipped photo the file that was kept; None if there
            is none.
        code: Stable name of the reason of a failure.
        reason: The reason as a sentence; also why it was skipped.
        seconds: Time it took.
        notes: What was converted, or done differently from what was asked.
        restoration: Restoration of a dial; None for a model without it.
        fidelity: Fidelity of a dial; None for a model without it.
        is_auto: Whether restoration was estimated from the photo.
        auto_reason: What the estimate rests on, as a sentence.
    """

    path: str
    stamp: str
    outcome: Outcome
    output: str | None = None
    code: str | None = None
    reason: str | None = None
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    restoration: float | None = None
    fidelity: float | None = None
    is_auto: bool = False
    auto_reason: str | None = None


class BegunRecord(Struct, frozen=True, kw_only=True, tag="begun", tag_field="kind"):
    """The work on a photo begins, or was stopped by the user.

    Attributes:
        path: The photo.
        is_called_off: Whether the user stopped it.
    """

    path: str
    is_called_off: bool = False


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

    @classmethod
    def of(cls, photo: Path, part: Path, output: Path) -> NamingRecord:
        """Return the line for a result of ``photo`` that still has its temporary name ``part``.

        Raises:
            OSError: If ``part`` is gone.
        """
        # Size and time identify the result after the rename, also on file systems without
        # stable numbers of files.
        status = part.stat()
        return cls(
            path=str(photo.absolute()),
            stamp=file_stamp(photo),
            output=str(output.absolute()),
            size_bytes=status.st_size,
            changed_ns=status.st_mtime_ns,
        )

    @property
    def has_happened(self) -> bool:
        """Whether the file under the name is that result."""
        try:
            status = Path(self.output).stat()
        except (OSError, ValueError):
            return False
        is_same_time = abs(status.st_mtime_ns - self.changed_ns) < _SAME_TIME_NS
        return status.st_size == self.size_bytes and is_same_time


Entry: TypeAlias = BatchHeader | PhotoRecord | BegunRecord | NamingRecord
"""A line."""
_ChangePath: TypeAlias = Callable[[str], str]


def read_entries(path: Path) -> list[Entry]:
    """Return the lines of a file that can be read, none if it cannot."""
    try:
        lines = read_regular(path, max_bytes=_MAX_BYTES).splitlines()
    except OSError:
        return []
    entries: list[Entry] = []
    for line in filter(None, lines):
        try:
            entry = msgspec.json.decode(line, type=prepared(Entry))
        except msgspec.DecodeError:
            # Cut off by a crash, or of a newer version: the other lines still count.
            logger.info("%s: an unreadable line was left out", path.name)
        else:
            entries.append(_restored(entry))
    return entries


def newest_records(entries: Sequence[Entry]) -> dict[str, PhotoRecord]:
    """Return by path what became of each photo, also if a kill came just after the naming."""
    records: dict[str, PhotoRecord] = {}
    announced: dict[str, NamingRecord] = {}
    for entry in entries:
        if isinstance(entry, PhotoRecord):
            # Later lines win: a photo that failed may have been enlarged by a later run.
            records[entry.path] = entry
            announced.pop(entry.path, None)
        elif isinstance(entry, NamingRecord):
            announced[entry.path] = entry
    # Announced and not recorded: killed in between. The file under the name decides.
    for entry in announced.values():
        if entry.has_happened:
            records[entry.path] = PhotoRecord(
                path=entry.path, stamp=entry.stamp, outcome="done", output=entry.output
            )
    return records


def deadly_photos(entries: Sequence[Entry], records: dict[str, PhotoRecord]) -> frozenset[str]:
    """Return the photos on which the work neither ended nor was stopped by the user."""
    begun: dict[str, bool] = {}
    for entry in entries:
        if isinstance(entry, BegunRecord):
            begun[entry.path] = not entry.is_called_off
        elif isinstance(entry, PhotoRecord):
            begun.pop(entry.path, None)
    # Killed after the result had its name: the photo was not what the run died of.
    named = {path for path, record in records.items() if record.outcome == "done"}
    return frozenset(path for path, is_open in begun.items() if is_open and path not in named)


def encode_entry(entry: Entry) -> bytes:
    """Return a line; paths are kept exactly, texts are made readable."""
    return msgspec.json.encode(_mapped(entry, stored_path, readable=True))


def _restored(entry: Entry) -> Entry:
    return _mapped(entry, restored_path, readable=False)


def _mapped(entry: Entry, change: _ChangePath, *, readable: bool) -> Entry:
    if isinstance(entry, BatchHeader):
        photos = tuple((change(path), change(folder)) for path, folder in entry.photos)
        return replace(entry, output_folder=change(entry.output_folder), photos=photos)
    path = change(entry.path)
    if isinstance(entry, BegunRecord):
        return replace(entry, path=path)
    if isinstance(entry, NamingRecord):
        return replace(entry, path=path, output=change(entry.output))
    output = change(entry.output) if entry.output is not None else None
    entry = replace(entry, path=path, output=output)
    if not readable:
        return entry
    # Reasons quote file names, which may hold control characters.
    reason = printable(entry.reason) if entry.reason is not None else None
    return replace(entry, reason=reason, notes=tuple(map(printable, entry.notes)))
