"""Draws pages of text, windows, charts, comics, sharp disks and plain areas, unlike photos.

An estimator of noise and compression that has seen photos alone takes letters for detail and the
ringing beside them for part of it. Only Pillow and its own font are used, so that one seed gives
one picture everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.core.images import ImageU8

_SYLLABLES = (
    *("ka", "lo", "mi", "ren", "sta", "tor", "u", "pe", "vel", "in", "dra", "con"),
    *("ti", "ex", "ma", "sol", "qui", "ber", "Fi", "An", "12", "38", "7"),
)
_LEAVES = 900
_ENDS = ("", "", "", ",", ".", ":", " -")
Color = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A picture that is being drawn, the random numbers it is drawn by, and its pixels per unit."""

    random: np.random.Generator
    side_px: int
    image: Image.Image
    unit: int = 1

    @property
    def draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    def between(self, least: float, most: float) -> int:
        return round(self.random.uniform(least, most))

    def color(self, least: int = 0, most: int = 255) -> Color:
        red, green, blue = self.random.integers(least, most, 3, endpoint=True).tolist()
        return red, green, blue

    def gray(self, least: int, most: int) -> Color:
        return (self.between(least, most),) * 3

    def is_drawn(self, share: float) -> bool:
        return bool(self.random.random() < share)


def draw_picture(
    random: np.random.Generator, *, side_px: int, kind: str, unit_px: int = 1
) -> ImageU8:
    """Return a drawn picture without noise, blur or compression.

    Args:
        random: Draws its content.
        side_px: Rows and columns.
        kind: One of `DRAWN_KINDS`.
        unit_px: Pixels that the thinnest lines are wide; letters grow with them.

    Shape:
        - returns ``(side_px, side_px, 3)``.
    """
    sheet = _Sheet(random, side_px, Image.new("RGB", (side_px, side_px)), unit_px)
    DRAWN_KINDS[kind](sheet)
    return np.array(sheet.image)


def _page(sheet: _Sheet) -> None:
    is_dark = sheet.is_drawn(0.25)
    paper, ink = sheet.gray(225, 255), sheet.color(0, 90)
    _fill(sheet, ink if is_dark else paper)
    size = sheet.between(8, 26)
    _text(sheet, (0, 0, sheet.side_px, sheet.side_px), paper if is_dark else ink, size=size)


def _window(sheet: _Sheet) -> None:
    draw, side = sheet.draw, sheet.side_px
    is_dark = sheet.is_drawn(0.4)
    tones = (20, 70) if is_dark else (205, 255)
    ink = sheet.gray(190, 255) if is_dark else sheet.gray(0, 70)
    _fill(sheet, sheet.gray(*tones))
    for _ in range(sheet.between(3, 9)):
        left, top = sheet.between(-20, side - 10), sheet.between(-10, side - 8)
        box = (left, top, left + sheet.between(20, side), top + sheet.between(8, side / 2))
        fill = sheet.color(30, 230) if sheet.is_drawn(0.3) else sheet.gray(*tones)
        edge = sheet.gray(*tones) if sheet.is_drawn(0.7) else None
        draw.rounded_rectangle(
            box, radius=sheet.between(0, 6) * sheet.unit, fill=fill, outline=edge, width=sheet.unit
        )
        if sheet.is_drawn(0.8):
            inner = (box[0] + 4, box[1] + 2, box[2] - 2, box[3])
            _text(sheet, inner, ink, size=sheet.between(9, 14))
    for _ in range(sheet.between(0, 6)):
        _icon(sheet, ink)


