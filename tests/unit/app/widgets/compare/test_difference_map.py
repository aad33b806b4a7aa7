from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage

from app.widgets.compare.difference_map import draw_difference, scale_colors


def _filled(color: QColor) -> QImage:
    image = QImage(5, 3, QImage.Format.Format_RGB32)
    image.fill(color)
    return image


def test_the_largest_channel_counts_and_gain_amplifies_it() -> None:
    target = _filled(QColor(0, 0, 0))

    draw_difference(_filled(QColor(10, 20, 30)), _filled(QColor(10, 40, 25)), target, gain=3)

    assert target.pixelColor(2, 1) == QColor(*(int(c) for c in scale_colors()[60]))


def test_the_scale_grows_lighter_all_the_way() -> None:
    colors = scale_colors().astype(float)
    lightness = colors @ np.array([0.2126, 0.7152, 0.0722])

    assert np.all(np.diff(lightness) > -0.6)
    assert lightness[-1] - lightness[0] > 150
