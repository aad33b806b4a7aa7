"""Draws the app's own SVG icons in the colours of the theme."""

from __future__ import annotations

from functools import lru_cache, partial

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.state.resources import resource_path

ICON_PX = 18
_DENSEST = 3.0


def draw_icon(name: str, colour: str, *, size_px: int = ICON_PX, density: float = 1.0) -> QPixmap:
    """Return the icon ``name`` as a pixmap of ``size_px`` device-independent pixels."""
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    pixmap = QPixmap(round(size_px * density), round(size_px * density))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size_px * density, size_px * density))
    painter.end()
    pixmap.setDevicePixelRatio(density)
    return pixmap


@lru_cache(maxsize=512)
def themed_icon(
    name: str, colour: str, disabled_colour: str, *, checked_colour: str = "", size_px: int
) -> QIcon:
    """Return ``name`` as an icon with its disabled and checked looks, sharp up to 3x."""
    icon = QIcon()
    # Drawn for the screen there is; other ones take the densest, reduced by Qt.
    for density in sorted({QGuiApplication.primaryScreen().devicePixelRatio(), _DENSEST}):
        draw = partial(draw_icon, name, size_px=size_px, density=density)
        icon.addPixmap(draw(colour), QIcon.Mode.Normal)
        icon.addPixmap(draw(disabled_colour), QIcon.Mode.Disabled)
        if checked_colour:
            checked = draw(checked_colour)
            icon.addPixmap(checked, QIcon.Mode.Normal, QIcon.State.On)
    return icon


@lru_cache(maxsize=128)
def _source(name: str) -> str:
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
