from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine.config.parts import GeneratorRecipe
from engine.config.recipes import QuantizeRecipe
from engine.core.errors import ConfigError
from engine.training.float_networks import build_quantized, float_files
from tests.helpers.float_networks import CORNERS, install_float_dial, write_float_file
from tests.helpers.tiny_methods import quantize_dial
from tests.helpers.tiny_onnx import write_tiny_onnx
from tests.helpers.training import new_run


@pytest.fixture
def recipe(tmp_path: Path) -> QuantizeRecipe:
    return quantize_dial(tmp_path)


def test_a_file_is_a_plain_network(tmp_path: Path) -> None:
    path = write_float_file(tmp_path / "mine.onnx")

    [(corner, found)] = float_files(str(path)).items()

    assert (corner.label, found) == ("", path)


def test_a_model_has_a_file_for_each_corner() -> None:
    card = install_float_dial()

    files = float_files(card.id)

    assert set(files) == set(CORNERS)
    assert all(path.name == f"{card.id}-{corner.label}.onnx" for corner, path in files.items())


def test_a_dial_is_built_with_its_default_fidelity(recipe: QuantizeRecipe) -> None:
    card = install_float_dial()

    network = build_quantized(msgspec.structs.replace(recipe, float_weights=card.id))

    assert card.dial is not None
    assert network.default_fidelity == card.dial.default_fidelity
    assert network.scale == 2
    assert set(network.corners) == set(CORNERS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"float_weights": "no-such-model"}, "neither an ONNX file nor a model"),
        ({"generator": GeneratorRecipe(scale=4)}, "--set generator.scale=2"),
        ({"dial": None}, "set dial.group"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_way_out(
    recipe: QuantizeRecipe, change: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        build_quantized(msgspec.structs.replace(recipe, **change))


def test_a_run_is_refused_with_the_command_that_makes_a_model_of_it(tmp_path: Path) -> None:
    folder = new_run(tmp_path)

    with pytest.raises(ConfigError, match="mfagan export"):
        float_files(str(folder.path))


def test_networks_of_other_makers_are_refused(tmp_path: Path, recipe: QuantizeRecipe) -> None:
    path = write_tiny_onnx(tmp_path / "other.onnx", scale=2)

    with pytest.raises(ConfigError, match="mfagan export"):
        build_quantized(msgspec.structs.replace(recipe, float_weights=str(path)))
