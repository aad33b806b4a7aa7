"""What the blind test needs of a search: its models, photos, and who enlarges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from app.judging.blind_test_dialog import BlindTestDialog
from app.judging.crop_renderer import CropRenderer, JudgedSource
from app.judging.judged import JudgedModel
from app.search.candidate_enlarger import CandidateEnlarger
from app.search.candidate_texts import short_name
from app.widgets.theming import ThemeService
from engine.api import CancelToken, Photo, SearchCandidate, SearchState, runs_folder


def build_blind_test(
    state: SearchState,
    compared: Sequence[SearchCandidate],
    *,
    photos: Sequence[Path],
    enlarger: CandidateEnlarger,
    open_photo: Callable[[Path, CancelToken], Photo],
    choose_photos: Callable[[], Sequence[Path]],
    theming: ThemeService,
) -> BlindTestDialog:
    """Return the dialog of a blind test of the candidates of a search.

    Args:
        state: The search.
        compared: The candidates that are offered first.
        photos: The photos that are offered.
        enlarger: Enlarges with networks of candidates.
        open_photo: Decodes a photo.
        choose_photos: Asks the user for more photos.
        theming: Colors.

    Raises:
        EngineError: If the card of a candidate cannot be used.
    """
    renderer = CropRenderer(open_photo, enlarger)
    dialog = BlindTestDialog(
        folder=answers_folder(state),
        models=judged_models(judged_candidates(state, compared), enlarger),
        photos=list(dict.fromkeys(photos)),
        render=renderer,
        choose_photos=choose_photos,
        theming=theming,
    )
    # After the dialog has ended its worker, which reads the photos.
    dialog.finished.connect(renderer.close)
    return dialog


def judged_models(
    candidates: Sequence[SearchCandidate], enlarger: CandidateEnlarger
) -> list[JudgedModel]:
    """Return the candidates that have models, for the blind test.

    Raises:
        EngineError: If the card of one cannot be used.
    """
    models = []
    for candidate in candidates:
        if candidate.card is None:
            continue
        card = enlarger.add(candidate.card)
        models.append(
            JudgedModel(
                id=candidate.id,
                label=short_name(candidate),
                source=JudgedSource(choice=enlarger.choice(card), scale=card.scale),
                metrics=candidate.record.measurement.metrics,
            )
        )
    return models


def judged_candidates(
    state: SearchState, compared: Sequence[SearchCandidate]
) -> list[SearchCandidate]:
    """Return what is offered: the candidates that are compared, then the front's others."""
    first = [one.id for one in compared]
    by_id = {one.id: one for one in state.candidates if one.card is not None}
    return [by_id[name] for name in dict.fromkeys([*first, *state.front]) if name in by_id]


def answers_folder(state: SearchState) -> Path:
    """Return where answers are kept: with the search, or beside the runs if that is shipped."""
    run = state.folder
    # What is installed with the program may belong to another user, and goes with an update.
    if (run / "lock").exists() or run.parent == runs_folder():
        return run
    return runs_folder().parent / "judgments" / run.name
