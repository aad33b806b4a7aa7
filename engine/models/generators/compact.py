"""The compact VGG-style generator of Real-ESRGAN.

Paper: Wang et al. 2021, "Real-ESRGAN", arXiv 2107.10833. 16 layers of 64
channels have 621,424 parameters, 32 have 1,213,296.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.models.generators.base import Generator, block_widths


class CompactNet(Generator):
    """A chain of 3x3 convolutions and PReLUs at LR, one PixelShuffle, nearest skip.

    Args:
        scale: Factor between LR and SR sides.
        channels: Width.
        blocks: Convolutions between the first and the last.
        widths: Width of each of them; ``channels`` if not given.

    Raises:
        ValueError: If there are not as many widths as blocks.
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
        self.receptive_field_px = 2 * (blocks + 2) + 1
        layers: list[nn.Module] = []
        previous = 3
        for width in (channels, *block_widths(widths, blocks=blocks, usual=channels)):
            layers += [nn.Conv2d(previous, width, 3, padding=1), nn.PReLU(width)]
            previous = width
        self.body = nn.Sequential(*layers, nn.Conv2d(previous, 3 * scale**2, 3, padding=1))

    @override
    def forward(self, lr: Tensor) -> Tensor:
        """Enlarge a batch; see `Generator`."""
        detail = functional.pixel_shuffle(self.body(lr), self.scale)  # (N, 3, s·H, s·W)
        picture = functional.interpolate(lr, scale_factor=float(self.scale), mode="nearest")
        return detail + picture
