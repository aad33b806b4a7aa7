"""Photos that are open, without a window."""

from __future__ import annotations

from pathlib import Path

from app.services.engine_service import EngineService
from app.services.pictures.detail_map import DetailMap
from app.services.pictures.picture_levels import RasterLevels
from app.upscale.open_photo import DecodedPhoto, OpenPhoto
from engine.api import CancelToken


def decoded(service: EngineService, path: Path) -> OpenPhoto:
    """Return ``path`` as the viewer holds it; the caller closes it."""
    photo = service.open(path, CancelToken())
    original = RasterLevels(photo.color, icc=photo.info.icc, alpha=photo.alpha)
    return OpenPhoto(
        DecodedPhoto(
            photo=photo,
            original=original,
            details=DetailMap.of(original),
            estimates=service.estimates(photo),
        )
    )
