"""Losses between lists of feature maps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional

_AFFINITY_PX = 32  # a side; 1024 x 1024 affinities per picture
_SMALLEST_SQUARE = 1e-8  # keeps a teacher's map of zeros from dividing by 0


def content_loss(maps: Sequence[Tensor], wanted: Sequence[Tensor]) -> Tensor:
    """Return the mean absolute difference of maps, averaged over the maps.

    Args:
        maps: Features of the pictures that are trained.
        wanted: Features of the pictures that they should resemble; they get no gradient.

    Shape:
        - each pair: ``(N, C, H, W)``.
    """
    return _mean([functional.l1_loss(a, b.detach()) for a, b in zip(maps, wanted, strict=True)])


def style_loss(
    maps: Sequence[Tensor], wanted: Sequence[Tensor], *, is_squared: bool = False
) -> Tensor:
    """Return the mean difference of Gram matrices, averaged over the maps.

    Paper: Gatys et al. 2016, "Image Style Transfer Using Convolutional Neural Networks".

    Args:
        maps: Features of the pictures that are trained.
        wanted: Features of the pictures that they should resemble; they get no gradient.
        is_squared: Squares differences, as GAN Slimming does (arXiv 2008.11062);
            otherwise they are absolute, as OMGD's are (arXiv 2108.06908).
    """
    # Gram matrices hold which features occur together, but not where: the style.
    difference = functional.mse_loss if is_squared else functional.l1_loss
    pairs = zip(maps, wanted, strict=True)
    return _mean([difference(gram(a), gram(b.detach())) for a, b in pairs])


def gram(features: Tensor) -> Tensor:
    """Return the Gram matrix: the products of each two channels, averaged over pixels and channels.

    Shape:
        - ``features``: ``(N, C, H, W)``; result ``(N, C, C)``.
    """
    # Divided by both counts, so that losses of maps of different size have a similar magnitude.
    flat = features.flatten(2)
    return flat @ flat.transpose(1, 2) / (flat.shape[1] * flat.shape[2])


def affinity_loss(maps: Sequence[Tensor], wanted: Sequence[Tensor]) -> Tensor:
    """Return the mean absolute difference of pixel-to-pixel affinities, averaged over the maps.

    The maps of a pair may differ in width. Large maps are averaged down to 32 x 32 pixels
    first, because the number of affinities grows with the fourth power of the side.
    Paper: He et al. 2020, "FAKD", doi:10.1109/ICIP40778.2020.9190917.

    Args:
        maps: Features of the network that is trained.
        wanted: Features that they should resemble; they get no gradient.

    Shape:
        - each pair: ``(N, C, H, W)`` and ``(N, D, H, W)``.
    """
    pairs = _float_pairs(maps, wanted)
    return _mean([functional.l1_loss(_affinity(own), _affinity(other)) for own, other in pairs])


def channel_loss(maps: Sequence[Tensor], wanted: Sequence[Tensor]) -> Tensor:
    """Return the mean square difference of maps averaged over all pixels, over the list.

    Paper: Ren et al. 2021, arXiv 2108.06908.

    Args:
        maps: Features of the network that is trained.
        wanted: Features that they should resemble; they get no gradient.

    Shape:
        - each pair: ``(N, C, H, W)``.
    """
    pairs = _float_pairs(maps, wanted)
    return _mean(
        [functional.mse_loss(own.mean((2, 3)), other.mean((2, 3))) for own, other in pairs]
    )


def relative_feature_loss(maps: Sequence[Tensor], wanted: Sequence[Tensor]) -> Tensor:
    """Return the mean square difference of maps over the mean square of those wanted.

    A weight therefore means the same at every depth and for every teacher: the loss is 1
    for maps of zeros. It is averaged over the maps.

    Args:
        maps: Features of the network that is trained.
        wanted: Features that they should equal; they get no gradient.

    Shape:
        - each pair: ``(N, C, H, W)``.
    """
    shares = []
    for own, other in _float_pairs(maps, wanted):
        size = other.square().mean().clamp_min(_SMALLEST_SQUARE)
        shares.append(functional.mse_loss(own, other) / size)
    return _mean(shares)


def _float_pairs(
    maps: Sequence[Tensor], wanted: Sequence[Tensor]
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield each pair in float32: squares and means of half precision maps lose too much."""
    for own, other in zip(maps, wanted, strict=True):
        yield own.float(), other.detach().float()


def _affinity(features: Tensor) -> Tensor:
    if max(features.shape[2:]) > _AFFINITY_PX:
        features = functional.adaptive_avg_pool2d(features, _AFFINITY_PX)
    # Cosines between all pairs of pixels: free of width and of the magnitude of features.
    directions = functional.normalize(features.flatten(2), dim=1)
    return directions.transpose(1, 2) @ directions


def _mean(terms: list[Tensor]) -> Tensor:
    return torch.stack(terms).mean()
