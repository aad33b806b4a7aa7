"""The session: recent photos and the arrangement of the window, which are not settings."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from app.state.places import complete_path
from app.state.state_files import UnusableFileError, keep_copy, read_json
from app.state.state_problem import StateProblem

MAXIMUM_RECENT = 12
# The longest path of any system (Windows); the other texts are far shorter.
_LONGEST_TEXT = 32_767


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What the next start restores.

    Attributes:
        recent: Photos, the last one first.
        geometry: Size and place of the window, as the window wrote it.
        columns: Widths of viewer and inspector, as the window wrote them.
        folder: Folder of the last photo that was chosen with a dialog.
    """

    recent: tuple[str, ...] = ()
    geometry: str = ""
    columns: str = ""
    folder: str = ""

    def with_recent(self, path: Path) -> Session:
        """Return the session with ``path`` as its most recent photo."""
        newest = str(complete_path(path))
        # Without the old entry of the same photo: it moves to the front.
        others = [entry for entry in self.recent if entry != newest]
        return replace(self, recent=(newest, *others)[:MAXIMUM_RECENT])

    def merged_with(self, other: Session) -> Session:
        """Return the session with the recent photos that another window opened."""
        rest = [entry for entry in other.recent if entry not in self.recent]
        return replace(self, recent=(*self.recent, *rest)[:MAXIMUM_RECENT])


def load_session(path: Path | None, *, is_kept: bool = True) -> tuple[Session, StateProblem | None]:
    """Return the usable part of the last session, and the problem with the rest.

    Args:
        path: The file, if there is one.
        is_kept: Whether a copy is kept of a file that is not fully usable.
    """
    if path is None:
        return Session(), None
    try:
        content = read_json(path)
        if content is None:
            return Session(), None
        session, is_whole = _usable(content)
    except UnusableFileError as error:
        # Moved aside, or every later write would meet the broken file again.
        copy = keep_copy(path, is_moved=True) if is_kept else None
        return Session(), StateProblem(kind="broken", path=path, copy=copy, reason=str(error))
    if is_whole:
        return session, None
    copy = keep_copy(path) if is_kept else None
    return session, StateProblem(kind="part", path=path, copy=copy)


def session_text(path: Path, session: Session) -> str:
    """Return the new content of ``path``: ``session`` and the recent photos in the file."""
    stored, _ = load_session(path)
    return json.dumps(asdict(session.merged_with(stored)), indent=1)


def _usable(content: object) -> tuple[Session, bool]:
    if not isinstance(content, dict):
        raise UnusableFileError("not a session")
    texts = {field.name for field in fields(Session)} - {"recent"}
    known = {name: value for name in texts if _is_text(value := content.get(name, ""))}
    listed = content.get("recent", [])
    entries = listed if isinstance(listed, list) else []
    recent = [str(complete_path(Path(e))) for e in entries if _is_text(e) and e]
    # Unknown keys are of a newer version: its file is copied before this version rewrites it.
    is_whole = (
        len(known) == len(texts)
        and isinstance(listed, list)
        and len(recent) == len(entries)
        and content.keys() <= {*texts, "recent"}
    )
    kept = tuple(dict.fromkeys(recent))[:MAXIMUM_RECENT]
    return replace(Session(recent=kept), **known), is_whole


def _is_text(value: object) -> bool:
    return isinstance(value, str) and "\0" not in value and len(value) <= _LONGEST_TEXT
