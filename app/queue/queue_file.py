"""The queue's file: reads it, and merges this window's items into it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import replace
from pathlib import Path

from app.state.places import complete_path
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemState, QueueItem
from app.state.state_files import UnusableFileError, keep_copy, read_json
from app.state.state_problem import StateProblem

_VERSION = 2
# No version of the app writes a longer one.
_LONGEST_TEXT = 100_000
_TEXTS = ("message", "code", "details", "device", "reason")
_NUMBERS = ("consistency_max", "consistency_mean", "restoration", "fidelity")
_FIELDS = {"key", "path", "choice", "state", "result", *_TEXTS, *_NUMBERS}


def load_queue(path: Path) -> tuple[tuple[QueueItem, ...], StateProblem | None]:
    """Return the items of the last session, and what was wrong with those left out.

    An item that was running waits again. If an item cannot be used, the file is kept as a copy.
    """
    try:
        content = read_json(path)
        if content is None:
            return (), None
        entries, version = _checked(content)
    except UnusableFileError as error:
        copy = keep_copy(path, is_moved=True)
        return (), StateProblem(kind="broken", path=path, copy=copy, reason=str(error))
    items = []
    for position, entry in enumerate(entries):
        try:
            items.append(_from_json(entry, position))
        except (ValueError, TypeError, KeyError, OverflowError):
            # One bad entry, for example of a newer version, costs only itself.
            continue
    if len(items) == len(entries) and version <= _VERSION:
        return tuple(items), None
    kind = "newer" if version > _VERSION else "part"
    return tuple(items), StateProblem(kind=kind, path=path, copy=keep_copy(path))


def queue_text(
    path: Path,
    items: Iterable[QueueItem],
    known_keys: Set[str],
    *,
    on_stored: Callable[[Sequence[QueueItem]], None] | None = None,
) -> str | None:
    """Return the new content of ``path``, None if it is up to date.

    Args:
        path: The file as it is now, perhaps with items of another window.
        items: The items of this window.
        known_keys: Keys of all items that this window ever had; those that are in the
            file but not in ``items`` were removed here. All others belong to other windows.
        on_stored: Called with the items that are in the file now.
    """
    stored, problem = load_queue(path)
    if on_stored is not None:
        on_stored(stored)
    own = [_lasting(item) for item in items]
    # Not in `known_keys`: added by another window since this one read the file.
    others = [item for item in stored if item.key not in known_keys]
    if problem is None and (*own, *others) == stored:
        return None
    content = {"version": _VERSION, "items": [_to_json(item) for item in (*own, *others)]}
    return json.dumps(content, indent=1)


def _lasting(item: QueueItem) -> QueueItem:
    """Return ``item`` as the next session finds it."""
    return replace(
        item,
        item_id=0,
        state=ItemState.WAITING if item.state.is_active else item.state,
        fraction=1.0 if item.state is ItemState.DONE else 0.0,
        eta_s=None,
        forecast=None,
    )


def _to_json(item: QueueItem) -> dict[str, object]:
    return {
        "key": item.key,
        "path": str(item.path),
        "choice": item.choice.to_json(),
        "state": item.state.value,
        "result": str(item.result) if item.result else None,
        **{name: getattr(item, name) for name in (*_TEXTS, *_NUMBERS)},
    }


def _checked(content: object) -> tuple[list[object], int]:
    if not isinstance(content, dict) or not isinstance(content.get("items"), list):
        raise UnusableFileError("not a queue")
    version = content.get("version")
    if type(version) is not int or version < 1:
        raise UnusableFileError("no version")
    return content["items"], version


def _from_json(entry: object, position: int) -> QueueItem:
    if not isinstance(entry, dict) or not entry.keys() <= _FIELDS:
        # An unknown field may change how the photo is enlarged: better no run than a wrong one.
        raise ValueError("not an item of this version")
    choice = entry["choice"]
    if not isinstance(choice, dict):
        raise TypeError("an item without a choice")
    state = ItemState(entry["state"])
    result = entry.get("result")
    return _lasting(
        QueueItem(
            item_id=0,
            key=_text(entry.get("key", "")) or _made_key(entry, position),
            path=_path(entry["path"]),
            choice=ProcessingChoice.from_json(choice),
            state=state,
            result=None if result is None else _path(result),
            consistency_max=_number(entry.get("consistency_max")),
            consistency_mean=_number(entry.get("consistency_mean")),
            restoration=_number(entry.get("restoration")),
            fidelity=_number(entry.get("fidelity")),
            message=_text(entry.get("message", "")),
            code=_text(entry.get("code", "")),
            details=_text(entry.get("details", "")),
            device=_text(entry.get("device", "")),
            reason=_text(entry.get("reason", "")),
        )
    )


def _made_key(entry: dict[str, object], position: int) -> str:
    """Return a key for an entry of an older version: the same in every window."""
    # Windows that read the same file must agree which item is which, without writing it first.
    text = f"{position}:{json.dumps(entry, sort_keys=True)}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _path(value: object) -> Path:
    text = _text(value)
    if not text or "\0" in text:
        raise ValueError("no path")
    return complete_path(Path(text))


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise ValueError("no text")
    return value


def _number(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("no number")  # noqa: TRY004  # of a file, not of a caller
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("no finite number")
    return number
