"""The interface of what enlarges a crop: a network, or several put together."""

from __future__ import annotations

from typing import Protocol

from engine.core.images import ImageF32
from engine.core.tiling import Region


class Upscaler(Protocol):
    """Enlarges crops of a picture; the joined results equal the enlarged whole picture."""

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
            where: Its place in the picture, for messages.

        Raises:
            BrokenOutputError: If the result is not a picture of ``lr``.
            OutOfMemoryError: If memory does not suffice for this size.
            InferenceError: If the network cannot be run.

        Shape:
            - ``lr``: ``(H, W, C)`` float32 in ``[0, 1]``, ``C`` 1 or 3.
            - result: ``(sH, sW, C)`` float32, finite, may leave ``[0, 1]`` a little.
        """
        ...
