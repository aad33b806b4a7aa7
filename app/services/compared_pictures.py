"""What the viewer compares."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.picture_levels import PictureLevels


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPictures:
    """What the viewer compares.

    Attributes:
        before: The original.
        after: The enlarged picture, None until there is one.
        keeps_before_pixels: Whether enlarged pixels of the original are drawn as squares.
        has_alpha: Whether parts can be transparent; squares are seen through them.
    """

    before: PictureLevels
    after: PictureLevels | None = None
    keeps_before_pixels: bool = False
    has_alpha: bool = False
