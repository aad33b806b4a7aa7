"""Search spaces: the choices that a recipe names, one struct per family of networks."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from engine.config.operations import Operation
from engine.config.parts import Fraction, GeneratorRecipe, KernelSize, Positive

CellCount: TypeAlias = Annotated[int, Meta(ge=1, le=5)]

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


class ChannelsSpaceRecipe(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="family",
    tag="channels",
):
    """Lists of channels for a generator of any family, as in GAN Compression.

    Paper: Li et al. 2020, "GAN Compression", arXiv 2003.08936.

    Attributes:
        generator: The family and the number of blocks.
        channels: Widths of the body.
        widths: Widths inside the blocks, chosen for each group; if empty, only the body's width
            is a choice, as in a tpsr, which has no others.
        groups: Number of groups of blocks that share a width; the paper has three.
    """

    generator: GeneratorRecipe
    channels: tuple[Positive, ...]
    widths: tuple[Positive, ...] = ()
    groups: Positive = 3


class TpsrSpaceRecipe(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="family",
    tag="tpsr",
):
    """Generators of TPSR: a chain, two branches behind it and a shortcut, of searched operations.

    Our reconstruction: of the paper's space only the operations of the published network are
    known. Paper: Lee et al. 2020, arXiv 2007.04356.

    Attributes:
        channels: Widths.
        operations: Operations of each node of a chain; null leaves a node out.
        nodes: Most operations in the chain and in each branch.
    """

    channels: tuple[Positive, ...] = (8, 12, 16, 24, 32)
    operations: tuple[Operation | None, ...] = (
        None, "sep3", "sep5", "sep7", "conv3", "conv5", "conv7"
    )  # fmt: skip
    nodes: Positive = 3


class TpsrDiscriminatorSpaceRecipe(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="family",
    tag="tpsr-discriminator",
):
    """Discriminators of cells, the second stage of TPSR's search; our reconstruction.

    Attributes:
        channels: Widths of the first layer.
        cells: Numbers of cells, each followed by a layer of stride 2.
        operations: Operations of a cell; null is none.
    """

    channels: tuple[Positive, ...] = (16, 24, 32, 48, 64)
    cells: tuple[CellCount, ...] = (2, 3, 4)
    operations: tuple[Operation | None, ...] = (None, "sep3", "sep5", "conv3", "conv5")


SpaceRecipe: TypeAlias = (
    MfanetSpaceRecipe | ChannelsSpaceRecipe | TpsrSpaceRecipe | TpsrDiscriminatorSpaceRecipe
)
