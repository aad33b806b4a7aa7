"""Remembers what is no setting: recent photos and where the window was."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from app.state.settings_store import write_text_atomic

logger = logging.getLogger(__name__)

MAXIMUM_RECENT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What the next start takes over.

    Attributes:
        recent: Photos, the last one first.
        geometry: Size and place of the window, as the window wrote it.
        folder: Folder of the last photo that was chosen with a dialog.
    """

    recent: tuple[str, ...] = ()
    geometry: str = ""
    folder: str = ""

    def with_recent(self, path: Path) -> Session:
        """Return the session with ``path`` as its most recent photo."""
        others = [entry for entry in self.recent if entry != str(path)]
        return replace(self, recent=(str(path), *others)[:MAXIMUM_RECENT])


def load_session(path: Path | None) -> Session:
    """Return the last session, an empty one if there is none to be read."""
    if path is None or not path.is_file():
        return Session()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Session(
            recent=tuple(str(entry) for entry in content["recent"]),
            geometry=str(content["geometry"]),
            folder=str(content["folder"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        logger.info("The last session could not be read and is left out")
        return Session()


def save_session(path: Path | None, session: Session) -> None:
    """Write ``session``; what cannot be written is only missed, not an error."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text_atomic(path, json.dumps(asdict(session), ensure_ascii=False, indent=1))
    except OSError as error:
        logger.info("The session could not be saved: %s", error)
