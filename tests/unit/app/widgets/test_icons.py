from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from app.state.resources import resource_path
from app.widgets.icons import draw_icon, themed_icon

_NAMES = sorted(path.stem for path in resource_path("icons").glob("*.svg"))


def _colors(pixmap: QPixmap) -> set[str]:
    image = pixmap.toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", [name for name in _NAMES if name != "mfagan-studio"])
def test_every_icon_is_drawn_in_one_color(name: str) -> None:
    assert _colors(draw_icon(name, "#336699", density=4.0)) == {"#336699"}


def test_an_icon_has_the_pixels_of_its_density(qapp: QApplication) -> None:
    pixmap = draw_icon("check", "#ffffff", size_px=20, density=2.0)

    assert pixmap.size() == QSize(40, 40)
    assert pixmap.deviceIndependentSize().toSize() == QSize(20, 20)


def test_a_disabled_icon_has_the_color_of_disabled_text(qapp: QApplication) -> None:
    icon = themed_icon("open", "#ffffff", "#555555", size_px=60)

    disabled = icon.pixmap(QSize(60, 60), QIcon.Mode.Disabled)

    assert _colors(disabled) == {QColor("#555555").name()}
