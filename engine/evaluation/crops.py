"""Writes pictures of the places where a network is worst and best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.atomic_file import make_folder
from engine.data.downsampling import crop_to_multiple
from engine.data.photo_files import find_photos, load_photos
from engine.evaluation.candidates import Candidate
from engine.evaluation.downsampling import MATLAB, BenchmarkDownsampling
from engine.evaluation.sheet_drawing import Panel, SheetRow, write_sheet
from engine.imaging.pixel_values import to_float, to_uint
from engine.imaging.resample.bicubic import resize_bicubic
from engine.metrics.luma import to_luma

# In HR pixels: large enough to show texture, small enough to be one place.
_CROP_PX = 96
_ZOOM = 3
_PER_KIND = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A place of a photo.

    Attributes:
        photo: File name.
        left: Left edge, in HR pixels.
        top: Top edge, in HR pixels.
        gain: Mean square luma error of bicubic minus that of the network; negative
            where the network is worse than bicubic.
        panels: Bicubic, result and reference.
    """

    photo: str
    left: int
    top: int
    gain: float
    panels: tuple[Panel, ...]


def write_crops(
    candidate: Candidate,
    folders: Sequence[Path],
    target: Path,
    *,
    downsampling: BenchmarkDownsampling = MATLAB,
) -> tuple[Path, ...]:
    """Write two PNG per folder, of its worst and best places: bicubic, result, reference.

    Each photo contributes its worst and its best place; a picture shows the three
    most extreme of them.

    Args:
        candidate: The network.
        folders: Folders of HR photos.
        target: Folder for the pictures.
        downsampling: How LR pictures are made.

    Returns:
        The written files.

    Raises:
        OutputError: If ``target`` cannot be written to.
    """
    make_folder(target)
    written = []
    for folder in folders:
        photos = load_photos(find_photos(folder), folder, [])
        pairs = [_extremes(candidate, path, pixels, downsampling) for path, pixels in photos]
        worst = sorted((pair[0] for pair in pairs), key=lambda crop: crop.gain)
        best = sorted((pair[1] for pair in pairs), key=lambda crop: -crop.gain)
        for kind, crops in (("worst", worst), ("best", best)):
            lr = "" if downsampling.name == MATLAB.name else f"-{downsampling.name}"
            stem = f"{candidate.name}-{folder.name}{lr}-{kind}".replace(" ", "-")
            path = target / f"{stem}.png"
            rows = [_row(crop) for crop in crops[:_PER_KIND]]
            written.append(write_sheet(rows, path, zoom=_ZOOM, columns=3))
    return tuple(written)


def _extremes(
    candidate: Candidate, path: Path, pixels: NDArray[np.uint8], downsampling: BenchmarkDownsampling
) -> tuple[Crop, Crop]:
    """Return the worst and the best place of one photo."""
    hr_pixels = crop_to_multiple(pixels, candidate.scale)
    lr = to_float(downsampling.downsample(hr_pixels, candidate.scale, photo=path))
    hr = to_float(hr_pixels)
    height_px, width_px = hr.shape[:2]
    pictures = (
        resize_bicubic(lr, height_px=height_px, width_px=width_px),
        candidate.enlarge(lr),
        hr,
    )
    bicubic, result, luma = (to_luma(np.clip(picture, 0, 1)) for picture in pictures)
    gains = (bicubic - luma) ** 2 - (result - luma) ** 2
    # Squares side by side; with the gain first, min and max find the extremes.
    places = [
        (float(gains[top : top + _CROP_PX, left : left + _CROP_PX].mean()), top, left)
        for top in range(0, max(height_px - _CROP_PX, 0) + 1, _CROP_PX)
        for left in range(0, max(width_px - _CROP_PX, 0) + 1, _CROP_PX)
    ]
    labels = ("bicubic", candidate.name, "reference")
    # Built here, where the pictures are at hand: only three crops per picture are kept.
    worst, best = (
        Crop(
            photo=path.name,
            left=left,
            top=top,
            gain=gain,
            panels=tuple(
                Panel(label=label, pixels=_cut(picture, top, left))
                for label, picture in zip(labels, pictures, strict=True)
            ),
        )
        for gain, top, left in (min(places), max(places))
    )
    return worst, best


def _row(crop: Crop) -> SheetRow:
    change = -crop.gain * 255**2  # in squared 8-bit levels
    against = f"{abs(change):.0f} {'above' if change > 0 else 'below'} bicubic"
    title = f"{crop.photo}   at {crop.left}, {crop.top}   squared error {against}"
    return SheetRow(title=title, panels=crop.panels)


def _cut(picture: NDArray[np.float32], top: int, left: int) -> NDArray[np.uint8]:
    crop = picture[top : top + _CROP_PX, left : left + _CROP_PX]
    return np.asarray(to_uint(crop, np.uint8), dtype=np.uint8)
