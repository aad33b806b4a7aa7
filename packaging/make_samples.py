"""Draws the sample pictures: our own work, from nothing but arithmetic.

Usage: python packaging/make_samples.py FOLDER

Each scene is drawn at four times its size and reduced, as a lens and a sensor
would, so that edges are soft and detail ends near the pixel size.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Canvas = NDArray[np.float32]
"""``(H, W, 3)`` float32 in ``[0, 1]``, sRGB-encoded."""

WIDTH_PX, HEIGHT_PX, OVERSAMPLING = 480, 320, 4


def main() -> None:
    """Draw every scene into the folder that the command names."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, scene in SCENES.items():
        _save(folder / f"{name}.jpg", scene, grain=0.0008, quality=98, subsampling=0)
    # A script finds what lies beside it; as a module of a test it only draws.
    for name, scene in importlib.import_module("photo_scenes").SCENES.items():
        # As phones write them: some noise, and colors at half the resolution.
        _save(folder / f"{name}.jpg", scene, grain=0.004, quality=80, subsampling=2)


def draw_house(width: int, height: int) -> Canvas:
    """A brick house front with windows, shutters, a sign and a lamp."""
    canvas = _bricks(width, height)
    picture = Image.fromarray(_pixels(canvas))
    pen = ImageDraw.Draw(picture)
    unit = width / 24
    for column in range(4):
        for row in range(2):
            _window(pen, (2.2 + 5.4 * column) * unit, (1.0 + 5.2 * row) * unit, unit)
    _shop_front(pen, width, height, unit)
    lit = np.asarray(picture, np.float32) / np.float32(255)
    shade = _gradient(width, height, angle=0.5)[:, :, None]
    return np.asarray((lit * (0.62 + 0.5 * shade) * _warm(0.4)).clip(0, 1), np.float32)


def draw_page(width: int, height: int) -> Canvas:
    """A printed page with text down to the smallest size one can read, and test bars."""
    paper = np.ones((height, width, 3), np.float32) * np.array([0.94, 0.92, 0.87], np.float32)
    paper *= 1 + 0.02 * _noise(width, height, grain=3)[:, :, None]
    picture = Image.fromarray(_pixels(paper))
    pen = ImageDraw.Draw(picture)
    ink, unit = (34, 32, 38), width / 48
    pen.text((2 * unit, 1.2 * unit), "Field notes", ink, _font(4.2 * unit))
    pen.line((2 * unit, 6.6 * unit, 46 * unit, 6.6 * unit), (150, 40, 30), int(0.3 * unit))
    top = 7.6 * unit
    for size in (1.45, 1.25, 1.05, 0.9, 0.75):
        for line in _TEXT:
            pen.text((2 * unit, top), line, ink, _font(size * unit))
            top += size * 1.22 * unit
        top += 0.5 * unit
    _test_bars(pen, 34 * unit, 16.6 * unit, unit, ink)
    shade = _gradient(width, height, angle=-0.4)[:, :, None]
    page = np.asarray(picture, np.float32) / np.float32(255)
    return (page * (0.8 + 0.25 * shade)).clip(0, 1).astype(np.float32)


SCENES: dict[str, Callable[[int, int], Canvas]] = {"house": draw_house, "page": draw_page}

_TEXT = (
    "The heron stood where the two streams meet and did not move,",
    "14 March, 7:42, frost on the reeds; water 3.6 degrees, wind 0.",
)


def _bricks(width: int, height: int) -> Canvas:
    random = np.random.default_rng(3)
    brick_h, brick_w, joint = height / 34, width / 22, height / 240
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    row = np.floor(y / brick_h).astype(int)
    column = np.floor(x / brick_w + 0.5 * (row % 2)).astype(int)
    inside_y, inside_x = np.mod(y, brick_h), np.mod(x + 0.5 * (row % 2) * brick_w, brick_w)
    is_joint = (inside_y < joint) | (inside_x < joint)
    tone = random.uniform(0.75, 1.15, (64, 64)).astype(np.float32)[row % 64, column % 64]
    hue = random.uniform(-0.05, 0.05, (64, 64)).astype(np.float32)[row % 64, column % 64]
    red = np.stack([0.60 * tone + hue, 0.33 * tone, 0.25 * tone - hue * 0.5], axis=2)
    grain = 1 + 0.10 * _noise(width, height, grain=2)[:, :, None]
    mortar = np.array([0.72, 0.69, 0.63], np.float32)
    wall = np.where(is_joint[:, :, None], mortar, red) * grain
    return np.asarray(wall.clip(0, 1), np.float32)


