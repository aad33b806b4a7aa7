"""The list of photos of a run, by content, which shows whether they have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from msgspec import Struct


class PhotoRecord(Struct, frozen=True, kw_only=True):
    """One photo.

    Attributes:
        name: Its path relative to the folder, with ``/``.
        sha256: Hash of the file's content.
        lr_sha256: Hash of its LR photo; None if LR is made from HR.
    """

    name: str
    sha256: str
    lr_sha256: str | None = None


def hash_records(records: Iterable[PhotoRecord]) -> str:
    """Return one hash of the names and contents of photos."""
    digest = hashlib.sha256()
    for record in records:
        digest.update(f"{record.name}\t{record.sha256}\t{record.lr_sha256}\n".encode())
    return digest.hexdigest()


def describe_changes(
    before: Iterable[PhotoRecord], now: Iterable[PhotoRecord], *, shown: int = 3
) -> str:
    """Return which photos are missing, new or changed, by name; empty if none is."""
    old, new = ({record.name: record for record in records} for records in (before, now))
    kinds = {
        "missing": [name for name in old if name not in new],
        "new": [name for name in new if name not in old],
        "changed": [name for name in old if name in new and old[name] != new[name]],
    }
    return "; ".join(
        f"{len(names)} {kind} ({', '.join(names[:shown])}{', ...' if len(names) > shown else ''})"
        for kind, names in kinds.items()
        if names
    )
