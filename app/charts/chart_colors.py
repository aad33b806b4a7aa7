"""Colors of charts, from the theme in use."""

from __future__ import annotations

from PySide6.QtGui import QColor

from app.widgets.theming import ThemeService

CURVE_TOKENS = tuple(f"curve_{number}" for number in range(1, 9))
_GRID_SHARE = 0.10
_FINE_GRID_SHARE = 0.05


def mixed(color: QColor, ground: QColor, share: float) -> QColor:
    """Return ``share`` of ``color`` on ``ground``, opaque: Qt draws that ten times as fast."""
    return QColor.fromRgbF(
        ground.redF() + (color.redF() - ground.redF()) * share,
        ground.greenF() + (color.greenF() - ground.greenF()) * share,
        ground.blueF() + (color.blueF() - ground.blueF()) * share,
    )


class ChartColors:
    """The colors of one theme that charts use."""

    def __init__(self, theming: ThemeService, ground: str = "field") -> None:
        """Take the colors for charts on a ground, given as a design token."""
        self.ground = theming.color(ground)
        self.border = theming.color("border")
        self.text = theming.color("text")
        self.label = theming.color("text_secondary")
        self.focus = theming.color("focus")
        self.accent = theming.color("accent")
        self.warning = theming.color("warning")
        self.card = theming.color("raised")
        self.grid = mixed(self.text, self.ground, _GRID_SHARE)
        self.fine_grid = mixed(self.text, self.ground, _FINE_GRID_SHARE)
        self.curves = [theming.color(token) for token in CURVE_TOKENS]
