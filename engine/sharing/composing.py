"""Draws a comparison as pixels: side by side, split by a line, or as frames of a sweep."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from engine.sharing.comparison import RgbaImage, RgbImage, SharedComparison

GUTTER_PX = 4
LINE_PX = 2
_MARGIN_PX = 12


def side_by_side(comparison: SharedComparison) -> RgbImage:
    """Return before on the left and after on the right, with a black gutter between them."""
    width, height = comparison.width_px, comparison.height_px
    picture = np.zeros((height, 2 * width + GUTTER_PX, 3), np.uint8)
    picture[:, :width] = comparison.before
    picture[:, width + GUTTER_PX :] = comparison.after
    _stamp(picture[:, :width], comparison.before_label, at_right=False)
    _stamp(picture[:, width + GUTTER_PX :], comparison.after_label, at_right=False)
    return picture


def split_at(comparison: SharedComparison, share: float) -> RgbImage:
    """Return before left of a white line and after right of it.

    Args:
        comparison: What is compared.
        share: Part of the width that shows before, 0 to 1.
    """
    width = comparison.width_px
    column = round(min(max(share, 0.0), 1.0) * width)
    picture = comparison.after.copy()
    picture[:, :column] = comparison.before[:, :column]
    _stamp(picture[:, :column], comparison.before_label, at_right=False)
    _stamp(picture[:, column:], comparison.after_label, at_right=True)
    # At an edge one picture is seen whole, and a line would say that there is another.
    if 0 < column < width:
        first = max(column - LINE_PX // 2, 0)
        picture[:, first : first + LINE_PX] = 255
    return picture


def sweep_frames(comparison: SharedComparison, count: int) -> Iterator[RgbImage]:
    r"""Yield ``count`` pictures in which the line goes to the right, to the left and back.

    share   0.94  - -  .--.  - - - - - -    one turn of a sine: slow where it turns,
            0.5   -  /  - - \ - - - - /    so that the eye has time for each side
            0.06  - - - - - - `.__.'
    """
    for number in range(count):
        turn = math.sin(2 * math.pi * number / count)
        yield split_at(comparison, 0.5 + 0.44 * turn)


def _stamp(area: RgbImage, label: RgbaImage | None, *, at_right: bool) -> None:
    """Draw a label into a corner of ``area``, unless it does not fit."""
    if label is None:
        return
    height, width = label.shape[:2]
    if width + 2 * _MARGIN_PX > area.shape[1] or height + 2 * _MARGIN_PX > area.shape[0]:
        return
    left = area.shape[1] - _MARGIN_PX - width if at_right else _MARGIN_PX
    part = area[_MARGIN_PX : _MARGIN_PX + height, left : left + width]
    alpha = label[..., 3:].astype(np.float32) / 255
    mixed = label[..., :3] * alpha + part * (1 - alpha)
    part[...] = np.rint(mixed).astype(np.uint8)
