"""MFANet as a supernet: its first channels and first blocks are smaller networks, its subnets.

They share its weights: a subnet's kernel is the corner of the supernet's.

    kernel (out, in)   ┌────────┬───┐
                       │ subnet │   │
                       ├────────┘   │
                       │  supernet  │
                       └────────────┘

Paper: Li et al. 2020, "GAN Compression: Efficient Architectures for Interactive Conditional
GANs", arXiv 2003.08936.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.models.blocks.merged_conv import kernel_and_bias
from engine.models.generators.mfanet import BodyPlan, MfaNet


@dataclass(frozen=True, slots=True, kw_only=True)
class SubnetConfig:
    """The choices that define a subnet.

    Attributes:
        channels: Width of the trunk. As the aggregation is a running sum, all blocks share it.
        blocks: Number of blocks.
        inner: Widths of the two inner stages, block by block; ``channels`` when not given.
    """

    channels: int
    blocks: int
    inner: tuple[tuple[int, int], ...] | None = None

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The widths of the two inner stages of each block."""
        return self.inner or ((self.channels, self.channels),) * self.blocks


@dataclass(frozen=True, slots=True)
class SubnetResult:
    """The output of a subnet.

    Attributes:
        sr: Pictures, ``(N, 3, s·H, s·W)``.
        maps: Output of each block, ``(N, channels, H, W)``.
    """

    sr: Tensor
    maps: list[Tensor]


class MfaSupernet(nn.Module):
    """Runs subnets of an `MfaNet`, whose weights they share.

    Args:
        network: The largest subnet.
    """

    def __init__(self, network: MfaNet) -> None:
        super().__init__()
        self.network = network

    @property
    def largest(self) -> SubnetConfig:
        """The subnet that is the whole network."""
        return SubnetConfig(channels=self.network.channels, blocks=len(self.network.blocks))

    def check(self, config: SubnetConfig) -> None:
        """Raise if the supernet does not contain ``config``.

        Raises:
            ValueError: If the supernet has fewer channels or blocks, or narrower stages.
        """
        if config.inner and len(config.inner) != config.blocks:
            raise ValueError(f"{config}: inner gives {len(config.inner)} blocks")
        # Not strict: the subnet may have fewer blocks, the first ones.
        pairs = zip(config.pairs, self.network.inner, strict=False)
        asked = [(config.channels, self.largest.channels), (config.blocks, self.largest.blocks)]
        asked += [widths for own, whole in pairs for widths in zip(own, whole, strict=True)]
        if not all(0 < own <= whole for own, whole in asked):
            raise ValueError(f"{config} is not part of {self.largest}")

    @override
    def forward(self, lr: Tensor, config: SubnetConfig) -> SubnetResult:
        """Enlarge a batch with the subnet ``config``.

        Shape:
            - ``lr``: ``(N, 3, H, W)``.
        """
        self.check(config)
        plan = BodyPlan(channels=config.channels, inner=config.pairs, convolve=_apply_slice)
        maps: list[Tensor] = []
        return SubnetResult(self.network.run(lr, plan, maps=maps), maps)

    def extract(self, config: SubnetConfig) -> MfaNet:
        """Return the subnet ``config`` as a folded network with weights of its own."""
        self.check(config)
        # Folded first: the corner of a merged kernel is the subnet's kernel, while the corners of
        # its branches are not, as the chain sums over channels in between.
        folded = self.network.folded()
        slim = MfaNet(
            scale=folded.scale,
            channels=config.channels,
            blocks=config.blocks,
            convolution="plain",
            inner=config.pairs,
        )
        whole = folded.state_dict()
        with torch.no_grad():
            for name, tensor in slim.state_dict().items():
                cut = tuple(slice(side) for side in tensor.shape)
                tensor.copy_(whole[name][cut])
        return slim.eval()


def _apply_slice(layer: nn.Module, features: Tensor, width: int) -> Tensor:
    """Apply the first ``width`` outputs of a layer to as many inputs as ``features`` has."""
    # A view, not a copy: gradients of all subnets add up in the one kernel.
    kernel, bias = kernel_and_bias(layer)
    cut = kernel[:width, : features.shape[1]]
    return functional.conv2d(features, cut, bias[:width], padding=kernel.shape[2] // 2)
