from __future__ import annotations

import msgspec
import pytest

from app.services.model_names import cost_text, in_list_order, is_imported, model_name
from engine.api import ModelCard
from engine.catalog.card import Cost
from tests.helpers.tiny_models import tiny_card


def _card(model_id: str, *, scale: int = 4, gmacs: int = 1, name: str = "Name") -> ModelCard:
    cost = Cost(input="256x256", value=gmacs * 10**9)
    card = tiny_card(model_id=model_id, scale=scale)
    return msgspec.structs.replace(card, macs=cost, name=name)


_FAST = _card("mfa-xs-x4", gmacs=4)
_BALANCED = _card("mfa-s-x4", gmacs=10)
_BEST = _card("mfa-m-x4", gmacs=25)
_DOUBLE = _card("mfa-s-x2", scale=2, gmacs=9)
_OWN = _card("own", name="My \u202enetwork")


@pytest.mark.parametrize(
    ("card", "name"),
    [
        (_FAST, "Fast \u00d74"),
        (_BALANCED, "Balanced \u00d74"),
        (_BEST, "Best \u00d74"),
        (_DOUBLE, "Balanced \u00d72"),
        (_OWN, r"My \u202enetwork"),
    ],
)
def test_sizes_have_names_of_their_own_and_others_that_of_their_card(
    card: ModelCard, name: str
) -> None:
    assert model_name(card) == name


def test_sizes_come_from_fast_to_best_and_others_after_them_as_they_were() -> None:
    other = _card("another")

    ordered = in_list_order([_OWN, _DOUBLE, _BEST, other, _BALANCED, _FAST])

    assert ordered == (_FAST, _BALANCED, _BEST, _DOUBLE, _OWN, other)
    assert [is_imported(card) for card in ordered] == [False] * 4 + [True] * 2


def test_the_cost_of_a_size_is_compared_with_the_cheapest() -> None:
    cards = (_FAST, _BALANCED, _BEST, _OWN)

    assert cost_text(_BALANCED, cards) == "About 2.5 times as much work as Fast \u00d74"
    assert cost_text(_FAST, cards) == "The least work of all sizes"


def test_what_is_not_a_size_or_the_only_one_is_compared_with_nothing() -> None:
    assert cost_text(_OWN, (_FAST, _BEST, _OWN)) == ""
    assert cost_text(_FAST, (_FAST, _OWN)) == ""
