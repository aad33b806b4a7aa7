"""The blind test of models of the catalog."""

from __future__ import annotations

from collections.abc import Sequence

from app.judging.crop_renderer import JudgedSource
from app.judging.judged import JudgedModel
from app.services.engine_service import EngineService
from app.services.model_names import model_name
from app.state.processing import ProcessingChoice, TargetChoice
from engine.api import ModelCard


def judged_models(engine_service: EngineService) -> list[JudgedModel]:
    """Return all models that can be used, each enlarging by the same factor.

    Dials are left to the photo and the model, as for a user who does not touch them.
    """
    cards = engine_service.cards()
    factor = max((card.scale for card in cards), default=1)
    return [_judged(card, factor, cards) for card in cards]


def _judged(card: ModelCard, factor: int, cards: Sequence[ModelCard]) -> JudgedModel:
    name = model_name(card)
    # Imported models may share a name.
    if sum(model_name(other) == name for other in cards) > 1:
        name = f"{name} ({card.id})"
    choice = ProcessingChoice(model_id=card.id, target=TargetChoice(value=float(factor)))
    return JudgedModel(id=card.id, label=name, source=JudgedSource(choice=choice, scale=factor))
