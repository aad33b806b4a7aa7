"""Makes the LR of a whole photo as a recipe says, for looking at and for judging."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from engine.config.degradation import DegradationRecipe
from engine.data.mixed_degradation import build_degradation
from engine.data.photo_store import reduce_bicubic

Downsampling: TypeAlias = Callable[[NDArray[np.uint8], int], NDArray[np.uint8]]
"""Returns the LR of an HR photo ``(s·H, s·W, 3)``; the number chooses the draws."""


def build_reduction(recipe: DegradationRecipe, *, scale: int, seed: int) -> Downsampling:
    """Return what makes LR photos by ``recipe``, always the same for one seed and number."""
    if recipe.kind == "bicubic":
        return lambda hr, _number: reduce_bicubic(hr, scale)
    degradation = build_degradation(recipe, scale=scale, seed=seed)

    def degraded(hr: NDArray[np.uint8], number: int) -> NDArray[np.uint8]:
        planes = torch.from_numpy(np.array(hr)).permute(2, 0, 1)[None]
        lr = degradation.reduce(planes.to(torch.float32) / 255, number)[0]
        codes = (lr * 255).round().to(torch.uint8)
        return np.ascontiguousarray(codes.permute(1, 2, 0).numpy())

    return degraded
