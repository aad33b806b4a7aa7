"""Finds and reads the float networks that are fine-tuned for 8 bits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import onnx

from engine.catalog.card import ModelCard
from engine.catalog.catalog import Catalog
from engine.catalog.model_file import check_hash
from engine.config.recipes import QuantizeRecipe
from engine.core.errors import ConfigError, UnknownNameError
from engine.models.onnx_network import read_onnx_network
from engine.models.quantized import Corner, QuantizedNetwork

_PLAIN = Corner()


def float_files(source: str) -> dict[Corner, Path]:
    """Return the float files of the network that a recipe names, by corner.

    Args:
        source: The id of a model, or an ONNX file, which is a plain network.

    Raises:
        ConfigError: If there is no such file or model, or it has no float32 files.
        BadCardError: If a file is missing or is not what the card of the model says.
    """
    path = Path(source)
    if path.is_file():
        return {_PLAIN: path}
    if (path / "recipe.yaml").is_file():
        raise ConfigError(
            f"{source}: is a run; make a model of it first, mfagan export {source} --id NAME "
            "--unmeasured, and name that model"
        )
    card, folder = _card_of(source)
    variant = card.variant("fp32")
    if variant is None:
        raise ConfigError(f"{source}: has no float32 file; only that can be fine-tuned for 8 bits")
    return {
        Corner(restoration=file.restoration, fidelity=file.fidelity): check_hash(file, folder)
        for file in variant.files
    }


def read_models(files: Mapping[Corner, Path]) -> dict[Corner, onnx.ModelProto]:
    """Read the networks of `float_files`."""
    return {corner: onnx.load(path) for corner, path in files.items()}


def build_quantized(recipe: QuantizeRecipe) -> QuantizedNetwork:
    """Return the network that ``recipe`` fine-tunes, without ranges yet.

    Raises:
        ConfigError: If it cannot be read, was not exported by this product, enlarges by another
            factor, or has restoration and the recipe tells none.
    """
    source = recipe.float_weights
    files = float_files(source)
    # Everything of another maker is refused here; the other corners must be of the same graph.
    first = read_onnx_network(next(iter(files.values()))).generator
    if first.scale != recipe.generator.scale:
        raise ConfigError(
            f"float_weights={source}: enlarges by {first.scale}, but the recipe by "
            f"{recipe.generator.scale}; use --set generator.scale={first.scale}"
        )
    if recipe.dial is None and any(corner.restoration is not None for corner in files):
        raise ConfigError(
            f"float_weights={source}: has a restoration dial, and the recipe tells no values; "
            "set dial.group=4 and a degradation"
        )
    try:
        return QuantizedNetwork(
            read_models(files),
            scale=first.scale,
            receptive_field_px=first.receptive_field_px,
            default_fidelity=_default_fidelity(source, files),
            range_pace=recipe.range_learning_rate / recipe.schedule.learning_rate,
        )
    except ValueError as error:
        raise ConfigError(f"float_weights={source}: {error}") from error


def _default_fidelity(source: str, files: Mapping[Corner, Path]) -> float:
    if _PLAIN in files:
        return 1.0
    dial = _card_of(source)[0].dial
    return 1.0 if dial is None else dial.default_fidelity


def _card_of(source: str) -> tuple[ModelCard, Path]:
    catalog = Catalog.open_default()
    try:
        return catalog.get(source), catalog.entry(source).folder
    except UnknownNameError as error:
        raise ConfigError(f"{source}: is neither an ONNX file nor a model. {error}") from error
