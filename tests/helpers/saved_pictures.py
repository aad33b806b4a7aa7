"""Saving pixels as a file, and reading files with the engine and with Pillow."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from engine.core.images import ImageUint
from engine.imaging.codecs.decode import DecodeLimits, open_photo
from engine.imaging.codecs.encode import EncodeOptions, SaveReport, save_photo
from engine.imaging.photo import PhotoInfo
from tests.helpers.pictures import filled_raster, info_of, noise


def opened(path: Path) -> Image.Image:
    return Image.open(io.BytesIO(path.read_bytes()))


def saved(
    pixels: np.ndarray,
    path: Path,
    options: EncodeOptions,
    info: PhotoInfo | None = None,
    *,
    on_disk: bool = False,
) -> SaveReport:
    channels = 1 if pixels.shape[2] < 3 else 3
    color = filled_raster(pixels[:, :, :channels], path.parent, on_disk=on_disk)
    alpha = None
    if pixels.shape[2] > channels:
        alpha = filled_raster(pixels[:, :, channels:], path.parent, on_disk=on_disk)
    try:
        return save_photo(color, alpha, info or info_of(pixels), path, options=options)
    finally:
        color.close()
        if alpha is not None:
            alpha.close()


def decoded(
    path: Path, folder: Path, *, limits: DecodeLimits | None = None
) -> tuple[PhotoInfo, ImageUint, ImageUint | None]:
    with open_photo(path, scratch_folder=folder, limits=limits) as photo:
        alpha = photo.alpha.read(photo.alpha.whole) if photo.alpha is not None else None
        return photo.info, photo.color.read(photo.color.whole), alpha


def small_picture(seed: int = 0, size: int = 16) -> Image.Image:
    return Image.fromarray(noise(size, size, seed=seed))


def pillow_saved(folder: Path, name: str, **said: object) -> Path:
    path = folder / name
    small_picture().save(path, **said)  # type: ignore[arg-type]
    return path
