"""Transparent photos lie on squares, before and after."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtGui import QColor, QImage, QPainter

from app.state.viewer_state import ViewerMode
from tests.gui.conftest import App


def test_squares_are_seen_through_a_transparent_photo_and_its_preview(
    app: App, tmp_path: Path
) -> None:
    image = QImage(96, 64, QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    painter = QPainter(image)
    painter.fillRect(0, 0, 96, 20, QColor(200, 40, 40))
    painter.end()
    path = tmp_path / "glass.png"
    assert image.save(str(path))
    app.open(path)
    viewer = app.page.viewer

    for mode in (ViewerMode.SPLIT_VERTICAL, ViewerMode.FLIP):
        viewer.set_mode(mode)
        app.settle()
        shown = viewer.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        top, bottom = viewer.view.to_view(0, 120)[1], viewer.view.to_view(0, 240)[1]
        left, right = viewer.view.to_view(32, 0)[0], viewer.view.to_view(352, 0)[0]
        assert viewer.devicePixelRatioF() == 1
        rows = range(round(top), round(bottom), 3)
        columns = range(round(left), round(right), 3)
        grays = np.array([[shown.pixelColor(x, y).red() for x in columns] for y in rows])
        # The divider and its grip cover some columns.
        share = np.isin(grays, (0xA6, 0xC9)).mean()
        assert share > 0.9
        red = shown.pixelColor(round(left), round(viewer.view.to_view(0, 32)[1]))
        assert red.red() > 150
        assert red.green() < 100
