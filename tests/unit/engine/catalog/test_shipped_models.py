"""The models that come with the project are whole and measured."""

from __future__ import annotations

import itertools

import pytest

from engine.catalog.card import ModelCard
from engine.catalog.catalog import Catalog, ModelFolder, Origin, shipped_models_folder
from engine.evaluation.model_points import parse_model_point

CATALOG = Catalog([ModelFolder(folder=shipped_models_folder(), origin=Origin.SHIPPED)])
CARDS = CATALOG.list()
every_model = pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
OLD_IDS = [
    f"{size}-{suffix}"
    for size in ("mfa-xs-x4", "mfa-s-x4", "mfa-m-x4", "mfa-s-x2")
    for suffix in ("classic", "classic-vivid", "photo", "photo-vivid")
]


def test_all_cards_can_be_read_and_all_files_are_whole() -> None:
    assert CATALOG.broken == ()
    assert {fault for _, fault in CATALOG.verify()} == {None}


def test_all_files_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in shipped_models_folder().iterdir()) < 25e6


def test_there_is_a_dial_of_each_size_and_a_default_of_each_scale() -> None:
    sizes = {"mfa-xs-x4", "mfa-s-x4", "mfa-m-x4", "mfa-s-x2"}
    assert {card.id for card in CARDS} == {*sizes, "subgenerator-phone-x4"}
    for scale in (2, 4):
        (marked,) = [card for card in CARDS if card.scale == scale and card.is_default]
        assert CATALOG.default(scale) == marked
        assert marked.id == f"mfa-s-x{scale}"


@every_model
def test_it_has_both_dials_in_both_precisions(card: ModelCard) -> None:
    assert card.dial is not None
    assert card.has_restoration
    assert card.has_fidelity
    small = card.variant("int8")
    assert small is not None
    assert 0 < small.loss_db < 0.2
    assert small.relative_speed is not None


@pytest.mark.parametrize("old_id", OLD_IDS)
def test_every_model_of_earlier_versions_is_a_point_of_one(old_id: str) -> None:
    alias = CATALOG.alias(old_id)

    assert alias is not None
    assert CATALOG.get(alias.model_id).dial is not None


@every_model
def test_it_keeps_to_the_budget_of_its_size(card: ModelCard) -> None:
    # 27.4 GMAC at 256x256 are 42.9 times less than ESRGAN; 62,000 weights are TPSR's class.
    budgets = {"xs": (62e3, 4.1), "s": (1.5e5, 9.6), "m": (4.3e5, 27.4), "phone": (62e3, 3.0)}
    most_weights, most_gmac = budgets[card.id.split("-")[1]]
    assert card.params <= most_weights
    assert card.macs.value <= most_gmac * 1e9


@every_model
def test_its_figures_name_command_and_protocol(card: ModelCard) -> None:
    measured = {(figure.set, figure.metric) for figure in card.quality}
    sets, metrics = ("set5", "set14", "bsd100"), ("psnr_y_db", "lpips")
    assert measured >= set(itertools.product(sets, metrics))
    for figure in card.quality:
        name, point = parse_model_point(figure.command.split()[2])
        assert name == card.id
        assert point.fidelity in {None, 0, 1}
        restoration = "auto" if point.restoration is None else f"{point.restoration:g}"
        assert f"restoration {restoration}" in figure.protocol


@every_model
def test_it_was_measured_on_degraded_photos_as_users_run_it(card: ModelCard) -> None:
    automatic = [figure for figure in card.quality if "restoration auto" in figure.protocol]
    protocols = {figure.protocol.split(",")[0] for figure in automatic}
    assert protocols >= {"bicubic LR", "light LR", "mild LR", "strong LR", "enlarged as they are"}


@every_model
def test_its_training_is_recorded(card: ModelCard) -> None:
    assert card.training["step"] > 0
    assert card.training["machine"]
    assert card.training["minutes"] > 0
    assert "/" not in str(card.training["start"])


@every_model
def test_it_says_that_it_paints_detail(card: ModelCard) -> None:
    assert any("may not have been there" in limit for limit in card.limits)
