"""Selects the file of a network to run: the fastest one without a visible loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from engine.catalog.card import ModelCard, Precision, Variant
from engine.core.errors import UnknownNameError
from engine.inference.network.int8_arithmetic import is_int8_exact
from engine.inference.network.providers import CPU, Provider

PrecisionChoice: TypeAlias = Literal["auto", Precision]

MAX_LOSS_DB = 0.05
# Looked at on smooth parts of four photos, enlarged three times: int8 files that are 1.1 to 1.3
# levels off there show grain, though their PSNR hardly falls; at 0.63 to 0.74 it is hardly found.
MAX_SMOOTH_DIFFERENCE_LEVELS = 0.7
# Over whole pictures, for cards that do not state it for smooth areas.
MAX_DIFFERENCE_LEVELS = 0.5
_BEST_FIRST: tuple[Precision, ...] = get_args(Precision)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectedVariant:
    """A variant and why it was selected, as a sentence for users."""

    variant: Variant
    reason: str


def select_variant(
    card: ModelCard, precision: PrecisionChoice, *, provider: Provider
) -> SelectedVariant:
    """Return the variant of ``card`` to run.

    ``auto`` takes the fastest one whose measured loss is below 0.05 dB and whose pictures
    differ from fp32's in smooth areas by less than 0.7 8-bit levels on average. A variant
    whose speed was not measured is not known to be faster than fp32.

    Args:
        card: The network.
        precision: ``auto`` or the precision wanted.
        provider: What it will run on; int8 is left out where it is not faster, and on CPUs
            that do not sum its products exactly.

    Raises:
        UnknownNameError: If the card has no variant of that precision.
    """
    if precision != "auto":
        wanted = card.variant(precision)
        if wanted is None:
            has = ", ".join(variant.precision for variant in card.variants)
            raise UnknownNameError(f"{card.id} has no {precision} variant; it has: auto, {has}")
        return SelectedVariant(variant=wanted, reason=f"{precision}: as asked for")
    best = max(
        (v for v in card.variants if _is_candidate(v, provider)),
        key=_speed,
        default=card.variants[0],
    )
    return SelectedVariant(variant=best, reason=_reason(best, card))


def safer_variants(card: ModelCard, variant: Variant) -> tuple[Variant, ...]:
    """Return the variants of higher precision than ``variant``, highest first."""
    better = _BEST_FIRST[: _BEST_FIRST.index(variant.precision)]
    found = (card.variant(precision) for precision in better)
    return tuple(v for v in found if v is not None)


def _is_candidate(variant: Variant, provider: Provider) -> bool:
    if variant.precision == "int8":
        # Where it gains no speed, only its loss would be left.
        if not provider.is_quantized_fast:
            return False
        # The loss on the card is that of exact sums.
        if provider is CPU and not is_int8_exact():
            return False
    return variant.loss_db < MAX_LOSS_DB and _is_near(variant)


def _is_near(variant: Variant) -> bool:
    if variant.smooth_difference_levels is not None:
        return variant.smooth_difference_levels < MAX_SMOOTH_DIFFERENCE_LEVELS
    return (variant.difference_levels or 0) < MAX_DIFFERENCE_LEVELS


def _speed(variant: Variant) -> float:
    if variant.relative_speed is not None:
        return variant.relative_speed
    return 1.0 if variant.precision == "fp32" else 0.0


def _reason(best: Variant, card: ModelCard) -> str:
    if best.precision == "fp32":
        return (
            "fp32: the fastest without a visible loss"
            if len(card.variants) > 1
            else "fp32: the only one"
        )
    if best.relative_speed is None:
        return f"{best.precision}: the only one without a visible loss"
    return (
        f"{best.precision}: {best.relative_speed:.1f} times as fast as fp32 "
        f"at a loss of {best.loss_db:.3f} dB"
    )
