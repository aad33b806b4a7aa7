"""Shows pictures to networks with strides from another corner at every step."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


class RandomShift:
    """Rolls pictures by a few pixels, all of one step alike.

    A convolution with a stride sees one pixel of a checkerboard of its step
    better than the other. As the generator's grid always lies alike under it,
    the generator learns checkerboards that please; seen from all corners in
    turn they please less. Idea: Kettunen et al. 2019, arXiv 1906.03973.

    Args:
        largest_px: Largest shift right and down; 0 leaves pictures as they are.
        seed: Same shifts for same seeds and steps, so that resumed runs go on alike.
    """

    def __init__(self, largest_px: int, *, seed: int) -> None:
        self._largest_px = largest_px
        self._seed = seed
        self._shift = (0, 0)

    def draw(self, step: int) -> None:
        """Take the shift of ``step``."""
        generator = np.random.default_rng((self._seed, step))
        down, right = generator.integers(0, self._largest_px, size=2, endpoint=True)
        self._shift = (int(down), int(right))

    def __call__(self, pictures: Tensor) -> Tensor:
        """Return ``pictures`` rolled: what leaves at one border comes in at the other.

        Shape:
            - ``pictures`` and result: ``(N, C, H, W)``.
        """
        if self._shift == (0, 0):
            return pictures
        return torch.roll(pictures, self._shift, dims=(2, 3))
