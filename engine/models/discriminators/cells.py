"""A discriminator of searched cells, in the spirit of TPSR's.

Paper: Lee et al. 2020, "Journey Towards Tiny Perceptual Super-Resolution", arXiv 2007.04356. The
paper searches a discriminator after the generator; its space was not available to us, so this one
is *our reconstruction*.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm
from typing_extensions import override

from engine.config.operations import Operation, is_separable, kernel_px
from engine.models.discriminators.base import Discriminator

_SLOPE = 0.2
MAX_WIDENING = 8
"""How many times wider than the first the widest layer is, as in a PatchGAN."""


class CellDiscriminator(Discriminator):
    """An operation and a 4x4 convolution of stride 2, as often as there are cells.

        image ── head ── [ cell ── stride 2, twice as wide ] ── ... ── judge

    Args:
        channels: Width of the head; doubles with each stride, up to 8 times.
        cells: Operation of each cell, None for a cell that changes nothing.
    """

    def __init__(self, *, channels: int, cells: Sequence[Operation | None]) -> None:
        super().__init__()
        self.head = nn.Conv2d(3, channels, 3, padding=1)
        self.layers = nn.ModuleList()
        width = channels
        for operation in cells:
            wider = min(2 * width, MAX_WIDENING * channels)
            # Normalized like a PatchGAN: all layers but the first and the last.
            down = spectral_norm(nn.Conv2d(width, wider, 4, stride=2, padding=1))
            self.layers.append(nn.Sequential(*_cell(width, operation), down, nn.LeakyReLU(_SLOPE)))
            width = wider
        self.judge = nn.Conv2d(width, 1, 3, padding=1)

    @override
    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Classify a batch; see `Discriminator`."""
        features: Tensor = functional.leaky_relu(self.head(image), _SLOPE)
        maps = [features]
        for layer in self.layers:
            features = layer(features)
            maps.append(features)
        return (*maps, self.judge(features))


def _cell(width: int, operation: Operation | None) -> list[nn.Module]:
    if operation is None:
        return []
    size = kernel_px(operation)
    if not is_separable(operation):
        whole = spectral_norm(nn.Conv2d(width, width, size, padding=size // 2))
        return [whole, nn.LeakyReLU(_SLOPE)]
    depthwise = nn.Conv2d(width, width, size, padding=size // 2, groups=width, bias=False)
    pointwise = nn.Conv2d(width, width, 1)
    # No activation between the two, unlike in the generator: spectral normalization bounds both.
    return [spectral_norm(depthwise), spectral_norm(pointwise), nn.LeakyReLU(_SLOPE)]
