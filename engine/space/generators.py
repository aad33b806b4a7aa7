"""The layers of any generator that a recipe can name, without building it.

`tests/unit/engine/space/test_generators.py` compares them with the networks themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from engine.config.mfa_sizes import MfaSizes
from engine.config.operations import TPSR_CELLS, Operation, is_separable, kernel_px
from engine.config.parts import GeneratorRecipe
from engine.config.published_sizes import PUBLISHED_SIZES, RRDB_GROWTH, TPSR_CHANNELS
from engine.core.errors import ConfigError
from engine.space.layers import Block, Layer
from engine.space.mfanet import mfanet_blocks


def generator_blocks(recipe: GeneratorRecipe) -> tuple[Block, ...]:
    """Return the layers of the folded generator that ``recipe`` builds.

    Raises:
        ConfigError: If there is no such family.
    """
    if recipe.family not in _FAMILIES:
        raise ConfigError(f"{recipe.family}: choose one of {', '.join(sorted(_FAMILIES))}")
    return tuple(_FAMILIES[recipe.family](recipe))


def operation_layers(operation: Operation, channels: int, *, role: str) -> list[Layer]:
    """Return the layers of an operation of a TPSR generator, each with a PReLU."""
    size = kernel_px(operation)
    if not is_separable(operation):
        return [_conv(role, channels, channels, size, slopes=1)]
    depthwise = _conv(
        f"{role}.depthwise", channels, channels, size, groups=channels, has_bias=False, slopes=1
    )
    return [depthwise, _conv(f"{role}.pointwise", channels, channels, 1, slopes=1)]


def _mfanet(recipe: GeneratorRecipe) -> Sequence[Block]:
    return mfanet_blocks(MfaSizes.of(recipe), scale=recipe.scale)


def _compact(recipe: GeneratorRecipe) -> Sequence[Block]:
    channels, widths = _sizes(recipe)
    blocks = [Block(kind="compact_head", layers=(_conv("head", 3, channels, slopes=channels),))]
    previous = channels
    for width in widths:
        layer = _conv("conv", previous, width, slopes=width)
        blocks.append(Block(kind="compact_layer", layers=(layer,)))
        previous = width
    tail = _conv("tail", previous, 3 * recipe.scale**2)
    return [*blocks, Block(kind="compact_tail", layers=(tail,))]


def _srresnet(recipe: GeneratorRecipe) -> Sequence[Block]:
    channels, widths = _sizes(recipe)
    blocks = [
        Block(
            kind="residual_block",
            layers=(_conv("first", channels, width), _conv("second", width, channels)),
        )
        for width in widths
    ]
    steps, side = [], 1
    for factor in (2, 2) if recipe.scale == 4 else (recipe.scale,):
        steps.append(_conv("step", channels, channels * factor**2, side=side))
        side *= factor
    tail = [_conv("detail", channels, channels, side=side), _conv("tail", channels, 3, side=side)]
    return [
        Block(kind="srresnet_head", layers=(_conv("head", 3, channels),)),
        *blocks,
        Block(kind="srresnet_tail", layers=(*steps, *tail)),
    ]


def _rrdbnet(recipe: GeneratorRecipe) -> Sequence[Block]:
    channels, growths = _sizes(recipe, usual=RRDB_GROWTH)
    blocks = []
    for growth in growths:
        dense = [
            _conv(f"dense_{number}", channels + number * growth, width)
            for number, width in enumerate([growth] * 4 + [channels])
        ]
        blocks.append(Block(kind="residual_dense_block", layers=tuple(dense * 3)))
    steps = [
        _conv("step", channels, channels, side=2 ** (number + 1))
        for number in range(recipe.scale // 2)
    ]
    tail = [
        _conv("detail", channels, channels, side=recipe.scale),
        _conv("tail", channels, 3, side=recipe.scale),
    ]
    return [
        Block(kind="rrdbnet_head", layers=(_conv("head", 3, channels),)),
        *blocks,
        Block(kind="rrdbnet_tail", layers=(_conv("trunk", channels, channels), *steps, *tail)),
    ]


def _span(recipe: GeneratorRecipe) -> Sequence[Block]:
    channels, widths = _sizes(recipe)
    blocks = [
        Block(
            kind="attention_block",
            layers=(
                _conv("first", channels, channels),
                _conv("second", channels, width),
                _conv("third", width, channels),
            ),
        )
        for width in widths
    ]
    tail = (
        _conv("after", channels, channels),
        _conv("gather", 4 * channels, channels, 1),
        _conv("tail", channels, 3 * recipe.scale**2),
    )
    head = Block(kind="span_head", layers=(_conv("head", 3, channels),))
    return [head, *blocks, Block(kind="span_tail", layers=tail)]


def _selfcal(recipe: GeneratorRecipe) -> Sequence[Block]:
    channels, _ = _sizes(recipe)
    half = channels // 2
    _, widths = _sizes(recipe, usual=half)
    blocks = [
        Block(
            kind="self_calibrated_block",
            layers=(
                _conv("context", half, half),
                _conv("plain", half, width),
                _conv("value", half, half),
                _conv("gated", half, width),
                _conv("fuse", 2 * width, channels, 1),
            ),
        )
        for width in widths
    ]
    tail = (_conv("after", channels, channels), _conv("tail", channels, 3 * recipe.scale**2))
    head = Block(kind="selfcal_head", layers=(_conv("head", 3, channels),))
    return [head, *blocks, Block(kind="selfcal_tail", layers=tail)]


def _tpsr(recipe: GeneratorRecipe) -> Sequence[Block]:
    channels = recipe.channels or TPSR_CHANNELS
    cells = []
    names = ("early", "branch_a", "branch_b", "shortcut")
    for name, chain in zip(names, recipe.cells or TPSR_CELLS, strict=True):
        for number, operation in enumerate(chain):
            layers = operation_layers(operation, channels, role=f"{name}_{number}")
            cells.append(Block(kind="tpsr_operation", layers=tuple(layers)))
    tail = (
        # The slope is that of the activation before it, where the branches join.
        _conv("step_1", channels, 12, slopes=1),
        _conv("step_2", 3, 12, side=2),
    )
    head = Block(kind="tpsr_head", layers=(_conv("stem", 3, channels),))
    return [head, *cells, Block(kind="tpsr_tail", layers=tail)]


_FAMILIES: Final[Mapping[str, Callable[[GeneratorRecipe], Sequence[Block]]]] = {
    "mfanet": _mfanet,
    "compact": _compact,
    "srresnet": _srresnet,
    "rrdbnet": _rrdbnet,
    "span": _span,
    "selfcal": _selfcal,
    "tpsr": _tpsr,
}


def _sizes(recipe: GeneratorRecipe, *, usual: int | None = None) -> tuple[int, tuple[int, ...]]:
    """Return the width of the body and that inside each block."""
    channels, blocks = PUBLISHED_SIZES[recipe.family]
    channels = recipe.channels or channels
    if recipe.widths:
        return channels, recipe.widths
    return channels, (usual or channels,) * (recipe.blocks or blocks)


def _conv(
    role: str,
    in_channels: int,
    out_channels: int,
    size: int = 3,
    *,
    side: int = 1,
    groups: int = 1,
    has_bias: bool = True,
    slopes: int = 0,
) -> Layer:
    return Layer(
        role=role,
        in_channels=in_channels,
        out_channels=out_channels,
        kernel_px=size,
        groups=groups,
        side=Fraction(side),
        has_bias=has_bias,
        slopes=slopes,
    )
