"""Pictures of where a network does worst and best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.core.atomic_file import atomic_path
from engine.data.photo_store import crop_to_multiple, find_photos, load_rgb, reduce_bicubic
from engine.evaluation.contestants import Contestant
from engine.imaging.code_values import to_codes, to_float
from engine.imaging.resize import resize_bicubic
from engine.metrics.luma import to_luma

_CROP_PX = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """One place of one photo.

    Attributes:
        gain: Mean square luma error of bicubic enlargement less the network's;
            negative where the network is worse than bicubic.
        panels: Bicubic, result and reference side by side, ``(H, 3·W, 3)`` uint8.
    """

    photo: str
    gain: float
    panels: NDArray[np.uint8]


def write_crops(contestant: Contestant, folders: Sequence[Path], target: Path) -> tuple[Path, ...]:
    """Write the worst and the best place of each folder as PNG: bicubic, result, reference.

    Returns:
        The files that were written.

    Raises:
        OutputError: If ``target`` cannot be written to.
    """
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for folder in folders:
        crops = [crop for path in find_photos(folder) for crop in _crops(contestant, path)]
        for kind, crop in (
            ("worst", min(crops, key=lambda c: c.gain)),
            ("best", max(crops, key=lambda c: c.gain)),
        ):
            stem = f"{contestant.name}-{folder.name}-{kind}-{Path(crop.photo).stem}"
            path = target / f"{stem.replace(' ', '-')}.png"
            with atomic_path(path) as part:
                Image.fromarray(crop.panels).save(part, format="png")
            written.append(path)
    return tuple(written)


def _crops(contestant: Contestant, path: Path) -> list[Crop]:
    """Return the worst and the best place of one photo."""
    hr_codes = crop_to_multiple(load_rgb(path), contestant.scale)
    lr = to_float(reduce_bicubic(hr_codes, contestant.scale))
    hr = to_float(hr_codes)
    height_px, width_px = hr.shape[:2]
    pictures = (
        resize_bicubic(lr, height_px=height_px, width_px=width_px),
        contestant.enlarge(lr),
        hr,
    )
    bicubic, result, luma = (to_luma(np.clip(picture, 0, 1)) for picture in pictures)
    gains = (bicubic - luma) ** 2 - (result - luma) ** 2
    places = [
        (float(gains[top : top + _CROP_PX, left : left + _CROP_PX].mean()), top, left)
        for top in range(0, max(height_px - _CROP_PX, 0) + 1, _CROP_PX)
        for left in range(0, max(width_px - _CROP_PX, 0) + 1, _CROP_PX)
    ]
    return [
        Crop(photo=path.name, gain=gain, panels=_panels(pictures, top, left))
        for gain, top, left in (min(places), max(places))
    ]


def _panels(pictures: Sequence[NDArray[np.float32]], top: int, left: int) -> NDArray[np.uint8]:
    cut = [picture[top : top + _CROP_PX, left : left + _CROP_PX] for picture in pictures]
    return np.asarray(to_codes(np.concatenate(cut, axis=1), np.uint8), dtype=np.uint8)
