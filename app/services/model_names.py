"""What models are called: those of the app by size and scale, imported ones by their cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from app.state.number_texts import local_numbers
from app.state.shown_names import shown
from app.state.translation import QT_TRANSLATE_NOOP
from engine.api import ModelCard

_FAST = QT_TRANSLATE_NOOP("ModelNames", "Fast")
_BALANCED = QT_TRANSLATE_NOOP("ModelNames", "Balanced")
_BEST = QT_TRANSLATE_NOOP("ModelNames", "Best")
_PHONES = QT_TRANSLATE_NOOP("ModelNames", "For phones")

SIZES: Mapping[str, str] = {
    "mfa-xs-x4": _FAST,
    "mfa-s-x4": _BALANCED,
    "mfa-m-x4": _BEST,
    "mfa-s-x2": _BALANCED,
    "subgenerator-phone-x4": _PHONES,
}
"""Size of each model of the app, by its id, in the order in which lists show them."""


def model_name(card: ModelCard) -> str:
    r"""Return the name of a model, as one line of plain text: ``Balanced \u00d74``."""
    size = SIZES.get(card.id)
    if size is None:
        return shown(card.name)
    return f"{QCoreApplication.translate('ModelNames', size)} \u00d7{card.scale}"


def is_imported(card: ModelCard) -> bool:
    """Return whether a model is none of the sizes of the app."""
    return card.id not in SIZES


def in_list_order(cards: Iterable[ModelCard]) -> tuple[ModelCard, ...]:
    """Return the sizes of the app first, then the imported models in the order they came in."""
    order = list(SIZES)
    return tuple(
        sorted(cards, key=lambda card: len(order) if is_imported(card) else order.index(card.id))
    )


def cost_text(card: ModelCard, cards: Sequence[ModelCard]) -> str:
    """Return how much work a size of the app is on one photo, compared with the cheapest size.

    Empty if there is nothing to compare: for an imported model, whose cost is among its details,
    and for the only size.
    """
    sizes = [other for other in cards if not is_imported(other)]
    if is_imported(card) or len(sizes) < 2:
        return ""
    least = min(sizes, key=lambda other: other.macs.value)
    times = f"{card.macs.value / max(least.macs.value, 1):.1f}"
    if times == "1.0":
        return QCoreApplication.translate("ModelNames", "The least work of all sizes")
    text = QCoreApplication.translate("ModelNames", "About {times} times as much work as {size}")
    return text.format(times=local_numbers(times), size=model_name(least))
