"""Tests of putting networks together."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.errors import ConfigError, UnknownNameError
from engine.inference.network.assembly import ModelSettings, assemble
from engine.inference.network.back_projection import BackProjected
from engine.inference.network.blend import FidelityBlend
from engine.inference.network.network_upscaler import NetworkUpscaler
from tests.helpers.tiny_models import tiny_model


@pytest.fixture
def settings(tmp_path: Path) -> ModelSettings:
    return ModelSettings(
        models=(
            tiny_model(tmp_path, model_id="vivid", kind="vivid"),
            tiny_model(tmp_path, model_id="faithful"),
            tiny_model(tmp_path, model_id="large", scale=3),
        )
    )


def with_fidelity(settings: ModelSettings, fidelity: float) -> ModelSettings:
    return ModelSettings(models=settings.models, fidelity=fidelity)


def test_first_network_of_the_scale_is_taken(settings: ModelSettings) -> None:
    assembly = assemble(settings, 2)
    assert isinstance(assembly.upscaler, NetworkUpscaler)
    use = assembly.uses()[0]
    assert (use.model_id, use.precision, use.provider) == ("vivid", "fp32", "cpu")
    assert use.reason == "fp32: the only one"
    assert settings.scales == {2, 3}


@pytest.mark.parametrize(
    ("fidelity", "expected"), [(0.0, ["vivid"]), (1.0, ["faithful"]), (0.4, ["vivid", "faithful"])]
)
def test_fidelity_runs_only_the_networks_it_needs(
    settings: ModelSettings, fidelity: float, expected: list[str]
) -> None:
    assembly = assemble(with_fidelity(settings, fidelity), 2)
    assert [use.model_id for use in assembly.uses()] == expected
    assert isinstance(assembly.upscaler, FidelityBlend) == (len(expected) == 2)


def test_network_without_a_twin_says_that_fidelity_had_no_effect(settings: ModelSettings) -> None:
    assembly = assemble(with_fidelity(settings, 0.4), 3)
    assert "large has no 3x twin" in assembly.all_notes()[0]


def test_back_projection_wraps_what_was_put_together(settings: ModelSettings) -> None:
    wrapped = ModelSettings(models=settings.models, fidelity=0.5, back_projection=True)
    assert isinstance(assemble(wrapped, 2).upscaler, BackProjected)


def test_back_projection_does_not_undo_what_a_network_restores(tmp_path: Path) -> None:
    restorer = tiny_model(tmp_path, model_id="clean", scale=1)
    assembly = assemble(ModelSettings(models=(restorer,), back_projection=True), 1)
    assert isinstance(assembly.upscaler, NetworkUpscaler)
    assert "clean restores the photo" in assembly.all_notes()[0]


def test_scale_fidelity_and_device_that_do_not_exist_are_refused(settings: ModelSettings) -> None:
    with pytest.raises(ConfigError, match="no network of scale 8"):
        assemble(settings, 8)
    with pytest.raises(ConfigError, match="between 0"):
        assemble(with_fidelity(settings, 1.5), 2)
    with pytest.raises(UnknownNameError, match="Did you mean 'cpu'"):
        assemble(ModelSettings(models=settings.models, device="cpi"), 2)
