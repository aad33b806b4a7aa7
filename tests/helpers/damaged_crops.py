"""Crops with known damage that are quickly made, for tests of the estimator's training."""

from __future__ import annotations

from functools import cache

from engine.training.estimator.damaged_crops import HR_PX, CropMaker, DamagedCrops, joined
from tests.helpers.leaf_pictures import leaf_picture


@cache
def some_crops(*, seed: int = 0) -> DamagedCrops:
    """Return 36 crops of a picture like a photo, and 24 of drawn ones."""
    maker = CropMaker(seed=seed)
    photo = leaf_picture(height=HR_PX, width=HR_PX + 40, seed=seed)
    return joined([maker.of_photos([photo], per_photo=36), maker.of_drawings(24)])
