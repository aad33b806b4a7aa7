"""Records what became of every photo of a batch, across interruptions.

One JSON object per line, appended and flushed as photos finish. A line cut off
by a crash is ignored; the newest line of a photo counts. A line announces each result just
before it gets its name: after a kill in that moment, the file under the name decides.

::

    {"kind": "batch", ...}      the header: folder, settings, photos
    {"kind": "begun", ...}      work on a photo begins
    {"kind": "naming", ...}     its result is about to get its name
    {"kind": "photo", ...}      done, skipped or failed
"""

from __future__ import annotations

import hashlib
import logging
import os
from contextlib import suppress
from pathlib import Path

from engine.core.atomic_file import write_bytes_atomic
from engine.core.errors import ConfigError, OutputError
from engine.core.file_identity import file_stamp
from engine.core.places import state_folder
from engine.core.private_files import make_private_folder
from engine.core.regular_file import open_regular
from engine.inference.batch.records import (
    BatchHeader,
    BegunRecord,
    Entry,
    NamingRecord,
    PhotoRecord,
    deadly_photos,
    encode_entry,
    newest_records,
    read_entries,
)

logger = logging.getLogger(__name__)

SPARE_NAME = ".mfagan-batch.jsonl"
"""Name of the record among the results, for when the user's state cannot be written."""


class Manifest:
    """The record of one batch, in a file that survives the process.

    A full disk does not end a batch: the record is then continued among the results, and
    if that fails as well, in memory.

    Attributes:
        path: Its file.
        header: What the batch is.
        fault: Why it can no longer be written, None while it can.
    """

    def __init__(
        self,
        path: Path,
        header: BatchHeader,
        records: dict[str, PhotoRecord],
        *,
        deadly: frozenset[str] = frozenset(),
        spare: Path | None = None,
    ) -> None:
        self.path = path
        self.header = header
        self.fault: str | None = None
        self._records = records
        self._deadly = deadly
        self._spare = spare

    @classmethod
    def start(cls, path: Path, header: BatchHeader, *, spare: Path | None = None) -> Manifest:
        """Begin a record, replacing an earlier one.

        Args:
            path: Its file.
            header: What the batch is.
            spare: File to use if ``path`` cannot be written.
        """
        manifest = cls(path, header, {}, spare=spare)
        if not manifest._write_all(path):
            manifest._move()
        elif spare is not None:
            # What an earlier batch had to write there no longer counts.
            with suppress(OSError):
                spare.unlink(missing_ok=True)
        return manifest

    @classmethod
    def load(cls, path: Path, *, spare: Path | None = None) -> Manifest | None:
        """Return the record in ``path``, None when there is none that can be read.

        Args:
            path: Its file.
            spare: The file that was used if ``path`` could not be written.
        """
        # A spare record exists only if the usual place failed, so it is the newer one.
        for place in (spare, path):
            entries = read_entries(place) if place is not None else []
            header = next((e for e in reversed(entries) if isinstance(e, BatchHeader)), None)
            if place is not None and header is not None:
                records = newest_records(entries)
                return cls(
                    place, header, records, deadly=deadly_photos(entries, records), spare=spare
                )
        return None

    def records(self) -> tuple[PhotoRecord, ...]:
        """Return what became of every photo so far."""
        return tuple(self._records.values())

    def record_of(self, photo: Path) -> PhotoRecord | None:
        """Return what became of ``photo``, None before its turn."""
        return self._records.get(str(photo.absolute()))

    def was_deadly(self, photo: Path) -> bool:
        """Return whether an earlier run died while it worked on ``photo``."""
        return str(photo.absolute()) in self._deadly

    def is_finished(self, photo: Path) -> bool:
        """Return whether ``photo`` is unchanged and its result still exists."""
        record = self.record_of(photo)
        if record is None or record.outcome == "failed" or record.stamp != file_stamp(photo):
            return False
        return record.output is not None and Path(record.output).exists()

    def add(self, record: PhotoRecord) -> None:
        """Write down what became of a photo, on the disk when this returns."""
        self._records[record.path] = record
        self._append(record)

    def begin(self, photo: Path, *, is_called_off: bool = False) -> None:
        """Write down that the work on ``photo`` begins, or that the user stopped it."""
        self._append(BegunRecord(path=str(photo.absolute()), is_called_off=is_called_off))

    def announce(self, photo: Path, part: Path, output: Path) -> None:
        """Write down that a result is about to get its name.

        Args:
            photo: The photo.
            part: The finished result under its temporary name.
            output: The name.
        """
        self._append(NamingRecord.of(photo, part, output))

    def check_settings(self, settings: str) -> None:
        """Refuse to continue with other settings.

        Raises:
            ConfigError: If the batch was started with other settings.
        """
        if settings != self.header.settings:
            raise ConfigError(
                f"{self.header.output_folder}: this batch was started with other settings; "
                "use the same settings, or omit --resume and --retry-failed"
            )

    def _append(self, entry: Entry) -> None:
        try:
            with self.path.open("ab") as file:
                # A crash may have cut the last line: never continue it.
                file.write(b"\n" * self._is_cut_off() + encode_entry(entry) + b"\n")
                file.flush()
                # On the disk before the work continues: a power cut must not lose it.
                os.fsync(file.fileno())
        except OSError as error:
            self._give_up(error)
            # The new file has all records, but not what is only begun or announced.
            if self._move() and not isinstance(entry, PhotoRecord):
                self._append(entry)

    def _move(self) -> bool:
        """Continue in the spare file, and return whether it can be written."""
        if self._spare is None or self.path == self._spare:
            return False
        if not self._write_all(self._spare):
            return False
        self.path, self.fault = self._spare, None
        return True

    def _write_all(self, path: Path) -> bool:
        lines = [encode_entry(self.header), *map(encode_entry, self._records.values())]
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
    """Return the file of the record of the batch into ``output_folder``.

    It is kept with the user's state and not among the results.
    """
    # Not resolved: a folder that is a link keeps its record when the link is changed.
    name = os.path.normcase(output_folder.absolute())
    digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:24]
    return state_folder() / "batches" / f"{digest}.jsonl"


def spare_manifest_path(output_folder: Path) -> Path:
    """Return the file to use when the user's state cannot be written."""
    return output_folder / SPARE_NAME
