"""Tests of choosing networks, precision and device before anything is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.catalog.card import Kind
from engine.catalog.catalog import Catalog
from engine.core.errors import ConfigError, UnknownNameError
from engine.inference.network.model_source import ModelSource
from engine.inference.network.providers import KNOWN_PROVIDERS
from engine.inference.network.selection import (
    NetworkPlan,
    plan_network,
    plan_networks,
    select_models,
)
from tests.helpers.catalogs import put_model
from tests.helpers.tiny_models import tiny_card


def source(model_id: str, *, scale: int = 2, kind: Kind = "faithful") -> ModelSource:
    """Return a model whose files do not exist: nothing may be loaded."""
    card = tiny_card(model_id=model_id, scale=scale, kind=kind, precisions=("fp32", "int8"))
    return ModelSource(card=card, folder=Path("/nowhere"))


TWINS = (source("bright", kind="vivid"), source("plain"), source("large", scale=3))


def names(plan: NetworkPlan) -> list[str]:
    return [card.id for card in plan.cards]


@pytest.mark.parametrize(
    ("fidelity", "expected", "name", "is_vivid"),
    [
        (None, ["bright"], "bright", True),
        (0.0, ["bright"], "bright", True),
        (1.0, ["plain"], "plain", False),
        (0.125, ["bright", "plain"], "plain-fidelity12.5", True),
        (0.5, ["bright", "plain"], "plain-fidelity50", False),
    ],
)
def test_fidelity_decides_over_networks_name_and_look(
    fidelity: float | None, expected: list[str], name: str, *, is_vivid: bool
) -> None:
    plan = plan_networks(TWINS, 2, fidelity=fidelity)

    assert (names(plan), plan.name, plan.is_vivid) == (expected, name, is_vivid)
    assert plan.fidelity == (fidelity if len(expected) == 2 else None)


def test_precision_and_device_are_part_of_the_plan() -> None:
    plan = plan_networks(TWINS, 2, precision="int8", device="cpu", thread_count=3)

    (network,) = plan.networks
    assert (network.variant.precision, network.provider.name) == ("int8", "cpu")
    assert network.reason == "int8: as asked for"
    assert plan.thread_count == 3


def test_a_model_without_a_twin_is_planned_alone_with_a_note() -> None:
    plan = plan_networks(TWINS, 3, fidelity=0.4)

    assert (names(plan), plan.fidelity) == (["large"], None)
    assert "fidelity had no effect" in plan.notes[0]


def test_a_network_that_restores_is_not_back_projected() -> None:
    plan = plan_networks([source("clean", scale=1)], 1, back_projection=True)

    assert not plan.is_back_projected
    assert "clean restores the photo" in plan.notes[0]
    enlarging = plan_networks(TWINS, 2, back_projection=True)
    assert (enlarging.is_back_projected, enlarging.notes) == (True, ())


def test_the_provider_is_part_of_the_plan_of_a_network() -> None:
    cuda = KNOWN_PROVIDERS[0]
    planned = plan_network(TWINS[0], provider=cuda)

    assert planned.provider is cuda
    # int8 gains no speed on it.
    assert planned.variant.precision == "fp32"
    assert plan_network(TWINS[0]).thread_count == 0


def test_a_photo_that_is_only_resized_needs_no_networks() -> None:
    nothing = NetworkPlan(networks=())

    assert (nothing.cards, nothing.is_vivid, nothing.thread_count) == ((), False, 0)


def test_without_wishes_the_first_network_runs_alone_on_all_cores() -> None:
    plan = plan_networks(TWINS, 2)

    assert names(plan) == ["bright"]
    assert not plan.is_back_projected
    assert (plan.thread_count, plan.notes) == (0, ())


def test_scale_fidelity_device_and_precision_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ConfigError, match="no network of scale 8"):
        plan_networks(TWINS, 8)
    with pytest.raises(ConfigError, match="between 0"):
        plan_networks(TWINS, 2, fidelity=1.5)
    with pytest.raises(UnknownNameError, match="Did you mean 'cpu'"):
        plan_networks(TWINS, 2, device="cpi")
    with pytest.raises(UnknownNameError, match="no fp16 variant"):
        plan_networks(TWINS, 2, precision="fp16")


def test_twins_come_along_only_when_they_can_be_blended(own_home: Path) -> None:
    folder = own_home / "data" / "models"
    put_model(folder, "plain", twin="bright")
    put_model(folder, "bright", kind="vivid", twin="plain", seed=5)
    catalog = Catalog.open_default()

    def selected(fidelity: float | None) -> list[str]:
        return [s.card.id for s in select_models(catalog, "plain", fidelity=fidelity)]

    assert selected(None) == ["plain"]
    assert selected(0.5) == ["plain", "bright"]
    with pytest.raises(UnknownNameError, match="plian"):
        select_models(catalog, "plian", fidelity=None)


def test_without_a_model_every_scale_has_its_default(own_home: Path) -> None:
    catalog = Catalog.open_default()
    assert own_home.is_dir()

    models = select_models(catalog, None, fidelity=None)

    scales = [model.card.scale for model in models]
    assert scales == sorted({card.scale for card in catalog.list()} - {1})
    assert len(scales) > 1
    assert [model.card.id for model in models] == [catalog.default(s).id for s in scales]
    assert min(scales) > 1
