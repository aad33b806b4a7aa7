"""Two pictures of one photo, and how they are labeled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RgbImage = NDArray[np.uint8]
"""``(H, W, 3)`` sRGB pixels, 0 to 255."""
RgbaImage = NDArray[np.uint8]
"""``(h, w, 4)`` sRGB pixels with alpha, which is not multiplied into the colors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedComparison:
    """A comparison to be handed on.

    Attributes:
        before: The original, enlarged to the size of the result.
        after: The result, of the same size.
        title: What the comparison is of.
        before_name: What ``before`` is.
        after_name: What ``after`` is.
        before_label: The name as it is drawn onto pictures; None draws none.
        after_label: The same for ``after``.
    """

    before: RgbImage
    after: RgbImage
    title: str
    before_name: str
    after_name: str
    before_label: RgbaImage | None = None
    after_label: RgbaImage | None = None

    def __post_init__(self) -> None:
        if self.before.shape != self.after.shape or self.before.ndim != 3:
            raise ValueError(f"{self.before.shape} and {self.after.shape} cannot be compared")

    @property
    def width_px(self) -> int:
        """Columns of both pictures."""
        return int(self.before.shape[1])

    @property
    def height_px(self) -> int:
        """Rows of both pictures."""
        return int(self.before.shape[0])
