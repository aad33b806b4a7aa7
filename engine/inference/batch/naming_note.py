"""Records the name of a single result just before it gets it.

After a kill in that moment the note shows whether the result got its name, so that nothing
is made twice. Batches write the same line into their record.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

from engine.core.atomic_file import write_bytes_atomic
from engine.core.errors import OutputError
from engine.core.file_identity import file_stamp
from engine.core.private_files import make_private_folder
from engine.inference.batch.records import NamingRecord, encode_entry, read_entries

logger = logging.getLogger(__name__)


def note_naming(note: Path, photo: Path, part: Path, output: Path) -> None:
    """Write into ``note`` that the result of ``photo`` is about to get its name.

    If that cannot be written, the result gets its name all the same.

    Args:
        note: A file for this note alone, replaced in one step; its folder is made if needed.
        photo: The photo.
        part: The finished result under its temporary name.
        output: The name.
    """
    try:
        make_private_folder(note.parent)
        line = encode_entry(NamingRecord.of(photo, part, output))
        write_bytes_atomic(note, line + b"\n", is_private=True)
    except (OSError, OutputError) as error:
        logger.info("%s: the name of a result cannot be noted (%s)", note, error)
        # An older note is about an older result.
        with suppress(OSError):
            note.unlink(missing_ok=True)


def noted_result(note: Path, photo: Path) -> Path | None:
    """Return the result of ``photo`` that got its name according to ``note``, None if none did.

    A photo that was changed since then has no result; one that is missing still has.
    """
    wanted = str(photo.absolute())
    for entry in read_entries(note):
        if not isinstance(entry, NamingRecord) or entry.path != wanted:
            continue
        if entry.has_happened and file_stamp(photo) in {entry.stamp, ""}:
            return Path(entry.output)
    return None
