"""A picture with holes over a whole one."""

from __future__ import annotations

import numpy as np

from app.services.pictures.picture_levels import PictureLevels, RgbPixels, next_picture_id
from engine.api import Region


class FilledLevels:
    """A preview whose missing cells show the photo, enlarged without a network.

    Two previews that are compared need it: through the holes of one the other would be seen, and
    look like its own result.

    Attributes:
        upper: The picture with holes.
    """

    is_sparse = False

    def __init__(self, upper: PictureLevels, under: PictureLevels) -> None:
        """Join two pictures.

        Args:
            upper: The picture with holes.
            under: What is seen through them, of the same size.
        """
        self.picture_id = next_picture_id()
        self.width_px = upper.width_px
        self.height_px = upper.height_px
        self.icc = upper.icc
        self.upper = upper
        self._under = under

    def read(self, level: int, region: Region) -> RgbPixels:
        """Return the pixels of ``region``, in pixels of ``level``."""
        pixels = self.upper.read(level, region)
        if pixels.shape[2] == 3 or pixels[..., 3].all():
            return pixels[..., :3]
        below = self._under.read(level, region)
        is_there = pixels[..., 3:] > 0
        return np.where(is_there, pixels[..., :3], below[..., :3])
