"""Problems with files and folders of the app, as data and as sentences for the user."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.state.shown_names import shown
from app.state.translation import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True, kw_only=True)
class StateProblem:
    """One problem that the user should know of; it never keeps the window from starting.

    Attributes:
        kind: A key of the table of sentences below.
        path: The file or folder it is about.
        copy: Copy of its old content, None if there is none.
        reason: The system's reason, if it gave one.
    """

    kind: str
    path: Path
    copy: Path | None = None
    reason: str = ""


_SENTENCES = {
    "broken": QT_TRANSLATE_NOOP("StateProblem", "{path} could not be read and was left out."),
    "part": QT_TRANSLATE_NOOP(
        "StateProblem", "Parts of {path} could not be used and were left out."
    ),
    "newer": QT_TRANSLATE_NOOP(
        "StateProblem",
        "{path} was written by a newer version; what this version does not know was left out.",
    ),
    "unsaved": QT_TRANSLATE_NOOP(
        "StateProblem",
        "{path} cannot be written ({reason}). Your changes apply until the window closes.",
    ),
    "scratch": QT_TRANSLATE_NOOP(
        "StateProblem",
        "{path} cannot be used ({reason}). Large photos are kept in the system's folder for "
        "temporary files while they are open.",
    ),
    "model": QT_TRANSLATE_NOOP("StateProblem", "A model was skipped: {reason}"),
    "elsewhere": QT_TRANSLATE_NOOP(
        "StateProblem",
        "Another window is using the queue of {path}. Photos you add here join it at the next "
        "start.",
    ),
}
_COPY = QT_TRANSLATE_NOOP("StateProblem", "Its old content is kept as {copy}.")


def problem_text(problem: StateProblem) -> str:
    """Return ``problem`` as sentences, in the language of the app."""
    text = QCoreApplication.translate("StateProblem", _SENTENCES[problem.kind]).format(
        path=shown(problem.path), reason=shown(problem.reason)
    )
    if problem.copy is not None:
        copy = QCoreApplication.translate("StateProblem", _COPY).format(
            copy=shown(problem.copy.name)
        )
        text = f"{text} {copy}"
    return text
