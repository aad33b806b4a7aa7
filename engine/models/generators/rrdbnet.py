"""RRDBNet, the generator of ESRGAN.

Paper: Wang et al. 2018, "ESRGAN: Enhanced Super-Resolution Generative
Adversarial Networks", arXiv 1809.00219. 23 blocks of 64 channels have
16,697,987 parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.config.published_sizes import RRDB_GROWTH
from engine.models.generators.base import Generator, block_widths

_SLOPE = 0.2
_RESIDUAL = 0.2  # the paper's scaling of residuals, which keeps deep sums stable
_START_GAIN = 0.1  # the paper's small start, so that 69 dense blocks begin near the identity


class DenseBlock(nn.Module):
    """Five 3x3 convolutions, each of which sees all maps before it."""

    def __init__(self, channels: int, growth: int) -> None:
        super().__init__()
        widths = [growth] * 4 + [channels]
        self.layers = nn.ModuleList(
            nn.Conv2d(channels + number * growth, width, 3, padding=1)
            for number, width in enumerate(widths)
        )
        for layer in self.layers:
            assert isinstance(layer, nn.Conv2d)
            nn.init.kaiming_normal_(layer.weight, a=_SLOPE)
            with torch.no_grad():
                layer.weight.mul_(_START_GAIN)

    @override
    def forward(self, features: Tensor) -> Tensor:
        """Refine features.

        Shape:
            - ``features`` and result: ``(N, channels, H, W)``.
        """
        # Each convolution reads all maps so far, so they stay alive until the block ends.
        maps = [features]
        for layer in self.layers[:-1]:
            maps.append(functional.leaky_relu(layer(torch.cat(maps, dim=1)), _SLOPE))
        refined: Tensor = features + _RESIDUAL * self.layers[-1](torch.cat(maps, dim=1))
        return refined


class ResidualDenseBlock(nn.Module):
    """Three dense blocks with a residual around them."""

    def __init__(self, channels: int, growth: int) -> None:
        super().__init__()
        self.dense = nn.Sequential(*(DenseBlock(channels, growth) for _ in range(3)))

    @override
    def forward(self, features: Tensor) -> Tensor:
        """Refine features; see `DenseBlock`."""
        refined: Tensor = features + _RESIDUAL * self.dense(features)
        return refined


class RrdbNet(Generator):
    """Residual-in-residual dense blocks at LR, nearest-neighbor steps of 2 to HR.

    Args:
        scale: 2 or 4.
        channels: Width of the body.
        blocks: Number of residual-in-residual dense blocks.
        widths: Maps that each dense convolution adds, block by block; 32 if not given.

    Raises:
        ValueError: If the scale is not a power of 2.
    """

    def __init__(
        self,
        *,
        scale: int = 4,
        channels: int = 64,
        blocks: int = 23,
        widths: Sequence[int] | None = None,
    ) -> None:
        super().__init__()
        if scale not in {2, 4}:
            raise ValueError(f"RRDBNet enlarges by 2 or 4, not {scale}")
        self.scale = scale
        # 15 convolutions per block, head and trunk at LR; the others, at HR, reach 2 LR pixels.
        self.receptive_field_px = 2 * (15 * blocks + 2 + 2) + 1
        self.head = nn.Conv2d(3, channels, 3, padding=1)
        self.blocks = nn.Sequential(
            *(
                ResidualDenseBlock(channels, growth)
                for growth in block_widths(widths, blocks=blocks, usual=RRDB_GROWTH)
            )
        )
        self.trunk = nn.Conv2d(channels, channels, 3, padding=1)
        self.steps = nn.ModuleList(
            nn.Conv2d(channels, channels, 3, padding=1) for _ in range(scale // 2)
        )
        self.detail = nn.Conv2d(channels, channels, 3, padding=1)
        self.tail = nn.Conv2d(channels, 3, 3, padding=1)

    @override
    def forward(self, lr: Tensor) -> Tensor:
        """Enlarge a batch; see `Generator`."""
        head: Tensor = self.head(lr)  # (N, channels, H, W)
        features = head + self.trunk(self.blocks(head))
        for step in self.steps:
            # Nearest-neighbor and a convolution, as published, instead of a pixel shuffle.
            larger = functional.interpolate(features, scale_factor=2.0, mode="nearest")
            features = functional.leaky_relu(step(larger), _SLOPE)
        sr: Tensor = self.tail(functional.leaky_relu(self.detail(features), _SLOPE))
        return sr
