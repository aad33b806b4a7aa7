"""The models that come with the project are whole and measured."""

from __future__ import annotations

import itertools

import pytest

from engine.catalog.card import ModelCard
from engine.catalog.catalog import Catalog, ModelFolder, Origin, shipped_models_folder

CATALOG = Catalog([ModelFolder(folder=shipped_models_folder(), origin=Origin.SHIPPED)])
CARDS = CATALOG.list()
PLAIN = [card for card in CARDS if card.dial is None]
every_model = pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
every_plain_model = pytest.mark.parametrize("card", PLAIN, ids=lambda card: card.id)


def test_all_cards_can_be_read_and_all_files_are_whole() -> None:
    assert CATALOG.broken == ()
    assert {fault for _, fault in CATALOG.verify()} == {None}


def test_all_files_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in shipped_models_folder().iterdir()) < 25e6


def test_each_scale_has_one_default_for_all_photos() -> None:
    for scale in {card.scale for card in CARDS}:
        (marked,) = [card for card in CARDS if card.scale == scale and card.is_default]
        assert marked.dial is not None or (marked.kind, marked.degradation) == ("faithful", "real")
        assert CATALOG.default(scale) == marked


@every_plain_model
def test_it_has_an_int8_file(card: ModelCard) -> None:
    small = card.variant("int8")
    assert small is not None
    assert 0 <= small.loss_db < 0.2


@every_model
def test_it_keeps_to_the_budget_of_its_size(card: ModelCard) -> None:
    # 27.4 GMAC at 256x256 are 42.9 times less than ESRGAN; 62,000 weights are TPSR's class.
    size = card.id.split("-")[1]
    most_weights, most_gmac = {"xs": (62e3, 4.1), "s": (1.5e5, 9.6), "m": (4.3e5, 27.4)}[size]
    assert card.params <= most_weights
    assert card.macs.value <= most_gmac * 1e9


@every_plain_model
def test_its_figures_name_command_and_protocol(card: ModelCard) -> None:
    measured = {(figure.set, figure.metric) for figure in card.quality}
    sets, metrics = ("set5", "set14", "bsd100"), ("psnr_y_db", "lpips")
    assert measured >= set(itertools.product(sets, metrics))
    for figure in card.quality:
        assert figure.command.startswith(f"mfagan evaluate {card.id} ")


@every_plain_model
def test_a_model_for_real_photos_was_measured_on_degraded_ones(card: ModelCard) -> None:
    protocols = {figure.protocol.split(",")[0] for figure in card.quality}
    is_degraded = not protocols.isdisjoint({"mild LR", "strong LR"})
    assert is_degraded == (card.degradation == "real")
    assert ("niqe" in {figure.metric for figure in card.quality}) == (card.degradation == "real")


@every_plain_model
def test_its_training_is_recorded(card: ModelCard) -> None:
    assert card.training["step"] > 0
    assert card.training["machine"]
    assert card.training["minutes"] > 0
    assert "/" not in str(card.training["start"])


@every_plain_model
def test_what_paints_detail_says_so(card: ModelCard) -> None:
    warned = any("may not have been there" in limit for limit in card.limits)
    assert warned == (card.kind == "vivid")
