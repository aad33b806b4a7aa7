"""Twins as people meet them: one entry of the list, and a fidelity from one to the other."""

from __future__ import annotations

from dataclasses import replace

from app.state.processing import ProcessingChoice
from engine.api import Catalog, ModelCard


def offered(catalog: Catalog) -> tuple[ModelCard, ...]:
    """Return the models to choose from: of two twins the faithful one stands for both."""
    return tuple(card for card in catalog.list() if lead(catalog, card) is card)


def lead(catalog: Catalog, card: ModelCard) -> ModelCard:
    """Return the model that stands for ``card`` in the list."""
    twin = catalog.twin(card)
    if twin is None or card.kind != "vivid" or catalog.twin(twin) is not card:
        return card
    return twin


def settled(catalog: Catalog, choice: ProcessingChoice, card: ModelCard) -> ProcessingChoice:
    """Return ``choice`` with ``card``, named as the window names it.

    A model that stands alone has no fidelity. One with a twin always has: its
    own end of the scale if none was asked for, so that every model that can be
    named is the one that runs.
    """
    if catalog.twin(card) is None:
        return replace(choice, model_id=card.id, fidelity=None)
    fidelity = choice.fidelity
    if fidelity is None:
        fidelity = 1.0 if card.kind == "faithful" else 0.0
    return replace(choice, model_id=lead(catalog, card).id, fidelity=fidelity)


def running_card(catalog: Catalog, choice: ProcessingChoice, card: ModelCard) -> ModelCard:
    """Return the model of the pair that runs, or prevails, at the choice's fidelity."""
    twin = catalog.twin(card)
    if twin is None or choice.fidelity is None:
        return card
    wanted = "faithful" if choice.fidelity > 0 else "vivid"
    return card if card.kind == wanted else twin
