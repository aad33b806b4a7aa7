"""Lets several threads decode into one struct.

msgspec reads the declaration of a struct when it first decodes into it, and keeps what it has
read. While it reads, it runs Python code, so that another thread may get its turn and use what is
only half there, which ends the process:

    thread 1   first decode ─► keeps an empty description ─► fills it ─────────► ...
    thread 2                        decode ─► finds the description, half empty ─► crash
"""

from __future__ import annotations

import threading
from typing import TypeVar

import msgspec

_Kind = TypeVar("_Kind")

_lock = threading.Lock()
_prepared: set[object] = set()


def prepared(kind: _Kind) -> _Kind:
    """Return ``kind``, of which msgspec has read everything; for each type to decode into.

    Args:
        kind: A struct, or another type that msgspec can decode into.

    Example:
        >>> msgspec.json.decode(b"[1, 2]", type=prepared(list[int]))
        [1, 2]
    """
    if kind not in _prepared:
        # WORKAROUND: msgspec 0.22 guards nothing here. Structs within the struct are read, too.
        with _lock:
            msgspec.json.Decoder(kind)
            _prepared.add(kind)
    return kind
