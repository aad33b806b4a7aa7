"""What of a network decides its latency: its convolutions, by their shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from msgspec import Struct


class LayerShape(Protocol):
    """A convolution at LR resolution."""

    @property
    def kernel(self) -> int:
        """Side of its kernel."""
        ...

    @property
    def in_channels(self) -> int:
        """Channels that it reads."""
        ...

    @property
    def out_channels(self) -> int:
        """Channels that it writes."""
        ...


class Layer(Struct, frozen=True, kw_only=True):
    """A convolution at LR resolution; see `LayerShape`."""

    kernel: int
    in_channels: int
    out_channels: int


class BlockShape(Struct, frozen=True, kw_only=True):
    """The shape of an MFA block.

    Attributes:
        near: Width of the first inner stage.
        middle: Width of the second inner stage.
        has_tap: Whether the first stage is added to the output, by a 1x1 convolution.
        last_kernel: Side of the kernel of the last stage: 1 or 3.
    """

    near: int
    middle: int
    has_tap: bool = True
    last_kernel: int = 3


class NetworkShape(Struct, frozen=True, kw_only=True):
    """The shape of an MFANet.

    Attributes:
        channels: Width of the trunk.
        blocks: Its blocks, at least one.
        tail_kernel: Side of the kernel of the last convolution: 1 or 3.
        scale: Enlargement.
    """

    channels: int
    blocks: tuple[BlockShape, ...]
    tail_kernel: int = 3
    scale: int = 4

    @property
    def name(self) -> str:
        """A short text that holds the whole shape: ``c32-x4-k3-24.16t3-32.8-1``."""
        blocks = (
            f"{b.near}.{b.middle}{'t' if b.has_tap else '-'}{b.last_kernel}" for b in self.blocks
        )
        return "-".join((f"c{self.channels}", f"x{self.scale}", f"k{self.tail_kernel}", *blocks))


def uniform_shape(channels: int, blocks: int, *, scale: int = 4) -> NetworkShape:
    """Return the shape of an `MfaNet` whose stages are all as wide as its trunk."""
    block = BlockShape(near=channels, middle=channels)
    return NetworkShape(channels=channels, blocks=(block,) * blocks, scale=scale)


def layers_of(shape: NetworkShape) -> tuple[Layer, ...]:
    """Return the convolutions of an MFANet, in the order in which it computes them."""
    return tuple(_layers_of(shape))


def _layers_of(shape: NetworkShape) -> Iterator[Layer]:
    trunk, picture = shape.channels, 3 * shape.scale**2
    yield _layer(3, 3, trunk)
    for block in shape.blocks:
        yield _layer(3, trunk, block.near)
        yield _layer(3, block.near, block.middle)
        if block.has_tap:
            yield _layer(1, block.near, trunk)
        yield _layer(block.last_kernel, block.middle, trunk)
        # The block's part of the aggregation.
        yield _layer(1, trunk, trunk)
    yield _layer(3, trunk, trunk)
    yield _layer(3, 3, picture)
    yield _layer(shape.tail_kernel, trunk, picture)


def _layer(kernel: int, in_channels: int, out_channels: int) -> Layer:
    return Layer(kernel=kernel, in_channels=in_channels, out_channels=out_channels)


def macs_per_pixel(layers: Iterable[LayerShape]) -> int:
    """Return the multiply-accumulates of all ``layers``, per LR pixel."""
    return sum(layer.kernel**2 * layer.in_channels * layer.out_channels for layer in layers)
