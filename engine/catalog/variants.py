"""Chooses the file of a network by the precision asked for."""

from __future__ import annotations

from typing import Literal, TypeAlias

from engine.catalog.card import ModelCard, Variant
from engine.core.errors import ConfigError

PrecisionChoice: TypeAlias = Literal["auto", "fp32", "fp16", "int8"]

AUTO_LOSS_LIMIT_DB = 0.05
"""``auto`` takes no variant that loses as much as this."""


def choose_variant(card: ModelCard, precision: PrecisionChoice = "auto") -> Variant:
    """Return the variant of ``card`` to run.

    ``auto`` takes the fastest one whose measured loss is below
    `AUTO_LOSS_LIMIT_DB`. A variant whose speed was never measured is not
    known to be faster than fp32, so it is not taken for its speed.

    Raises:
        ConfigError: If the card has no variant of the precision asked for.
    """
    if precision == "auto":
        return _fastest_faithful(card)
    variant = card.variant(precision)
    if variant is None:
        held = ", ".join(v.precision for v in card.variants)
        raise ConfigError(f"{card.id} has no {precision} variant; it has {held}. Try auto.")
    return variant


def _fastest_faithful(card: ModelCard) -> Variant:
    good = [v for v in card.variants if v.loss_db < AUTO_LOSS_LIMIT_DB]
    # Nothing is good enough only in an imported card: then the least harm.
    return max(good, key=_speed) if good else min(card.variants, key=lambda v: v.loss_db)


def _speed(variant: Variant) -> float:
    if variant.precision == "fp32":
        return 1.0
    return variant.relative_speed or 0.0
