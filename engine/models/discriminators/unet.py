"""The U-Net discriminator of Real-ESRGAN: one logit per pixel.

Paper: Wang et al. 2021, "Real-ESRGAN", arXiv 2107.10833.
"""

from __future__ import annotations

import itertools

from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm
from typing_extensions import override

from engine.models.discriminators.base import Discriminator

_SLOPE = 0.2


class UnetDiscriminator(Discriminator):
    """Three steps down, three up with skip connections, spectral normalization.

        head ─ down ─ down ─ down ─┐
          │      │      └─────── + ─ up
          │      └────────────── + ─ up
          └───────────────────── + ─ up ─ refine ─ refine ─ judge

    Args:
        channels: Width at full resolution; doubles at each step down.
    """

    def __init__(self, *, channels: int = 64) -> None:
        super().__init__()
        widths = [channels * 2**step for step in range(4)]
        self.head = nn.Conv2d(3, channels, 3, padding=1)
        # Spectral normalization bounds the gain of all layers but the first and the last.
        self.down = nn.ModuleList(
            spectral_norm(nn.Conv2d(wide, wider, 4, stride=2, padding=1, bias=False))
            for wide, wider in itertools.pairwise(widths)
        )
        self.up = nn.ModuleList(
            spectral_norm(nn.Conv2d(wider, wide, 3, padding=1, bias=False))
            for wider, wide in zip(widths[:0:-1], widths[-2::-1], strict=True)
        )
        self.refine = nn.ModuleList(
            spectral_norm(nn.Conv2d(channels, channels, 3, padding=1, bias=False)) for _ in range(2)
        )
        self.judge = nn.Conv2d(channels, 1, 3, padding=1)

    @override
    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Classify a batch; see `Discriminator`."""
        features = functional.leaky_relu(self.head(image), _SLOPE)
        levels = [features]
        for layer in self.down:
            features = functional.leaky_relu(layer(features), _SLOPE)
            levels.append(features)
        maps = list(levels)
        for layer, level in zip(self.up, levels[-2::-1], strict=True):
            # Resized to the map of the way down, which is right for odd sizes too.
            larger = functional.interpolate(
                features, size=level.shape[2:], mode="bilinear", align_corners=False
            )
            features = functional.leaky_relu(layer(larger), _SLOPE) + level
            maps.append(features)
        for layer in self.refine:
            features = functional.leaky_relu(layer(features), _SLOPE)
        return (*maps, self.judge(features))
