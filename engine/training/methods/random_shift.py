"""Shifts pictures cyclically by another few pixels at every step."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


class RandomShift:
    """Shifts all pictures of one step by the same random number of pixels.

    A convolution with a stride weighs the pixels of a checkerboard of that period unequally.
    As the generator's checkerboard always falls on the same phase of it, the generator learns
    patterns that this phase rewards; under changing phases it does not. Idea: Kettunen et al.
    2019, arXiv 1906.03973.

        generator's period  |a b|a b|a b|        shifted by 1  |b a|b a|b a|
        stride of 2         |^  |^  |^  | sees a               |^  |^  |^  | sees b

    Args:
        largest_px: Largest shift right and down; 0 leaves pictures unchanged.
        seed: The shift depends on it and on the step alone, so that a resumed run repeats it.
    """

    def __init__(self, largest_px: int, *, seed: int) -> None:
        self._largest_px = largest_px
        self._seed = seed
        self._shift = (0, 0)

    def draw(self, step: int) -> None:
        """Choose the shift of ``step``."""
        # Not torch's generator, whose draws in a step depend on what else draws from it.
        generator = np.random.default_rng((self._seed, step))
        down, right = generator.integers(0, self._largest_px, size=2, endpoint=True)
        self._shift = (int(down), int(right))

    def __call__(self, pictures: Tensor) -> Tensor:
        """Return ``pictures`` shifted; what leaves at one border enters at the opposite one.

        Shape:
            - ``pictures`` and result: ``(N, C, H, W)``.
        """
        if self._shift == (0, 0):
            return pictures
        return torch.roll(pictures, self._shift, dims=(2, 3))
