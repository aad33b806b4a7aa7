"""Draws pictures side by side, each with a label above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from engine.core.atomic_file import temporary_part
from engine.inference.job.naming import Collision, ResultName

_GAP_PX = 8
_LABEL_PX = 22
_TITLE_PX = 34
_TEXT_PX = 15
_BACKGROUND = (32, 33, 36)
_TITLE_COLOR = (240, 240, 240)
_LABEL_COLOR = (176, 180, 186)
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One picture.

    Attributes:
        label: Text above it.
        pixels: ``(H, W, 3)`` uint8.
    """

    label: str
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """The same place of one photo in several pictures.

    Attributes:
        title: Name of the photo and the place.
        panels: Pictures of the same size.
    """

    title: str
    panels: tuple[Panel, ...]


def write_sheet(rows: Sequence[SheetRow], target: Path, *, zoom: int, columns: int) -> Path:
    """Write ``rows`` as one PNG; pixels are repeated, not smoothed.

    An existing file is kept: the new one gets a number.

    Args:
        rows: At least one row; pictures may differ in size between rows.
        target: PNG file to write.
        zoom: Number of times each pixel is repeated.
        columns: Maximum of pictures side by side; more are split into lines of about
            equal length.

    Returns:
        The path of the written file.

    Raises:
        OutputError: If ``target`` cannot be written.
    """
    sizes = [_row_size(row, zoom, columns) for row in rows]
    width_px = max(size[0] for size in sizes) + _GAP_PX
    sheet = Image.new("RGB", (width_px, sum(size[1] for size in sizes) + _GAP_PX), _BACKGROUND)
    top_px = 0
    for row, (_, height_px) in zip(rows, sizes, strict=True):
        _draw_row(sheet, row, top_px, zoom, columns)
        top_px += height_px
    # Never over an existing file: it may be the user's own.
    name = ResultName(target, Collision.NUMBER)
    with temporary_part(target) as part:
        sheet.save(part, format="png")
        name.publish(part)
    return name.path


def _row_size(row: SheetRow, zoom: int, columns: int) -> tuple[int, int]:
    height, width = row.panels[0].pixels.shape[:2]
    across = _across(row, columns)
    lines = -(-len(row.panels) // across)
    return across * (width * zoom + _GAP_PX), _TITLE_PX + lines * (
        height * zoom + _LABEL_PX + _GAP_PX
    )


def _across(row: SheetRow, columns: int) -> int:
    # 7 pictures in at most 6 columns: 4 and 3, not 6 and 1.
    lines = -(-len(row.panels) // columns)
    return -(-len(row.panels) // lines)


def _draw_row(sheet: Image.Image, row: SheetRow, top_px: int, zoom: int, columns: int) -> None:
    font = ImageFont.load_default(size=_TEXT_PX)
    draw = ImageDraw.Draw(sheet)
    middle_px = top_px + _TITLE_PX // 2 + _GAP_PX // 2
    draw.text((_GAP_PX, middle_px), row.title, fill=_TITLE_COLOR, font=font, anchor="lm")
    height, width = (side * zoom for side in row.panels[0].pixels.shape[:2])
    across = _across(row, columns)
    for number, panel in enumerate(row.panels):
        left = _GAP_PX + number % across * (width + _GAP_PX)
        top = top_px + _TITLE_PX + number // across * (height + _LABEL_PX + _GAP_PX)
        label = _shortened(draw, panel.label, width, font)
        draw.text((left, top + _LABEL_PX // 2 - 2), label, _LABEL_COLOR, font=font, anchor="lm")
        picture = Image.fromarray(panel.pixels)
        # Nearest: the viewer is to see the pixels as they are.
        picture = picture.resize((width, height), Image.Resampling.NEAREST)
        sheet.paste(picture, (left, top + _LABEL_PX))


def _shortened(
    draw: ImageDraw.ImageDraw,
    text: str,
    width_px: int,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> str:
    """Return ``text``, shortened until it is at most ``width_px`` wide."""
    if draw.textlength(text, font=font) <= width_px:
        return text
    while text and draw.textlength(text + _ELLIPSIS, font=font) > width_px:
        text = text[:-1]
    return text + _ELLIPSIS
