"""Tests of choosing the variant of a network."""

from __future__ import annotations

import msgspec
import pytest

from engine.catalog.card import ModelCard
from engine.core.errors import UnknownNameError
from engine.inference.network import precision
from engine.inference.network.precision import safer_variants, select_variant
from engine.inference.network.providers import CPU, KNOWN_PROVIDERS
from tests.helpers.tiny_models import tiny_card

CUDA = KNOWN_PROVIDERS[0]
FULL = tiny_card(precisions=("fp32", "fp16", "int8"))


def with_loss(card: ModelCard, **loss: float) -> ModelCard:
    return msgspec.structs.replace(
        card,
        variants=tuple(
            v if v.precision == "fp32" else msgspec.structs.replace(v, **loss)
            for v in card.variants
        ),
    )


def test_auto_takes_the_fastest_and_says_why() -> None:
    chosen = select_variant(FULL, "auto", provider=CPU)
    assert chosen.variant.precision == "int8"
    assert chosen.reason == "int8: 3.0 times as fast as fp32 at a loss of 0.010 dB"


@pytest.mark.parametrize(("loss_db", "expected"), [(0.049, "int8"), (0.05, "fp32")])
def test_auto_takes_no_variant_that_loses_more(loss_db: float, expected: str) -> None:
    chosen = select_variant(with_loss(FULL, loss_db=loss_db), "auto", provider=CPU)
    assert chosen.variant.precision == expected


@pytest.mark.parametrize(("pixels", "expected"), [(0.49, "int8"), (0.5, "fp32")])
def test_auto_takes_no_variant_whose_pictures_are_visibly_other(
    pixels: float, expected: str
) -> None:
    chosen = select_variant(with_loss(FULL, difference_levels=pixels), "auto", provider=CPU)
    assert chosen.variant.precision == expected


@pytest.mark.parametrize(("smooth", "expected"), [(0.69, "int8"), (0.7, "fp32")])
def test_smooth_areas_decide_where_they_were_measured(smooth: float, expected: str) -> None:
    card = with_loss(FULL, difference_levels=2.0, smooth_difference_levels=smooth)
    assert select_variant(card, "auto", provider=CPU).variant.precision == expected


def test_auto_leaves_int8_out_where_it_gains_nothing() -> None:
    chosen = select_variant(FULL, "auto", provider=CUDA)
    assert chosen.variant.precision == "fp32"
    assert "fastest without a visible loss" in chosen.reason


def test_auto_leaves_int8_out_on_cpus_that_compute_it_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(precision, "is_int8_exact", lambda: False)

    assert select_variant(FULL, "auto", provider=CPU).variant.precision == "fp32"
    assert select_variant(FULL, "int8", provider=CPU).variant.precision == "int8"


def test_speed_that_was_not_measured_is_no_speed() -> None:
    unknown = msgspec.structs.replace(
        FULL,
        variants=tuple(msgspec.structs.replace(v, relative_speed=None) for v in FULL.variants),
    )
    assert select_variant(unknown, "auto", provider=CPU).variant.precision == "fp32"


def test_only_variant_is_taken() -> None:
    assert select_variant(tiny_card(), "auto", provider=CPU).reason == "fp32: the only one"
    half = tiny_card(precisions=("fp16",))
    half = msgspec.structs.replace(
        half, variants=(msgspec.structs.replace(half.variants[0], relative_speed=None),)
    )
    assert "only one without" in select_variant(half, "auto", provider=CPU).reason


def test_wanted_precision_is_taken_or_refused() -> None:
    assert select_variant(FULL, "fp16", provider=CPU).reason == "fp16: as asked for"
    with pytest.raises(UnknownNameError, match="tiny has no int8 variant; it has: auto, fp32"):
        select_variant(tiny_card(), "int8", provider=CPU)


def test_safer_variants_come_highest_first() -> None:
    int8 = FULL.variants[2]
    assert [v.precision for v in safer_variants(FULL, int8)] == ["fp32", "fp16"]
    assert safer_variants(FULL, FULL.variants[0]) == ()
