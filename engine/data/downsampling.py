"""Downsampling: makes the LR picture of a whole HR photo.

Training measures itself on such pairs, quantization is calibrated with them, and benchmarks
are evaluated on them. The degradations need torch, which is imported only for them.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from engine.config.degradation import DegradationRecipe
from engine.core.errors import MissingExtraError
from engine.core.images import ImageU8
from engine.imaging.pixel_values import to_float, to_uint
from engine.imaging.resample.bicubic import resize_bicubic


class Downsampling(Protocol):
    """Makes LR pictures from HR pictures."""

    def __call__(self, hr: ImageU8, scale: int, *, number: int) -> ImageU8:
        """Return the LR picture of ``hr``.

        Args:
            hr: The HR picture, of sides that are multiples of ``scale``.
            scale: Factor between HR and LR sides.
            number: Chooses the random draws, where there are any: one number, one result.

        Shape:
            - ``hr``: ``(s·H, s·W, 3)``; result ``(H, W, 3)``.
        """
        ...


def build_downsampling(recipe: DegradationRecipe, *, seed: int) -> Downsampling:
    """Return what makes LR pictures as ``recipe`` describes.

    Args:
        recipe: Kind and numbers of the degradation.
        seed: Start of all randomness.

    Raises:
        MissingExtraError: If the degradation needs torch, which is not installed.
    """
    if recipe.kind == "bicubic":
        return downsample_bicubic
    try:
        from engine.data.degradation import degrade_photo  # noqa: PLC0415 - torch loads long
    except ImportError as error:
        raise MissingExtraError(
            'Degrading photos needs torch: pip install "mfagan-studio[train]"'
        ) from error

    def degraded(hr: ImageU8, scale: int, *, number: int) -> ImageU8:
        return degrade_photo(hr, recipe, scale=scale, seed=seed, number=number).lr

    return degraded


def downsample_bicubic(hr: ImageU8, scale: int, *, number: int = 0) -> ImageU8:
    """Return the LR picture of ``hr`` as papers make it: MATLAB's ``imresize``, rounded once.

    Nothing is random in it, so ``number`` changes nothing; see `Downsampling`.
    """
    height, width = hr.shape[0] // scale, hr.shape[1] // scale
    lr = resize_bicubic(to_float(hr), height_px=height, width_px=width)
    return np.asarray(to_uint(lr, np.uint8), dtype=np.uint8)


def crop_to_multiple(image: ImageU8, multiple: int) -> ImageU8:
    """Cut off rows and columns at the end until both sides are multiples of ``multiple``."""
    height, width = image.shape[:2]
    return image[: height - height % multiple, : width - width % multiple]
