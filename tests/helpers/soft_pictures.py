"""Random pictures that are smooth, as photos are, for tests of degradations."""

from __future__ import annotations

import torch
from torch import Tensor


def smooth(side: int = 64, count: int = 2) -> Tensor:
    """Return pictures without fine detail, ``(count, 3, side, side)`` in ``[0, 1]``."""
    return _soft(6, side=side, count=count, seed=3)


def detailed(*, side: int = 64, count: int = 4) -> Tensor:
    """Return pictures with detail of two pixels, ``(count, 3, side, side)`` in ``[0, 1]``."""
    return _soft(side // 2, side=side, count=count, seed=5)


def _soft(cells: int, *, side: int, count: int, seed: int) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    coarse = torch.rand(count, 3, cells, cells, generator=random)
    return torch.nn.functional.interpolate(coarse, size=side, mode="bicubic").clamp(0, 1)
