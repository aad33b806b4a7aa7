"""Which input sizes a network takes, and how a picture is brought to one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.images import ImageF32


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRules:
    """The input sizes that a network takes.

    Attributes:
        multiple: The sides must be a multiple of this; 1 takes any.
        min_px: The shortest side.
    """

    multiple: int = 1
    min_px: int = 1

    def fitting_px(self, side_px: int) -> int:
        """Return the least side that the network takes and that is at least ``side_px``."""
        return -(-max(side_px, self.min_px) // self.multiple) * self.multiple

    def pad(self, lr: ImageF32) -> ImageF32:
        """Return ``lr`` with its last row and column repeated until the network takes its size.

        Shape:
            - ``lr``: ``(H, W, C)``; the result is at least as large.
        """
        # Only at the right and at the bottom: the result then is cut at its upper left corner.
        pads = [(0, self.fitting_px(side_px) - side_px) for side_px in lr.shape[:2]]
        return lr if pads == [(0, 0), (0, 0)] else np.pad(lr, [*pads, (0, 0)], mode="edge")
