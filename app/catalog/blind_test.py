"""The blind test of models of the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from app.judging.crop_renderer import JudgedSource
from app.judging.judged import JudgedModel
from app.services.engine_service import EngineService
from app.services.model_names import model_name
from app.state.processing import ProcessingChoice, TargetChoice
from engine.api import ModelCard

_METRICS = ("psnr_y_db", "lpips")


def judged_models(engine_service: EngineService) -> list[JudgedModel]:
    """Return all models that can be used, each enlarging by the same factor.

    Dials are left to the photo and the model, as for a user who does not touch them.
    """
    cards = engine_service.cards()
    factor = max((card.scale for card in cards), default=1)
    figures = comparable_figures([card for card in cards if card.scale == factor])
    return [_judged(card, factor, cards, figures.get(card.id, {})) for card in cards]


def comparable_figures(cards: Sequence[ModelCard]) -> dict[str, dict[str, float]]:
    """Return the quality on the cards of models of one scale, by id and metric.

    It is a mean over the conditions, picture set and protocol, under which all of these models
    were measured; figures of different conditions say nothing about each other.
    """
    found: dict[str, dict[str, float]] = {}
    for metric in _METRICS:
        values = {
            card.id: {(f.set, f.protocol): f.value for f in card.quality if f.metric == metric}
            for card in cards
        }
        measured = {name: one for name, one in values.items() if one}
        common = set.intersection(*map(set, measured.values())) if measured else set()
        for name, one in measured.items() if common else ():
            found.setdefault(name, {})[metric] = fmean(one[each] for each in sorted(common))
    return found


def _judged(
    card: ModelCard, factor: int, cards: Sequence[ModelCard], metrics: dict[str, float]
) -> JudgedModel:
    name = model_name(card)
    # Imported models may share a name.
    if sum(model_name(other) == name for other in cards) > 1:
        name = f"{name} ({card.id})"
    choice = ProcessingChoice(model_id=card.id, target=TargetChoice(value=float(factor)))
    source = JudgedSource(choice=choice, scale=factor)
    return JudgedModel(id=card.id, label=name, source=source, metrics=metrics)
