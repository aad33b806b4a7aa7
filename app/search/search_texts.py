"""What the page says of a search."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.state.shown_names import shown
from engine.api import RunSummary, SearchState, format_duration

translate = QCoreApplication.translate


def state_text(summary: RunSummary) -> str:
    """Return the state of a search in one line, with how far it is."""
    count = translate("SearchTexts", "{done} of {total}").format(
        done=summary.step, total=summary.steps
    )
    if summary.state == "running" and summary.eta_s is not None:
        return translate("SearchTexts", "running, {count}, {time} left").format(
            count=count, time=format_duration(summary.eta_s)
        )
    texts = {
        "new": translate("SearchTexts", "not started"),
        "running": translate("SearchTexts", "running, {count}"),
        "paused": translate("SearchTexts", "paused, {count}"),
        "finished": translate("SearchTexts", "finished, {done} candidates"),
        "cancelled": translate("SearchTexts", "stopped, {count}"),
        "failed": translate("SearchTexts", "failed, {count}"),
        "interrupted": translate("SearchTexts", "interrupted, {count}"),
        "damaged": translate("SearchTexts", "damaged"),
    }
    text = texts.get(summary.state, translate("SearchTexts", "starting"))
    return text.format(count=count, done=summary.step)


def missing_text(missing: Sequence[str]) -> str:
    """Return what is missing to start searches, empty if nothing is."""
    if not missing:
        return ""
    return translate(
        "SearchTexts",
        'Starting searches needs {packages}: pip install "mfagan-studio[search]". '
        "Existing ones can be opened.",
    ).format(packages=", ".join(missing))


def no_model_reason(state: SearchState | None, missing: Sequence[str]) -> str:
    """Return why no model of a candidate can be made here, empty if one can."""
    if missing:
        return translate(
            "SearchTexts",
            "No model of this candidate was made yet. Making one needs {packages}: "
            'pip install "mfagan-studio[search]"',
        ).format(packages=", ".join(missing))
    # Of a search that trains each candidate, the weights are in its own folder.
    if state is not None and state.recipe.training is not None:
        return ""
    supernet = None if state is None else state.recipe.supernet
    source = None if supernet is None else supernet.run_folder or supernet.weights
    if source is None or not Path(source).exists():
        return translate(
            "SearchTexts",
            "No model of this candidate was made yet, and the supernet of its search is not here. "
            "Points with a picture have a model.",
        )
    return ""


def faults_text(state: SearchState) -> str:
    """Return what in the folder of a search cannot be read, empty if nothing."""
    if not state.faults:
        return ""
    return translate("SearchTexts", "{count} files cannot be read: {first}").format(
        count=len(state.faults), first=shown(state.faults[0])
    )


def hint_text(*, has_search: bool, fault: str, lacks_model: bool, photo: str | None) -> str:
    """Return what is said in place of a photo.

    Args:
        has_search: Whether a search is shown.
        fault: Why it cannot be shown, empty if it can.
        lacks_model: Whether a candidate is chosen that has no model.
        photo: Name of the photo, None while none is open.
    """
    if not has_search:
        return translate(
            "SearchTexts",
            "No search is there yet. Start one, or open the folder of one: it shows which "
            "networks no other beats.",
        )
    if fault:
        return fault
    if lacks_model:
        return translate(
            "SearchTexts", "No model of this candidate was made yet; the panel says how."
        )
    if photo is None:
        return translate("SearchTexts", "Opening the photo\u2026")
    return translate(
        "SearchTexts", "Click a point: {name} is enlarged by that network at once."
    ).format(name=shown(photo))
