"""Search spaces: the choices that a recipe names, one struct per family of networks."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from engine.config.parts import Fraction, KernelSize, Positive

MfanetChoice: TypeAlias = Literal[
    "channels", "blocks", "inner", "taps", "last_kernels", "tail_kernels"
]
"""A field of `MfanetSpaceRecipe`."""


class MfanetSpaceRecipe(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="family",
    tag="mfanet",
):
    """The choices for each size of an MFANet; a single choice fixes a size.

    Attributes:
        channels: Widths of the trunk.
        blocks: Numbers of blocks.
        inner: Widths of an inner stage, chosen for each of both stages of each block; if empty,
            stages are as wide as the trunk.
        taps: Whether a block has the tap on its first stage, chosen for each block.
        last_kernels: Kernel sizes of the last stage, chosen for each block.
        tail_kernels: Kernel sizes of the tail.
    """

    channels: tuple[Positive, ...] = (16, 24, 32, 40, 48)
    blocks: tuple[Positive, ...] = (2, 3, 4, 5, 6, 7, 8)
    inner: tuple[Positive, ...] = (8, 16, 24, 32, 40, 48)
    taps: tuple[bool, ...] = (False, True)
    last_kernels: tuple[KernelSize, ...] = (1, 3)
    tail_kernels: tuple[KernelSize, ...] = (1, 3)


class ShrinkingStage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a supernet's training in which its subnets differ only in some choices.

    Attributes:
        until: Share of the steps at which the stage ends.
        free: The choices in which subnets differ; the others are the largest.
    """

    until: Fraction
    free: tuple[MfanetChoice, ...] = ()