def _window(pen: ImageDraw.ImageDraw, left: float, top: float, unit: float) -> None:
    width, height = 3.2 * unit, 3.9 * unit
    pen.rectangle(
        (left - 0.35 * unit, top - 0.35 * unit, left + width + 0.35 * unit, top + height),
        (226, 219, 205),
    )
    pen.rectangle((left, top, left + width, top + height), (62, 78, 92))
    for i in range(7):
        shade = 70 + 17 * i
        pen.polygon(
            (
                (left + width * i / 9, top + height),
                (left + width * (i + 0.6) / 9 + 0.6 * unit, top),
                (left + width * (i + 1) / 9 + 0.6 * unit, top),
                (left + width * (i + 0.5) / 9, top + height),
            ),
            (shade, shade + 14, shade + 26),
        )
    bar = 0.13 * unit
    for fraction in (0.0, 1 / 3, 2 / 3, 1.0):
        x, y = left + width * fraction, top + height * fraction
        pen.rectangle((x - bar, top, x + bar, top + height), (240, 237, 229))
        pen.rectangle((left, y - bar, left + width, y + bar), (240, 237, 229))
    for side in (left - 1.05 * unit, left + width + 0.35 * unit):
        pen.rectangle((side, top - 0.2 * unit, side + 0.7 * unit, top + height), (47, 92, 84))
        for slat in range(16):
            y = top + height * (slat + 0.5) / 16
            pen.line((side + 0.1 * unit, y, side + 0.6 * unit, y), (28, 61, 56), int(0.06 * unit))
    pen.rectangle(
        (left - 0.5 * unit, top + height, left + width + 0.5 * unit, top + height + 0.35 * unit),
        (203, 197, 186),
    )


def _shop_front(pen: ImageDraw.ImageDraw, width: int, height: int, unit: float) -> None:
    top = 11.6 * unit
    pen.rectangle((0, top, width, top + 2.4 * unit), (38, 44, 58))
    pen.rectangle((0, top + 2.25 * unit, width, top + 2.4 * unit), (196, 160, 88))
    pen.text((1.2 * unit, top + 0.3 * unit), "ATELIER LUMEN", (233, 205, 142), _font(1.6 * unit))
    pen.text(
        (14.6 * unit, top + 0.45 * unit),
        "photographs & frames",
        (222, 222, 226),
        _font(0.9 * unit),
    )
    pen.text(
        (14.6 * unit, top + 1.4 * unit),
        "open Tuesday to Saturday, or ring twice",
        (186, 188, 198),
        _font(0.45 * unit),
    )
    pen.rectangle((0, top + 2.4 * unit, width, height), (52, 58, 66))
    for index in range(49):
        x = width * index / 48
        pen.line((x, top + 2.5 * unit, x, height), (92, 98, 104), int(0.08 * unit))


def _test_bars(
    pen: ImageDraw.ImageDraw, left: float, top: float, unit: float, ink: tuple[int, int, int]
) -> None:
    """A fan of lines that meet, and bars of falling width."""
    center = (left + 5.5 * unit, top + 5.5 * unit)
    for step in range(48):
        angle = 2 * np.pi * step / 48
        ends = [
            (
                center[0] + 5 * unit * np.cos(angle + wide),
                center[1] + 5 * unit * np.sin(angle + wide),
            )
            for wide in (0, np.pi / 48)
        ]
        pen.polygon((center, *ends), ink)
    x = left
    for width in (0.5, 0.4, 0.32, 0.25, 0.2, 0.16, 0.12):
        for _ in range(3):
            pen.rectangle((x, top + 11.5 * unit, x + width * unit, top + 14 * unit), ink)
            x += 2 * width * unit


def _noise(width: int, height: int, *, grain: int) -> NDArray[np.float32]:
    random = np.random.default_rng(11)
    small = random.standard_normal((height // grain + 1, width // grain + 1)).astype(np.float32)
    grown = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(grown, np.float32)


def _gradient(width: int, height: int, *, angle: float) -> NDArray[np.float32]:
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    slope = x * np.cos(angle) + y * np.sin(angle)
    return np.asarray((slope - slope.min()) / np.ptp(slope), np.float32)


def _warm(amount: float) -> NDArray[np.float32]:
    return np.array([1 + 0.12 * amount, 1.0, 1 - 0.12 * amount], np.float32)


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _pixels(canvas: Canvas) -> NDArray[np.uint8]:
    return np.asarray((canvas * 255 + 0.5).clip(0, 255), np.uint8)


def _save(
    path: Path, scene: Callable[[int, int], Canvas], *, grain: float, quality: int, subsampling: int
) -> None:
    big = scene(WIDTH_PX * OVERSAMPLING, HEIGHT_PX * OVERSAMPLING)
    small = Image.fromarray(_sensor(big, grain=grain))
    small.save(path, quality=quality, subsampling=subsampling)
    print(path)


def _sensor(big: Canvas, *, grain: float) -> NDArray[np.uint8]:
    """Reduce by area in linear light and add the noise of a sensor."""
    light = np.power(big, 2.2)
    size = (WIDTH_PX, HEIGHT_PX)
    small = np.asarray(cv2.resize(light, size, interpolation=cv2.INTER_AREA), np.float32)
    noise = np.random.default_rng(5).normal(0, grain, small.shape).astype(np.float32)
    return _pixels(np.power((small + noise).clip(0, 1), 1 / 2.2).astype(np.float32))


if __name__ == "__main__":
    main()
