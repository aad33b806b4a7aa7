"""The two dials of a model: which of them it has, and the value of each for one photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.state.processing import ProcessingChoice
from app.state.settings import fidelity_of_pictures
from engine.api import ModelAlias, ModelCard, RestorationEstimate

Estimates = Mapping[int, RestorationEstimate]
"""What was estimated from a photo, by the scale of the network that it is for."""


def settled(choice: ProcessingChoice, card: ModelCard) -> ProcessingChoice:
    """Return ``choice`` for ``card``: without the dials that it does not have."""
    return replace(
        choice,
        model_id=card.id,
        restoration=_rounded(choice.restoration) if card.has_restoration else None,
        fidelity=_rounded(choice.fidelity) if card.has_fidelity else None,
    )


def renamed(choice: ProcessingChoice, alias: ModelAlias) -> ProcessingChoice:
    """Return a choice of an older version, which names a model that ``alias`` replaced."""
    fidelity = choice.fidelity
    return replace(
        choice,
        model_id=alias.model_id,
        restoration=alias.restoration if choice.restoration is None else choice.restoration,
        # Two models could be blended then, which named the faithful one and a share.
        fidelity=alias.fidelity if fidelity is None else fidelity_of_pictures(fidelity),
    )


def with_values(
    choice: ProcessingChoice, card: ModelCard, estimates: Estimates
) -> ProcessingChoice:
    """Return a `settled` choice in which each dial of ``card`` has its value for one photo.

    Without an estimate for the scale of ``card``, an automatic restoration stays None.
    """
    restoration, fidelity = choice.restoration, choice.fidelity
    estimate = estimates.get(card.scale)
    if restoration is None and card.has_restoration and estimate is not None:
        restoration = _rounded(estimate.restoration)
    if fidelity is None and card.has_fidelity:
        fidelity = default_fidelity(card)
    return replace(choice, restoration=restoration, fidelity=fidelity)


def default_fidelity(card: ModelCard) -> float | None:
    """Return the fidelity that ``card`` has until another one is chosen."""
    return None if card.dial is None else _rounded(card.dial.default_fidelity)


def _rounded(value: float | None) -> float | None:
    # As the engine does it: equal values share a loaded network and a preview.
    return None if value is None else round(value, 2)
