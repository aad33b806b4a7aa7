"""The pair of pictures in the viewer, and those that they replace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.services.pictures.detail_map import DetailMap
from app.services.pictures.picture_levels import PictureLevels


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPictures:
    """The pictures that the viewer compares.

    Attributes:
        before: The original.
        after: The enlarged picture, None until there is one.
        keeps_before_pixels: Whether enlarged pixels of the original are drawn as squares.
        has_alpha: Whether parts can be transparent; a checkered ground shows through them.
        details: Where the photo has most detail, None if that is not known.
        old_before: Shown in place of ``before`` until its tiles are loaded.
        old_after: Shown in place of ``after`` until its tiles are loaded.
    """

    before: PictureLevels
    after: PictureLevels | None = None
    keeps_before_pixels: bool = False
    has_alpha: bool = False
    details: DetailMap | None = None
    old_before: PictureLevels | None = None
    old_after: PictureLevels | None = None

    def in_place_of(
        self, previous: ComparedPictures, *, is_here: Callable[[PictureLevels], bool]
    ) -> ComparedPictures:
        """Return these pictures, with the ``previous`` ones shown until these are loaded.

        Args:
            previous: The pictures that were compared until now.
            is_here: Whether a picture can be drawn at once.
        """
        before = (previous.before, previous.old_before)
        after = (previous.after, previous.old_after)
        return replace(
            self,
            old_before=_seen(self.before, *before, is_here=is_here),
            old_after=None if self.after is None else _seen(self.after, *after, is_here=is_here),
        )


def _seen(
    new: PictureLevels,
    was: PictureLevels | None,
    older: PictureLevels | None,
    *,
    is_here: Callable[[PictureLevels], bool],
) -> PictureLevels | None:
    """Return what to show in place of ``new``: what was visible last."""
    # Two quick changes, A to B to C: B was never loaded, so A stays visible until C is.
    if new is was or was is None or (older is not None and not is_here(was)):
        return older
    return was