def _chart(sheet: _Sheet) -> None:
    draw, side = sheet.draw, sheet.side_px
    if sheet.is_drawn(0.5):
        _gradient(sheet)
    else:
        _fill(sheet, sheet.gray(215, 255))
    ink = sheet.color(0, 255)
    _text(sheet, (4, 2, side, side // 3), ink, size=sheet.between(14, 34))
    base = side - sheet.between(6, 20) * sheet.unit
    width = sheet.between(6, 24) * sheet.unit
    for left in range(8, side - width, width + sheet.between(3, 12) * sheet.unit):
        box = (left, sheet.between(side / 3, base - 2), left + width, base)
        draw.rectangle(box, fill=sheet.color(20, 240))
    draw.line((4, base, side - 4, base), fill=ink, width=sheet.between(1, 2) * sheet.unit)
    heights = [sheet.between(side / 3, base) for _ in range(8)]
    points = [(place * side / 7, height) for place, height in enumerate(heights)]
    draw.line(points, fill=sheet.color(), width=sheet.between(1, 4) * sheet.unit)


def _comic(sheet: _Sheet) -> None:
    # Drawn large and reduced: pens leave smooth edges.
    factor = int(sheet.random.choice((1, 2, 3))) if sheet.unit == 1 else 1
    side = sheet.side_px * factor
    big = _Sheet(sheet.random, side, Image.new("RGB", (side, side), sheet.color(120, 255)))
    pen = factor * sheet.between(1, 4) * sheet.unit
    for _ in range(sheet.between(6, 18)):
        center = big.random.uniform(0, side, 2)
        points = [
            tuple(center + big.random.uniform(0.1, 0.4) * side * np.asarray((np.cos(a), np.sin(a))))
            for a in np.sort(big.random.uniform(0, 2 * np.pi, big.between(3, 9)))
        ]
        fill = big.color() if big.is_drawn(0.8) else big.gray(0, 30)
        big.draw.polygon(points, fill=fill, outline=big.gray(0, 30), width=pen)
        if big.is_drawn(0.3):
            _hatch(big, pen)
    small = big.image.resize((sheet.side_px, sheet.side_px), Image.Resampling.LANCZOS)
    sheet.image.paste(small)
    if sheet.is_drawn(0.4):
        side, unit = sheet.side_px, sheet.unit
        box = (4, 4, sheet.between(side / 3, side), sheet.between(20, 60) * unit)
        sheet.draw.ellipse(box, fill=(255, 255, 255), outline=(0, 0, 0), width=unit)
        inner = (box[0] + 12 * unit, box[1] + 6 * unit, box[2], box[3])
        _text(sheet, inner, (0, 0, 0), size=11)


def _leaves(sheet: _Sheet) -> None:
    # Disks of all sizes that hide one another have the statistics of photos, without noise
    # (Lee, Mumford and Huang, Int. Journal of Computer Vision 41, 2001).
    factor = 1 if sheet.unit > 1 else 4
    side = sheet.side_px * factor
    big = _Sheet(sheet.random, side, Image.new("RGB", (side, side), sheet.color()))
    least_px = 4 * big.random.uniform(0.5, 3)
    for radius in least_px / np.sqrt(big.random.uniform(0.002, 1, _LEAVES)):
        left, top = big.random.uniform(-radius, side - radius, 2)
        big.draw.ellipse((left, top, left + 2 * radius, top + 2 * radius), fill=big.color())
    sheet.image.paste(big.image.resize((sheet.side_px, sheet.side_px), Image.Resampling.BOX))


def _plain(sheet: _Sheet) -> None:
    if sheet.is_drawn(0.5):
        _gradient(sheet)
    else:
        _fill(sheet, sheet.color())


DRAWN_KINDS: Final[dict[str, Callable[[_Sheet], None]]] = {
    "page": _page,
    "window": _window,
    "chart": _chart,
    "comic": _comic,
    "leaves": _leaves,
    "plain": _plain,
}
"""What can be drawn: text, user interfaces, charts, comics, sharp disks, and plain areas."""


def _fill(sheet: _Sheet, color: Color) -> None:
    sheet.image.paste(color, (0, 0, sheet.side_px, sheet.side_px))


def _gradient(sheet: _Sheet) -> None:
    first, last = (np.asarray(sheet.color(), np.float64) for _ in range(2))
    angle = sheet.random.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[: sheet.side_px, : sheet.side_px] / sheet.side_px
    along = np.clip(0.5 + (columns - 0.5) * np.cos(angle) + (rows - 0.5) * np.sin(angle), 0, 1)
    codes = np.round(first + along[:, :, None] * (last - first)).astype(np.uint8)
    sheet.image.paste(Image.fromarray(codes))


def _text(sheet: _Sheet, box: tuple[int, int, int, int], ink: Color, *, size: int) -> None:
    left, top, right, bottom = box
    size *= sheet.unit
    font = ImageFont.load_default(size)
    is_bold = sheet.is_drawn(0.2)
    while top + size < bottom:
        words = [_word(sheet) for _ in range(max(1, (right - left) // (3 * size) + 1))]
        place = (left + sheet.between(0, 3), top)
        sheet.draw.text(
            place, " ".join(words), fill=ink, font=font, stroke_width=is_bold * sheet.unit
        )
        top += round(size * sheet.random.uniform(1.1, 1.5))
        if sheet.is_drawn(0.12):
            top += size


def _word(sheet: _Sheet) -> str:
    count = sheet.between(1, 4)
    return "".join(sheet.random.choice(_SYLLABLES, count)) + str(sheet.random.choice(_ENDS))


def _icon(sheet: _Sheet, ink: Color) -> None:
    size = sheet.between(8, 16) * sheet.unit
    left, top = (sheet.between(0, sheet.side_px - size) for _ in range(2))
    right, bottom, width = left + size, top + size, sheet.between(1, 2) * sheet.unit
    if sheet.is_drawn(0.5):
        sheet.draw.ellipse((left, top, right, bottom), outline=ink, width=width)
    else:
        sheet.draw.line((left, top, right, bottom), fill=ink, width=width)
        sheet.draw.line((left, bottom, right, top), fill=ink, width=width)


def _hatch(sheet: _Sheet, pen: int) -> None:
    left, top = sheet.between(0, sheet.side_px * 0.7), sheet.between(0, sheet.side_px * 0.7)
    reach, gap = sheet.between(sheet.side_px * 0.1, sheet.side_px * 0.3), pen * sheet.between(2, 5)
    for offset in range(0, reach, gap):
        line = (left + offset, top, left + offset - reach // 2, top + reach)
        sheet.draw.line(line, fill=(20, 20, 20), width=pen)
