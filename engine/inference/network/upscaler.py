"""What enlarges one crop of a picture: a network, or something built on networks."""

from __future__ import annotations

from typing import Protocol

from engine.core.images import ImageF32
from engine.core.tiling import Region


class Upscaler(Protocol):
    """Enlarges a crop; joined crops equal the enlarged whole picture."""

    @property
    def scale(self) -> int:
        """Enlargement."""
        ...

    @property
    def overlap_px(self) -> int:
        """LR pixels of context that each inner side of a crop needs."""
        ...

    @property
    def size_multiple(self) -> int:
        """LR pixels that crops must start on a multiple of."""
        ...

    def upscale(self, lr: ImageF32, *, where: Region) -> ImageF32:
        """Return the enlarged crop.

        Args:
            lr: The crop.
            where: Where in the picture it was, for messages.

        Raises:
            BrokenOutputError: If the result is no picture of ``lr``.
            OutOfMemoryError: If memory does not suffice for this size.
            InferenceError: If the network cannot be run.

        Shape:
            - ``lr``: ``(H, W, C)`` float32 in ``[0, 1]``, ``C`` 1 or 3.
            - result: ``(sH, sW, C)`` float32, finite, may leave ``[0, 1]`` a little.
        """
        ...
