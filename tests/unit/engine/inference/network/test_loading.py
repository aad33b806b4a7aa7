"""Tests of loading the network of a plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.inference.network.back_projection import BackProjected
from engine.inference.network.loading import load_network
from engine.inference.network.model_source import ModelSource
from engine.inference.network.network_upscaler import NetworkUpscaler
from engine.inference.network.selection import plan_scale
from tests.helpers.tiny_models import tiny_dial, tiny_model


@pytest.fixture
def models(tmp_path: Path) -> tuple[ModelSource, ...]:
    return (
        tiny_model(tmp_path, model_id="vivid", kind="vivid"),
        tiny_model(tmp_path, model_id="faithful"),
        tiny_dial(tmp_path, model_id="large", scale=3),
    )


def test_first_network_of_the_scale_is_taken(models: tuple[ModelSource, ...]) -> None:
    loaded = load_network(plan_scale(models, 2))
    assert isinstance(loaded.upscaler, NetworkUpscaler)
    use = loaded.use()
    assert (use.model_id, use.precision, use.provider) == ("vivid", "fp32", "cpu")
    assert use.reason == "fp32: the only one"
    assert (use.restoration, use.fidelity) == (None, None)


def test_the_use_of_a_dial_says_where_it_was_set(models: tuple[ModelSource, ...]) -> None:
    use = load_network(plan_scale(models, 3, restoration=0.3)).use()
    assert (use.model_id, use.restoration, use.fidelity) == ("large", 0.3, 0.15)


def test_an_open_restoration_is_not_loaded(models: tuple[ModelSource, ...]) -> None:
    with pytest.raises(ValueError, match="must be estimated"):
        load_network(plan_scale(models, 3))


def test_network_without_a_dial_says_that_its_values_had_no_effect(
    models: tuple[ModelSource, ...],
) -> None:
    loaded = load_network(plan_scale(models, 2, restoration=0.4, fidelity=0.4))
    assert loaded.all_notes() == (
        "vivid has no restoration: it had no effect",
        "vivid has no fidelity: it had no effect",
    )


def test_back_projection_wraps_the_network(models: tuple[ModelSource, ...]) -> None:
    loaded = load_network(plan_scale(models, 2, back_projection=True))
    assert isinstance(loaded.upscaler, BackProjected)


def test_back_projection_does_not_undo_what_a_network_restores(tmp_path: Path) -> None:
    restorer = tiny_model(tmp_path, model_id="clean", scale=1)
    loaded = load_network(plan_scale((restorer,), 1, back_projection=True))
    assert isinstance(loaded.upscaler, NetworkUpscaler)
    assert "clean restores the photo" in loaded.all_notes()[0]
