"""SRResNet without batch normalization: the generator of SRGAN as later work uses it.

Paper: Ledig et al. 2017, "Photo-Realistic Single Image Super-Resolution Using
a Generative Adversarial Network", arXiv 1609.04802. 16 blocks of 64 channels
have 1,517,571 parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.models.generators.base import Generator, block_widths

_SLOPE = 0.1
_START_GAIN = 0.1  # of the last convolution of a block, which then starts near the identity


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with a ReLU between and a residual around them."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, width, 3, padding=1)
        self.second = nn.Conv2d(width, channels, 3, padding=1)
        with torch.no_grad():
            self.second.weight.mul_(_START_GAIN)

    @override
    def forward(self, features: Tensor) -> Tensor:
        """Refine features.

        Shape:
            - ``features`` and result: ``(N, channels, H, W)``.
        """
        refined: Tensor = features + self.second(functional.relu(self.first(features)))
        return refined


class SrResNet(Generator):
    """Residual blocks at LR, PixelShuffle steps to HR, bilinear enlargement added.

    Args:
        scale: 2, 3 or 4; 4 is two steps of 2.
        channels: Width.
        blocks: Number of residual blocks.
        widths: Width inside each block; ``channels`` if not given.
    """

    def __init__(
        self,
        *,
        scale: int = 4,
        channels: int = 64,
        blocks: int = 16,
        widths: Sequence[int] | None = None,
    ) -> None:
        super().__init__()
        self.scale = scale
        # Two per block, head and first step at LR; what follows, at HR, reaches 1 LR pixel.
        self.receptive_field_px = 2 * (2 * blocks + 2 + 1) + 1
        # Two steps of 2 need fewer channels before the shuffle than one of 4.
        factors = (2, 2) if scale == 4 else (scale,)
        self.head = nn.Conv2d(3, channels, 3, padding=1)
        self.blocks = nn.Sequential(
            *(
                ResidualBlock(channels, width)
                for width in block_widths(widths, blocks=blocks, usual=channels)
            )
        )
        self.steps = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(channels, channels * factor**2, 3, padding=1), nn.PixelShuffle(factor)
            )
            for factor in factors
        )
        self.detail = nn.Conv2d(channels, channels, 3, padding=1)
        self.tail = nn.Conv2d(channels, 3, 3, padding=1)

    @override
    def forward(self, lr: Tensor) -> Tensor:
        """Enlarge a batch; see `Generator`."""
        features: Tensor = self.blocks(functional.leaky_relu(self.head(lr), _SLOPE))
        for step in self.steps:
            features = functional.leaky_relu(step(features), _SLOPE)
        detail: Tensor = self.tail(functional.leaky_relu(self.detail(features), _SLOPE))
        picture = functional.interpolate(
            lr, scale_factor=float(self.scale), mode="bilinear", align_corners=False
        )
        return detail + picture
