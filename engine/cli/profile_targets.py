"""Finds and counts the networks of ``mfagan profile``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.cli.overrides import parse_overrides
from engine.config.parts import GeneratorRecipe
from engine.config.recipe_file import load_recipe
from engine.config.renamed_keys import Warn, keep_quiet
from engine.config.shipped_recipes import find_recipe
from engine.core.errors import ConfigError, UnknownNameError
from engine.probing.process import measure_cost

if TYPE_CHECKING:
    from engine.models.generators.base import Generator

_OUTPUT_FACTOR = 0.01
_SIZES = re.compile(r"(?P<channels>[0-9]+)x(?P<blocks>[0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A network and the cost of one pass.

    Attributes:
        path: Its ONNX file; None when none was written.
        params: Parameters of the network as it ships.
        macs: Multiply-accumulates.
        activations: Elements in all outputs of convolutions.
    """

    path: Path | None
    params: int
    macs: int
    activations: int


def open_target(
    name: str,
    overrides: dict[str, str],
    *,
    height_px: int,
    width_px: int,
    folder: Path | None,
    warn: Warn = keep_quiet,
) -> Target:
    """Find a network by name and count its cost.

    Args:
        name: An ONNX file, a recipe, or a generator, with sizes after a colon:
            ``mfanet:40x8`` (channels x blocks) or ``mfanet:channels=40,blocks=8``.
        overrides: Sizes, which ``name`` itself may override.
        height_px: Height of the LR input.
        width_px: Width of the LR input.
        folder: Folder in which generators are written as ONNX files; None writes none.
        warn: Receives a sentence for each old name in a recipe.

    Raises:
        UnknownNameError: If there is no network of that name.
        ConfigError: If a size is wrong.
        ModelRefusedError: If a file cannot be counted.
    """
    if name.endswith(".onnx"):
        return _open_file(Path(name), height_px, width_px)
    from engine.export.onnx_file import export_onnx  # noqa: PLC0415 - torch loads long
    from engine.models.generators.build import build_generator  # noqa: PLC0415
    from engine.profiling.network_cost import count_network_cost  # noqa: PLC0415

    # Folded: counted and measured as it ships.
    generator = build_generator(find_generator(name, overrides, warn=warn)).folded()
    path = None if folder is None else folder / "network.onnx"
    if path is not None:
        _reduce_output(generator)
        export_onnx(generator, path)
    cost = count_network_cost(generator, height_px=height_px, width_px=width_px)
    return Target(path=path, params=cost.params, macs=cost.macs, activations=cost.activations)


def _reduce_output(generator: Generator) -> None:
    """Scale the output down: random weights may give numbers that float32 rounds coarsely."""
    from torch import nn  # noqa: PLC0415 - loads long

    last = [module for module in generator.modules() if isinstance(module, nn.Conv2d)][-1]
    last.weight.data.mul_(_OUTPUT_FACTOR)


def find_generator(
    name: str, overrides: dict[str, str], *, warn: Warn = keep_quiet
) -> GeneratorRecipe:
    """Return the generator of a recipe, or of a family with other sizes.

    Raises:
        UnknownNameError: If there is neither.
        ConfigError: If a size is wrong.
    """
    from engine.models.generators.build import GENERATORS  # noqa: PLC0415 - torch loads long

    family, _, sizes = name.partition(":")
    if family not in set(GENERATORS):
        try:
            path = find_recipe(name)
        except UnknownNameError as error:
            known = ", ".join(GENERATORS)
            raise UnknownNameError(f"{error} Generators are: {known}") from error
        return load_recipe(path, overrides, warn=warn).generator
    given = {"family": family, **overrides, **_read_sizes(sizes)}
    try:
        return msgspec.convert(given, GeneratorRecipe, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name}: {error}") from error


def _read_sizes(text: str) -> dict[str, str]:
    if match := _SIZES.fullmatch(text):
        return match.groupdict()
    return parse_overrides(text.split(",")) if text else {}


def _open_file(path: Path, height_px: int, width_px: int) -> Target:
    if not path.is_file():
        raise UnknownNameError(f"{path}: no such file")
    cost = measure_cost(path, height_px=height_px, width_px=width_px)
    return Target(path=path, params=cost.params, macs=cost.macs, activations=cost.conv_activations)
