"""Keeps the queue on disk, so that it is there at the next start."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemState, QueueItem
from app.state.settings_store import write_text_atomic

logger = logging.getLogger(__name__)

_VERSION = 1


def save_queue(path: Path, items: tuple[QueueItem, ...]) -> None:
    """Write ``items`` in one step.

    Raises:
        OSError: If the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"version": _VERSION, "items": [_to_json(item) for item in items]}
    write_text_atomic(path, json.dumps(content, ensure_ascii=False, indent=1))


def load_queue(path: Path) -> tuple[QueueItem, ...]:
    """Return the items of the last session; what was under way waits again."""
    if not path.is_file():
        return ()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_from_json(entry) for entry in content["items"])
    except (OSError, ValueError, KeyError, TypeError):
        logger.info("The queue of the last session could not be read and is left out")
        return ()


def _to_json(item: QueueItem) -> dict[str, object]:
    return {
        "path": str(item.path),
        "choice": item.choice.to_json(),
        "state": item.state.value,
        "result": str(item.result) if item.result else None,
        "message": item.message,
        "code": item.code,
        "details": item.details,
        "consistency_max": item.consistency_max,
        "consistency_mean": item.consistency_mean,
        "device": item.device,
    }


def _from_json(entry: dict[str, object]) -> QueueItem:
    state = ItemState(entry["state"])
    choice = entry["choice"]
    if not isinstance(choice, dict):
        raise TypeError("an item without a choice")
    result = entry["result"]
    return QueueItem(
        item_id=0,
        path=Path(str(entry["path"])),
        choice=ProcessingChoice.from_json(choice),
        state=ItemState.WAITING if state.is_active else state,
        result=Path(str(result)) if result else None,
        fraction=1.0 if state is ItemState.DONE else 0.0,
        message=str(entry["message"]),
        code=str(entry["code"]),
        details=str(entry.get("details", "")),
        consistency_max=_number(entry["consistency_max"]),
        consistency_mean=_number(entry["consistency_mean"]),
        device=str(entry["device"]),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
