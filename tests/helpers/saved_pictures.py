"""Saving codes as a file and opening it with Pillow."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from engine.imaging.codecs.encode import EncodeOptions, SaveReport, save_photo
from engine.imaging.photo import PhotoInfo
from tests.helpers.pictures import filled_raster, info_of


def opened(path: Path) -> Image.Image:
    return Image.open(io.BytesIO(path.read_bytes()))


def saved(
    codes: np.ndarray,
    path: Path,
    options: EncodeOptions,
    info: PhotoInfo | None = None,
    *,
    on_disk: bool = False,
) -> SaveReport:
    channels = 1 if codes.shape[2] < 3 else 3
    color = filled_raster(codes[:, :, :channels], path.parent, on_disk=on_disk)
    alpha = None
    if codes.shape[2] > channels:
        alpha = filled_raster(codes[:, :, channels:], path.parent, on_disk=on_disk)
    try:
        return save_photo(color, alpha, info or info_of(codes), path, options=options)
    finally:
        color.close()
        if alpha is not None:
            alpha.close()
