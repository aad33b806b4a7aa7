"""Writes contact sheets: one crop per photo, enlarged by several candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.core.errors import ConfigError
from engine.data.downsampling import crop_to_multiple
from engine.data.photo_files import find_photos, load_photos
from engine.evaluation.candidates import Candidate, enlarge_to_8bit
from engine.evaluation.downsampling import MATLAB, BenchmarkDownsampling
from engine.evaluation.sheet_drawing import Panel, SheetRow, write_sheet
from engine.imaging.pixel_values import to_float
from engine.metrics.luma import to_luma

Pixels = NDArray[np.uint8]
_Value = TypeVar("_Value", bound=np.generic)

# Side of the crop of the LR picture, and the context that the networks get around it.
_SIDE_PX = 40
_MARGIN_PX = 32
_STEP_PX = 8
_ZOOM = 2
_COLUMNS = 6
# Steeper edges count no more than this, or a single outline would win over a texture.
_STEEPEST = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A rectangle of an LR picture, in pixels."""

    left: int
    top: int
    width: int
    height: int


def write_contact_sheet(
    candidates: Sequence[Candidate],
    folders: Sequence[Path],
    target: Path,
    *,
    no_reference: Sequence[Path] = (),
    downsamplings: Sequence[BenchmarkDownsampling] = (MATLAB,),
) -> Path:
    """Write the most detailed place of each photo, enlarged by every candidate.

    Only that place and its surroundings are enlarged, so that a sheet of large
    photos takes seconds.

    Args:
        candidates: Candidates of one scale, in the order from left to right; the LR
            picture comes before them, the reference after them.
        folders: Folders of HR photos.
        target: PNG file to write; if it exists, the new one gets a number.
        no_reference: Folders of photos that are enlarged as they are and have no reference.
        downsamplings: How LR pictures are made: one row for each.

    Returns:
        The path of the written file.

    Raises:
        ConfigError: If scales differ, or a folder holds no photo.
        OutputError: If ``target`` cannot be written.
    """
    scales = {candidate.scale for candidate in candidates}
    if len(scales) != 1:
        names = ", ".join(f"{c.name} x{c.scale}" for c in candidates)
        raise ConfigError(f"A contact sheet shows networks of one scale; these differ: {names}")
    scale = scales.pop()
    rows = []
    for folder in folders:
        for path, pixels in load_photos(find_photos(folder), folder, []):
            hr = crop_to_multiple(pixels, scale)
            for way in downsamplings:
                lr = way.downsample(hr, scale, photo=path)
                name = f"{folder.name}/{path.name}"
                name += f" {way.name}" if len(downsamplings) > 1 else ""
                rows.append(_row(candidates, name, lr, hr))
    for folder in no_reference:
        rows += [
            _row(candidates, f"{folder.name}/{path.name}", pixels, None, path=path)
            for path, pixels in load_photos(find_photos(folder), folder, [])
        ]
    return write_sheet(rows, target, zoom=_ZOOM, columns=_COLUMNS)


def most_detailed_place(lr: Pixels, side_px: int = _SIDE_PX) -> Place:
    """Return the square with the steepest luma on average; smaller if the picture is.

    Shape:
        - ``lr``: ``(H, W, 3)`` uint8.
    """
    luma = to_luma(to_float(lr))
    height, width = min(side_px, luma.shape[0]), min(side_px, luma.shape[1])
    # A picture of one row or column has no gradient there.
    down, across = np.gradient(luma) if min(luma.shape) > 1 else (luma, luma)
    # Steepness of luma stands for detail: texture has much of it everywhere.
    steepness = np.minimum(np.hypot(down, across), _STEEPEST)
    places = [
        Place(left=left, top=top, width=width, height=height)
        for top in range(0, luma.shape[0] - height + 1, _STEP_PX)
        for left in range(0, luma.shape[1] - width + 1, _STEP_PX)
    ]
    return max(places, key=lambda place: float(_cut(steepness, place).mean()))


def _row(
    candidates: Sequence[Candidate],
    name: str,
    lr: Pixels,
    hr: Pixels | None,
    *,
    path: Path | None = None,
) -> SheetRow:
    scale = candidates[0].scale
    place = most_detailed_place(lr)
    shown = _cut(lr, place)
    panels = [Panel(label="LR", pixels=shown.repeat(scale, axis=0).repeat(scale, axis=1))]
    # What a network decides by the photo, it decides by the whole of it, not by the place.
    settled = [candidate.for_photo(to_float(lr), path=path) for candidate in candidates]
    panels += [Panel(label=c.name, pixels=_enlarge(c, lr, place)) for c in settled]
    if hr is not None:
        panels.append(Panel(label="reference", pixels=_cut(hr, _times(place, scale))))
    title = f"{name}   {place.width}x{place.height} LR pixels at {place.left}, {place.top}"
    return SheetRow(title=title, panels=tuple(panels))


def _enlarge(candidate: Candidate, lr: Pixels, place: Place) -> Pixels:
    left, top = max(0, place.left - _MARGIN_PX), max(0, place.top - _MARGIN_PX)
    seen = lr[
        top : place.top + place.height + _MARGIN_PX, left : place.left + place.width + _MARGIN_PX
    ]
    sr = enlarge_to_8bit(candidate, seen)
    # The place within the enlarged part: the margin is shorter at the picture's border.
    inner = Place(
        left=place.left - left, top=place.top - top, width=place.width, height=place.height
    )
    return _cut(sr, _times(inner, candidate.scale))


def _times(place: Place, scale: int) -> Place:
    return Place(
        left=place.left * scale,
        top=place.top * scale,
        width=place.width * scale,
        height=place.height * scale,
    )


def _cut(picture: NDArray[_Value], place: Place) -> NDArray[_Value]:
    return picture[place.top : place.top + place.height, place.left : place.left + place.width]
