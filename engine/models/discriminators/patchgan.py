"""PatchGAN: classifies each patch of 70x70 pixels separately.

Paper: Isola et al. 2017, "Image-to-Image Translation with Conditional
Adversarial Networks", arXiv 1611.07004. 64 channels, 3 layers and batch
normalization have 2,765,633 parameters.
"""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm
from typing_extensions import override

from engine.models.discriminators.base import Discriminator

Norm = Literal["none", "batch", "spectral"]

_SLOPE = 0.2
_START_SPREAD = 0.02  # standard deviation of the initial weights, from the paper
_MAX_WIDENING = 8


class PatchGan(Discriminator):
    """4x4 convolutions, the first ``layers`` with stride 2.

    Args:
        channels: Width of the first layer; doubles with each, up to 8 times.
        layers: Number of layers of stride 2; 3 have a receptive field of 70x70 pixels.
        norm: Normalization of all layers but the first and last; ``spectral``
            normalizes the weights of all layers instead.
    """

    def __init__(self, *, channels: int = 64, layers: int = 3, norm: Norm = "spectral") -> None:
        super().__init__()
        widths = [channels * min(2**number, _MAX_WIDENING) for number in range(layers + 1)]
        strides = [2] * layers + [1]
        self.layers = nn.ModuleList()
        previous = 3
        for number, (width, stride) in enumerate(zip(widths, strides, strict=True)):
            # Not the first layer, as in the paper. Batch normalization subtracts the mean, so a
            # bias before it would have no effect.
            is_normed = norm == "batch" and number > 0
            layer = _conv(previous, width, stride, norm, has_bias=not is_normed)
            self.layers.append(nn.Sequential(layer, nn.BatchNorm2d(width)) if is_normed else layer)
            previous = width
        self.judge = _conv(previous, 1, 1, norm, has_bias=True)

    @override
    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Classify a batch; see `Discriminator`."""
        maps = []
        features = image
        for layer in self.layers:
            features = functional.leaky_relu(layer(features), _SLOPE)
            maps.append(features)
        return (*maps, self.judge(features))


def _conv(
    in_channels: int, out_channels: int, stride: int, norm: Norm, *, has_bias: bool
) -> nn.Module:
    layer = nn.Conv2d(in_channels, out_channels, 4, stride=stride, padding=1, bias=has_bias)
    nn.init.normal_(layer.weight, std=_START_SPREAD)
    return spectral_norm(layer) if norm == "spectral" else layer
