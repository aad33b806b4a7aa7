"""Twins as the window shows them: one entry in the list, and a fidelity between the two."""

from __future__ import annotations

from dataclasses import replace

from app.state.processing import ProcessingChoice
from engine.api import Catalog, ModelCard


def offered(catalog: Catalog) -> tuple[ModelCard, ...]:
    """Return the models to choose from: of two twins, only the faithful one is listed."""
    return tuple(card for card in catalog.list() if lead(catalog, card) is card)


def lead(catalog: Catalog, card: ModelCard) -> ModelCard:
    """Return the listed model of the pair that ``card`` belongs to."""
    twin = catalog.twin(card)
    # Only mutual twins are one entry: an imported model may name a twin that names another.
    if twin is None or card.kind != "vivid" or catalog.twin(twin) is not card:
        return card
    return twin


def settled(catalog: Catalog, choice: ProcessingChoice, card: ModelCard) -> ProcessingChoice:
    """Return ``choice`` for ``card``, with the listed model and a definite fidelity.

    A model without a twin has no fidelity. A model with a twin always has one, by default its
    own end of the scale, so that the model that is named is the one that runs.
    """
    if catalog.twin(card) is None:
        return replace(choice, model_id=card.id, fidelity=None)
    fidelity = choice.fidelity
    if fidelity is None:
        fidelity = 1.0 if card.kind == "faithful" else 0.0
    return replace(choice, model_id=lead(catalog, card).id, fidelity=fidelity)


def running_card(catalog: Catalog, choice: ProcessingChoice, card: ModelCard) -> ModelCard:
    """Return the model of the pair that runs, or has a share, at the fidelity of the choice."""
    twin = catalog.twin(card)
    if twin is None or choice.fidelity is None:
        return card
    wanted = "faithful" if choice.fidelity > 0 else "vivid"
    return card if card.kind == wanted else twin
