"""Draws the app's own SVG icons in the colors of the theme."""

from __future__ import annotations

from functools import lru_cache, partial

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.state.resources import resource_path

ICON_PX = 18
_DENSEST = 3.0


def draw_icon(name: str, color: str, *, size_px: int = ICON_PX, density: float = 1.0) -> QPixmap:
    """Return the icon ``name`` as a pixmap of ``size_px`` device-independent pixels."""
    # Our icons have one color, `currentColor`: replaced here by the theme's.
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode()))
    pixmap = QPixmap(round(size_px * density), round(size_px * density))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size_px * density, size_px * density))
    painter.end()
    # From here on, its size is that in device-independent pixels.
    pixmap.setDevicePixelRatio(density)
    return pixmap


@lru_cache(maxsize=512)
def themed_icon(
    name: str, color: str, disabled_color: str, *, checked_color: str = "", size_px: int
) -> QIcon:
    """Return ``name`` as an icon with its disabled and checked versions, sharp up to 3x."""
    icon = QIcon()
    # Drawn for the current screen; on any other screen Qt scales the densest one down.
    for density in sorted({QGuiApplication.primaryScreen().devicePixelRatio(), _DENSEST}):
        draw = partial(draw_icon, name, size_px=size_px, density=density)
        icon.addPixmap(draw(color), QIcon.Mode.Normal)
        icon.addPixmap(draw(disabled_color), QIcon.Mode.Disabled)
        if checked_color:
            checked = draw(checked_color)
            icon.addPixmap(checked, QIcon.Mode.Normal, QIcon.State.On)
    return icon


@lru_cache(maxsize=128)
def _source(name: str) -> str:
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
