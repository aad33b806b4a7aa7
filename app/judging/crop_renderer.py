"""Enlarges the part of a photo that has most detail, the same one for every model."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.judging.judged import EnlargedCrop, JudgedModel
from app.services.pictures.detail_map import DetailMap
from app.services.pictures.picture_levels import RasterLevels, RgbPixels
from app.state.processing import ProcessingChoice
from engine.api import CancelToken, Photo, Region

CROP_PX = 224
"""Side of the part in pixels of the photo: enlarged four times it fills half of a large window."""

_OPEN_PHOTOS = 2


class Enlarger(Protocol):
    """Enlarges parts of photos by a choice."""

    def enlarge_cell(
        self, photo: Photo, region: Region, choice: ProcessingChoice, token: CancelToken
    ) -> RgbPixels:
        """Return one part of the result of ``choice``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSource:
    """How a model of the blind test enlarges: the ``source`` that `CropRenderer` expects.

    Attributes:
        choice: What the enlarger is asked for.
        scale: Factor between photo and result.
    """

    choice: ProcessingChoice
    scale: int


class CropRenderer:
    """The renderer of pages whose models an `Enlarger` knows. For one worker thread.

    Args:
        open_photo: Decodes a photo.
        enlarger: Enlarges it.
    """

    def __init__(
        self, open_photo: Callable[[Path, CancelToken], Photo], enlarger: Enlarger
    ) -> None:
        self._open_photo = open_photo
        self._enlarger = enlarger
        # Questions walk through the photos: the last ones are asked for again soon.
        self._photos: OrderedDict[Path, Photo] = OrderedDict()
        self._parts: dict[Path, Region] = {}

    def __call__(self, model: JudgedModel, path: Path, token: CancelToken) -> EnlargedCrop:
        """Return the part of a photo, enlarged by ``model``.

        Raises:
            EngineError: If the photo or the model cannot be used.
            JobCancelled: If ``token`` was cancelled.
        """
        source = model.source
        if not isinstance(source, JudgedSource):
            raise TypeError(f"{model.id}: the source is a {type(source).__name__}")
        photo = self._photo(path, token)
        if path not in self._parts:
            self._parts[path] = detailed_part(photo)
        region = self._parts[path].scaled(source.scale)
        pixels = self._enlarger.enlarge_cell(photo, region, source.choice, token)
        return EnlargedCrop(pixels=pixels, icc=photo.info.icc)

    def close(self) -> None:
        """Close the photos; after it nothing is rendered any more."""
        while self._photos:
            self._photos.popitem()[1].close()

    def _photo(self, path: Path, token: CancelToken) -> Photo:
        photo = self._photos.pop(path, None) or self._open_photo(path, token)
        self._photos[path] = photo
        while len(self._photos) > _OPEN_PHOTOS:
            self._photos.popitem(last=False)[1].close()
        return photo


def detailed_part(photo: Photo) -> Region:
    """Return the square of `CROP_PX` with most detail, the whole photo if that is smaller."""
    width, height = photo.info.width_px, photo.info.height_px
    across, down = min(CROP_PX, width), min(CROP_PX, height)
    levels = RasterLevels(photo.color, icc=photo.info.icc, alpha=photo.alpha)
    x, y = DetailMap.of(levels).spot(across / width, down / height)
    left = min(max(round(x * width - across / 2), 0), width - across)
    top = min(max(round(y * height - down / 2), 0), height - down)
    return Region(left=left, top=top, width=across, height=down)
