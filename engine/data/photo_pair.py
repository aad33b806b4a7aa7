"""An HR picture and its LR picture."""

from __future__ import annotations

from dataclasses import dataclass

from engine.core.images import ImageU8


@dataclass(frozen=True, slots=True)
class PhotoPair:
    """An HR picture and the LR picture that belongs to it.

    Attributes:
        hr: ``(s·H, s·W, 3)`` uint8.
        lr: ``(H, W, 3)`` uint8.
        restoration: How much LR was degraded, 0 to 1; None if that is unknown.
    """

    hr: ImageU8
    lr: ImageU8
    restoration: float | None = None
