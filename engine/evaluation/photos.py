"""Reads photos that have no reference, as people see them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.core.errors import UnreadableImageError
from engine.data.photo_store import load_rgb


def load_on_white(path: Path) -> NDArray[np.uint8]:
    """Decode a photo to ``(H, W, 3)`` uint8; what is transparent becomes white.

    Raises:
        UnreadableImageError: If it cannot be decoded.
    """
    try:
        with Image.open(path) as image:
            if not image.has_transparency_data:
                return load_rgb(path)
            picture = image.convert("RGBA")
    except OSError as error:
        raise UnreadableImageError(f"{path}: cannot be decoded ({error})") from error
    ground = Image.new("RGBA", picture.size, "white")
    return np.asarray(Image.alpha_composite(ground, picture).convert("RGB"))
