"""The generator of TPSR, found by architecture search.

Paper: Lee et al. 2020, "Journey Towards Tiny Perceptual Super-Resolution",
arXiv 2007.04356. At 16 channels it has 61,097 parameters. It exists for x4.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.models.generators.base import Generator

# Mean color of DIV2K, as the paper subtracts it.
_MEAN = (0.4488, 0.4371, 0.4040)


class TpsrNet(Generator):
    """A searched graph of three branches at LR and two small PixelShuffle steps.

    Args:
        channels: Width.
    """

    def __init__(self, *, channels: int = 16) -> None:
        super().__init__()
        self.scale = 4
        # Stem 3, separable 5, two of 7, then the longest branch 3-5-3; steps at LR and 2·LR.
        self.receptive_field_px = 2 * (1 + 2 + 3 + 3 + 1 + 2 + 1 + 1 + 1) + 1
        # Not persistent: it is a constant of the architecture and not a weight.
        self.register_buffer("mean", torch.tensor(_MEAN).reshape(1, 3, 1, 1), persistent=False)
        self.mean: Tensor
        self.stem = nn.Conv2d(3, channels, 3, padding=1)
        self.early = nn.Sequential(
            _separable(channels, 5), _activated(channels, 7), _activated(channels, 7)
        )
        self.branch_a = nn.Sequential(
            _activated(channels, 3), _activated(channels, 5), _separable(channels, 3)
        )
        self.branch_b = nn.Sequential(
            _activated(channels, 3), _activated(channels, 5), _activated(channels, 3)
        )
        self.shortcut = _activated(channels, 7)
        self.merge = nn.PReLU()
        self.step_1 = nn.Conv2d(channels, 12, 3, padding=1)
        self.step_2 = nn.Conv2d(3, 12, 3, padding=1)

    @override
    def forward(self, lr: Tensor) -> Tensor:
        """Enlarge a batch; see `Generator`."""
        stem = self.stem(lr - self.mean)  # (N, channels, H, W)
        early = self.early(stem)
        merged = self.merge(self.branch_a(early) + self.branch_b(early) + self.shortcut(stem))
        half = functional.pixel_shuffle(self.step_1(merged), 2)  # (N, 3, 2·H, 2·W)
        return functional.pixel_shuffle(self.step_2(half), 2) + self.mean  # (N, 3, 4·H, 4·W)


def _activated(channels: int, size: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(channels, channels, size, padding=size // 2), nn.PReLU())


def _separable(channels: int, size: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels, channels, size, padding=size // 2, groups=channels, bias=False),
        nn.PReLU(),
        nn.Conv2d(channels, channels, 1),
        nn.PReLU(),
    )
