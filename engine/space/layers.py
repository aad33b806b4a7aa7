"""A network as a list of blocks of layers with their shapes, and what it costs.

It says as much as a cost or a latency depends on. Equal blocks compare equal and can be keys.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from msgspec import Struct


class Layer(Struct, frozen=True, kw_only=True):
    """A convolution.

    Attributes:
        role: What it is called inside its block, such as ``stage_1``.
        in_channels: Channels of its input.
        out_channels: Channels of its output.
        kernel_px: Side of its kernel.
        groups: Groups of channels that do not see each other; as many as channels if depthwise.
        side: Side of its output relative to the network's input, such as 2 behind a pixel
            shuffle by 2.
        has_bias: Whether it has a bias.
        slopes: Learned slopes of the activation behind it.
    """

    role: str
    in_channels: int
    out_channels: int
    kernel_px: int
    groups: int = 1
    side: Fraction = Fraction(1)
    has_bias: bool = True
    slopes: int = 0

    @property
    def macs_per_px(self) -> Fraction:
        """Multiply-accumulates per pixel of the network's input."""
        weights = self.in_channels * self.out_channels * self.kernel_px**2 // self.groups
        return weights * self.side**2

    @property
    def activations_per_px(self) -> Fraction:
        """Elements of the output per pixel of the network's input."""
        return self.out_channels * self.side**2

    @property
    def params(self) -> int:
        """Parameters, with those of the activation behind it."""
        weights = self.in_channels * self.out_channels * self.kernel_px**2 // self.groups
        return weights + self.out_channels * self.has_bias + self.slopes


class Block(Struct, frozen=True, kw_only=True):
    """Layers that always come together, in the order in which they are computed.

    Attributes:
        kind: What it is, such as ``mfa_block``.
        layers: Its layers.
    """

    kind: str
    layers: tuple[Layer, ...]


class Cost(Struct, frozen=True, kw_only=True):
    """What a pass over one picture costs, as `engine.profiling.network_cost` measures it.

    Attributes:
        params: Parameters.
        macs: Multiply-accumulates of all convolutions.
        activations: Elements of all outputs of convolutions.
    """

    params: int
    macs: int
    activations: int


def count_cost(blocks: Sequence[Block], *, height_px: int, width_px: int) -> Cost:
    """Return the cost of a pass over a picture.

    Sides that a network halves are taken as even.

    Args:
        blocks: The network.
        height_px: Height of the input.
        width_px: Width of the input.
    """
    layers = [layer for block in blocks for layer in block.layers]
    area = height_px * width_px
    return Cost(
        params=sum(layer.params for layer in layers),
        macs=math.floor(area * sum(layer.macs_per_px for layer in layers)),
        activations=math.floor(area * sum(layer.activations_per_px for layer in layers)),
    )
