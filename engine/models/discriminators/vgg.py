"""The VGG-style discriminator of ESRGAN: one logit per picture.

Paper: Wang et al. 2018, arXiv 1809.00219.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.models.discriminators.base import Discriminator

_SLOPE = 0.2
_GRID_PX = 4


class VggDiscriminator(Discriminator):
    """Pairs of 3x3 and stride-2 4x4 convolutions, then two linear layers.

    Designed for 128x128 pixels, which five strides of 2 reduce to 4x4; maps of other sizes
    are pooled to 4x4.

    Args:
        channels: Width of the first pair; doubles up to 8 times.
    """

    def __init__(self, *, channels: int = 64) -> None:
        super().__init__()
        widths = [channels * factor for factor in (1, 2, 4, 8, 8)]
        self.pairs = nn.ModuleList()
        previous = 3
        for number, width in enumerate(widths):
            is_first = number == 0
            # Batch normalization subtracts the mean, so a bias before it would have no effect.
            first = nn.Conv2d(previous, width, 3, padding=1, bias=is_first)
            norm = nn.Identity() if is_first else nn.BatchNorm2d(width)
            second = nn.Conv2d(width, width, 4, stride=2, padding=1, bias=False)
            self.pairs.append(
                nn.Sequential(
                    first, norm, nn.LeakyReLU(_SLOPE), second, nn.BatchNorm2d(width),
                    nn.LeakyReLU(_SLOPE),
                )
            )  # fmt: skip
            previous = width
        self.hidden = nn.Linear(previous * _GRID_PX**2, 100)
        self.judge = nn.Linear(100, 1)

    @override
    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Classify a batch; see `Discriminator`. The logits are ``(N, 1, 1, 1)``."""
        maps = []
        features = image
        for pair in self.pairs:
            features = pair(features)
            maps.append(features)
        pooled = functional.adaptive_avg_pool2d(features, _GRID_PX).flatten(1)
        hidden = functional.leaky_relu(self.hidden(pooled), _SLOPE)
        logits: Tensor = self.judge(hidden)
        # As a map of one pixel, like the logits of the other discriminators.
        return (*maps, logits[:, :, None, None])
