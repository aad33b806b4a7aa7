"""A generator of self-calibrated convolutions.

Paper: Liu et al. 2020, "Improving Convolutional Networks with Self-Calibrated
Convolutions", CVPR. There the context is pooled to a coarser grid; here it is
averaged at full resolution, so that a picture cut into tiles gives the same
result wherever the cuts lie. The network around the blocks is ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.models.generators.base import Generator, block_widths

_SLOPE = 0.05
_CONTEXT_PX = 5  # width of the window that is averaged around each pixel


class SelfCalibratedBlock(nn.Module):
    """Half of the channels is convolved, the other half is gated by its own surroundings."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        half = channels // 2
        self.plain = nn.Conv2d(half, width, 3, padding=1)
        self.context = nn.Conv2d(half, half, 3, padding=1)
        self.value = nn.Conv2d(half, half, 3, padding=1)
        self.gated = nn.Conv2d(half, width, 3, padding=1)
        self.fuse = nn.Conv2d(2 * width, channels, 1)
        with torch.no_grad():
            self.fuse.weight.mul_(0.1)  # a fresh block hardly changes its input

    @override
    def forward(self, features: Tensor) -> Tensor:
        """Refine features.

        Shape:
            - ``features`` and result: ``(N, channels, H, W)``.
        """
        kept, calibrated = features.chunk(2, dim=1)
        # Stride 1, so that a pixel's context is the same in every tile; at the border of the
        # picture, zeros beyond it do not count in the mean.
        around = functional.avg_pool2d(
            calibrated, _CONTEXT_PX, stride=1, padding=_CONTEXT_PX // 2, count_include_pad=False
        )
        gate = torch.sigmoid(calibrated + self.context(around))
        joined = torch.cat([self.plain(kept), self.gated(self.value(calibrated) * gate)], dim=1)
        refined: Tensor = features + self.fuse(functional.leaky_relu(joined, _SLOPE))
        return refined


class SelfCalibratedNet(Generator):
    """Self-calibrated blocks at LR, one PixelShuffle, nearest skip.

    Args:
        scale: Factor between LR and SR sides.
        channels: Width, even.
        blocks: Number of blocks.
        widths: Width of what each half of a block becomes; half of ``channels`` if not given.

    Raises:
        ValueError: If the width is odd.
    """

    def __init__(
        self,
        *,
        scale: int = 4,
        channels: int = 48,
        blocks: int = 8,
        widths: Sequence[int] | None = None,
    ) -> None:
        super().__init__()
        if channels % 2:
            raise ValueError(f"channels={channels}: the channels are split in halves")
        self.scale = scale
        # A block reaches 2 pixels for the context, 1 to convolve it and 1 after the gate.
        self.receptive_field_px = 2 * (4 * blocks + 3) + 1
        self.head = nn.Conv2d(3, channels, 3, padding=1)
        self.blocks = nn.Sequential(
            *(
                SelfCalibratedBlock(channels, width)
                for width in block_widths(widths, blocks=blocks, usual=channels // 2)
            )
        )
        self.after = nn.Conv2d(channels, channels, 3, padding=1)
        self.tail = nn.Conv2d(channels, 3 * scale**2, 3, padding=1)

    @override
    def forward(self, lr: Tensor) -> Tensor:
        """Enlarge a batch; see `Generator`."""
        head: Tensor = self.head(lr)  # (N, channels, H, W)
        body = head + self.after(self.blocks(head))
        detail = functional.pixel_shuffle(self.tail(body), self.scale)  # (N, 3, s·H, s·W)
        return detail + functional.interpolate(lr, scale_factor=float(self.scale), mode="nearest")
