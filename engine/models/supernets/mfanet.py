"""MFANet as a supernet: the first channels and the first blocks are networks of their own.

Weights are shared by slicing. Paper: Li et al. 2020, "GAN Compression:
Efficient Architectures for Interactive Conditional GANs", arXiv 2003.08936.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.models.blocks.merged_conv import MergedConv3x3
from engine.models.generators.mfanet import MfaBlock, MfaNet

_SLOPE = 0.05  # MFANet's


@dataclass(frozen=True, slots=True, kw_only=True)
class SubnetConfig:
    """The choices that define a subnet.

    Attributes:
        channels: How many of the supernet's channels its trunk has; as the
            aggregation is a running sum, all blocks share them.
        blocks: How many of its blocks.
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
    """What a subnet makes of a batch.

    Attributes:
        sr: Pictures, ``(N, 3, s·H, s·W)``.
        maps: Output of each of its blocks, ``(N, channels, H, W)``.
    """

    sr: Tensor
    maps: list[Tensor]


class MfaSupernet(nn.Module):
    """Runs slices of an `MfaNet`, whose weights it shares.

    Args:
        network: The largest subnet.
    """

    def __init__(self, network: MfaNet) -> None:
        super().__init__()
        self.network = network

    @property
    def largest(self) -> SubnetConfig:
        """The whole network."""
        return SubnetConfig(channels=self.network.channels, blocks=len(self.network.blocks))

    def check(self, config: SubnetConfig) -> None:
        """Raise if the supernet does not contain ``config``.

        Raises:
            ValueError: If it has fewer channels or blocks, or narrower stages.
        """
        if config.inner and len(config.inner) != config.blocks:
            raise ValueError(f"{config}: inner gives {len(config.inner)} blocks")
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
        net, width = self.network, config.channels
        head = _convolve(net.head, lr, width)
        features, maps = head, []
        total: Tensor | None = None
        for block, gather, inner in zip(net.blocks, net.gather, config.pairs, strict=False):
            assert isinstance(block, MfaBlock)
            features = _run_block(block, features, width, inner)
            maps.append(features)
            gathered = _convolve(gather, features, width)
            total = gathered if total is None else total + gathered
        assert total is not None
        body = _convolve(net.after, total, width) + head
        detail = _convolve(net.tail, body, 3 * net.scale**2) + net.carry(lr)
        return SubnetResult(functional.pixel_shuffle(detail, net.scale), maps)

    def extract(self, config: SubnetConfig) -> MfaNet:
        """Return the subnet ``config`` as a folded network with weights of its own."""
        self.check(config)
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


def _run_block(block: MfaBlock, features: Tensor, width: int, inner: tuple[int, int]) -> Tensor:
    near = functional.leaky_relu(_convolve(block.stage_1, features, inner[0]), _SLOPE)
    middle = functional.leaky_relu(_convolve(block.stage_2, near, inner[1]), _SLOPE)
    return features + _convolve(block.tap_1, near, width) + _convolve(block.stage_3, middle, width)


def _convolve(layer: nn.Module, features: Tensor, width: int) -> Tensor:
    """Convolve with the first channels of a layer only."""
    if isinstance(layer, MergedConv3x3):
        with torch.autocast(features.device.type, enabled=False):
            kernel: Tensor = layer.merged_kernel()
        bias: Tensor = layer.bias
    else:
        assert isinstance(layer, nn.Conv2d)
        assert layer.bias is not None
        kernel, bias = layer.weight, layer.bias
    cut = kernel[:width, : features.shape[1]]
    return functional.conv2d(features, cut, bias[:width], padding=kernel.shape[2] // 2)
