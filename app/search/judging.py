"""The candidates of a search for the blind test."""

from __future__ import annotations

from collections.abc import Sequence

from app.judging.blind_test_dialog import BlindTestDialog
from app.judging.blind_tests import BlindTests
from app.judging.crop_renderer import JudgedSource
from app.judging.judged import JudgedModel
from app.search.candidate_enlarger import CandidateEnlarger
from app.search.candidate_texts import short_name
from app.search.comparison_controller import ComparisonController
from engine.api import SearchCandidate, SearchState


def start_blind_test(
    blind_tests: BlindTests,
    state: SearchState,
    compared: Sequence[SearchCandidate],
    comparison: ComparisonController,
) -> BlindTestDialog:
    """Show the blind test of the candidates of a search.

    Args:
        blind_tests: Shows it.
        state: The search.
        compared: The candidates that are checked at first, if there are two or more.
        comparison: Has the photo of the page, and enlarges by networks of candidates.

    Raises:
        EngineError: If the card of a candidate cannot be used.
    """
    models = judged_models(judged_candidates(state, compared), comparison.enlarger)
    chosen = [one.id for one in compared] if len(compared) > 1 else []
    return blind_tests.start(state.folder, models, chosen=chosen, photo=comparison.path)


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
