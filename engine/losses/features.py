"""Losses between feature maps."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

_AFFINITY_PX = 32


def content_loss(maps: Sequence[Tensor], wanted: Sequence[Tensor]) -> Tensor:
    """Return the mean absolute difference of maps, averaged over the levels.

    Args:
        maps: Features of the pictures that are trained.
        wanted: Features of the pictures they shall be like; no gradient goes there.

    Shape:
        - each pair: ``(N, C, H, W)``.
    """
    return _mean([functional.l1_loss(a, b.detach()) for a, b in zip(maps, wanted, strict=True)])


def style_loss(
    maps: Sequence[Tensor], wanted: Sequence[Tensor], *, is_squared: bool = False
) -> Tensor:
    """Return the mean difference of Gram matrices, averaged over the levels.

    Paper: Gatys et al. 2016, "Image Style Transfer Using Convolutional Neural Networks".

    Args:
        maps: Features of the pictures that are trained.
        wanted: Features of the pictures they shall be like; no gradient goes there.
        is_squared: Squares differences, as GAN Slimming does (arXiv 2008.11062);
            otherwise they are absolute, as OMGD's are (arXiv 2108.06908).
    """
    difference = functional.mse_loss if is_squared else functional.l1_loss
    pairs = zip(maps, wanted, strict=True)
    return _mean([difference(gram(a), gram(b.detach())) for a, b in pairs])


def gram(features: Tensor) -> Tensor:
    """Return how channels go together, averaged over places and channels.

    Shape:
        - ``features``: ``(N, C, H, W)``; result ``(N, C, C)``.
    """
    flat = features.flatten(2)
    return flat @ flat.transpose(1, 2) / (flat.shape[1] * flat.shape[2])


def affinity_loss(features: Tensor, wanted: Tensor) -> Tensor:
    """Return the mean absolute difference of pixel-to-pixel affinities.

    The maps may differ in width. Large maps are averaged down to 32 pixels a
    side first, because affinities grow with the fourth power of the side.
    Paper: He et al. 2020, "FAKD", doi:10.1109/ICIP40778.2020.9190917.

    Shape:
        - ``features``: ``(N, C, H, W)``, ``wanted``: ``(N, D, H, W)``.
    """
    return functional.l1_loss(_affinity(features), _affinity(wanted.detach()))


def channel_loss(features: Tensor, wanted: Tensor) -> Tensor:
    """Return the mean square difference of maps averaged over all places.

    Paper: Ren et al. 2021, arXiv 2108.06908.
    """
    pooled, target = features.mean(dim=(2, 3)), wanted.detach().mean(dim=(2, 3))
    return functional.mse_loss(pooled, target)


def _affinity(features: Tensor) -> Tensor:
    if max(features.shape[2:]) > _AFFINITY_PX:
        features = functional.adaptive_avg_pool2d(features, _AFFINITY_PX)
    directions = functional.normalize(features.flatten(2), dim=1)
    return directions.transpose(1, 2) @ directions


def _mean(terms: list[Tensor]) -> Tensor:
    return torch.stack(terms).mean()
