"""Tests of putting networks together."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.inference.network.back_projection import BackProjected
from engine.inference.network.blend import FidelityBlend
from engine.inference.network.loading import load_networks
from engine.inference.network.model_source import ModelSource
from engine.inference.network.network_upscaler import NetworkUpscaler
from engine.inference.network.selection import plan_networks
from tests.helpers.tiny_models import tiny_model


@pytest.fixture
def models(tmp_path: Path) -> tuple[ModelSource, ...]:
    return (
        tiny_model(tmp_path, model_id="vivid", kind="vivid"),
        tiny_model(tmp_path, model_id="faithful"),
        tiny_model(tmp_path, model_id="large", scale=3),
    )


def test_first_network_of_the_scale_is_taken(models: tuple[ModelSource, ...]) -> None:
    loaded = load_networks(plan_networks(models, 2))
    assert isinstance(loaded.upscaler, NetworkUpscaler)
    use = loaded.uses()[0]
    assert (use.model_id, use.precision, use.provider) == ("vivid", "fp32", "cpu")
    assert use.reason == "fp32: the only one"


@pytest.mark.parametrize(
    ("fidelity", "expected"), [(0.0, ["vivid"]), (1.0, ["faithful"]), (0.4, ["vivid", "faithful"])]
)
def test_fidelity_runs_only_the_networks_it_needs(
    models: tuple[ModelSource, ...], fidelity: float, expected: list[str]
) -> None:
    loaded = load_networks(plan_networks(models, 2, fidelity=fidelity))
    assert [use.model_id for use in loaded.uses()] == expected
    assert isinstance(loaded.upscaler, FidelityBlend) == (len(expected) == 2)


def test_network_without_a_twin_says_that_fidelity_had_no_effect(
    models: tuple[ModelSource, ...],
) -> None:
    loaded = load_networks(plan_networks(models, 3, fidelity=0.4))
    assert "large has no 3x twin" in loaded.all_notes()[0]


def test_back_projection_wraps_what_was_put_together(models: tuple[ModelSource, ...]) -> None:
    loaded = load_networks(plan_networks(models, 2, fidelity=0.5, back_projection=True))
    assert isinstance(loaded.upscaler, BackProjected)


def test_back_projection_does_not_undo_what_a_network_restores(tmp_path: Path) -> None:
    restorer = tiny_model(tmp_path, model_id="clean", scale=1)
    loaded = load_networks(plan_networks((restorer,), 1, back_projection=True))
    assert isinstance(loaded.upscaler, NetworkUpscaler)
    assert "clean restores the photo" in loaded.all_notes()[0]
