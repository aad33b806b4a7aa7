"""The networks that a device is measured with, as sizes, names and layers."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from engine.config.mfa_sizes import MfaSizes
from engine.config.parts import KernelSize
from engine.space.layers import Block, Layer
from engine.space.mfanet import mfanet_blocks


def equal_blocks(channels: int, blocks: int, *, inner: int | None = None) -> MfaSizes:
    """Return the sizes of an MFANet of equal blocks, with all taps and kernels.

    Args:
        channels: Width of the trunk.
        blocks: Number of blocks.
        inner: Width of both inner stages; the trunk's when not given.
    """
    width = inner or channels
    kernel: KernelSize = 3
    return MfaSizes(
        channels=channels,
        inner=((width, width),) * blocks,
        taps=(True,) * blocks,
        last_kernels=(kernel,) * blocks,
    )


def layers_of(sizes: MfaSizes, *, scale: int) -> tuple[Layer, ...]:
    """Return the layers of an MFANet."""
    return flat(mfanet_blocks(sizes, scale=scale))


def flat(blocks: Iterable[Block]) -> tuple[Layer, ...]:
    """Return the layers of all ``blocks``."""
    return tuple(layer for block in blocks for layer in block.layers)


def macs_per_px(layers: Iterable[Layer]) -> Fraction:
    """Return the multiply-accumulates of all ``layers``, per pixel of the network's input."""
    return sum((layer.macs_per_px for layer in layers), Fraction(0))
