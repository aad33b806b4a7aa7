"""Turns the design tokens into a style sheet and a palette, and applies them."""

from __future__ import annotations

import atexit
import re
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, QSize, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from app.state import theme as tokens
from app.state.resources import resource_path
from app.state.theme import Theme, load_theme
from app.widgets.icons import ICON_PX, draw_icon, themed_icon

_FAMILIES = ["Inter", "SF Pro Text", "Segoe UI Variable", "Segoe UI", "Noto Sans", "DejaVu Sans"]
_ICON_GROWTH = 0.6


class ThemeService(QObject):
    """Holds the theme in use and gives every window its colors and icons.

    Signals:
        changed: Another theme is in use; icons have to be drawn again.
    """

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._folder = QTemporaryDir(str(Path(tempfile.gettempdir()) / "mfagan-theme-XXXXXX"))
        # At exit, Python does not destroy objects that Qt still references.
        atexit.register(self._folder.remove)
        self._theme = load_theme("dark")

    @property
    def theme(self) -> Theme:
        """The theme in use."""
        return self._theme

    def apply(self, theme: Theme) -> None:
        """Apply ``theme`` to the whole application."""
        self._theme = theme
        self._application.setPalette(build_palette(theme))
        font = QFont()
        # The first one that the system has.
        font.setFamilies(_FAMILIES)
        font.setPixelSize(theme.type_px(tokens.BODY_PX))
        self._application.setFont(font)
        self._application.setStyleSheet(build_style_sheet(theme, self._draw_marks(theme)))
        self.changed.emit()

    def color(self, token: str) -> QColor:
        """Return a color of the theme in use."""
        return QColor(self._theme.color(token))

    @property
    def icon_size(self) -> QSize:
        """The size of icons on buttons, for the text size of the theme in use."""
        side_px = round(ICON_PX * (1 + (self._theme.text_scale - 1) * _ICON_GROWTH))
        return QSize(side_px, side_px)

    def icon(self, name: str, *, token: str = "text") -> QIcon:  # a design token
        """Return an icon in the colors of the theme in use."""
        theme = self._theme
        return themed_icon(
            name,
            theme.color(token),
            theme.color("text_disabled"),
            checked_color=theme.color("accent") if token == "text" else "",
            size_px=self.icon_size.width(),
        )

    def _draw_marks(self, theme: Theme) -> dict[str, str]:
        """Draw the small marks that a style sheet can only load from files."""
        marks = {
            "icon_down": ("chevron-down", "text_secondary"),
            "icon_up": ("chevron-up", "text_secondary"),
            "icon_check": ("check", "text"),
            "icon_tick": ("check", "accent_text"),
        }
        paths = {}
        for placeholder, (name, token) in marks.items():
            path = Path(self._folder.filePath(f"{theme.name}-{placeholder}.png"))
            # Drawn once for each theme and kept as long as the program runs.
            if not path.is_file():
                draw_icon(name, theme.color(token), size_px=16).save(str(path))
                # Qt looks for the file with "@2x" in its name on dense screens.
                double = draw_icon(name, theme.color(token), size_px=16, density=2.0)
                double.save(str(path.with_stem(f"{path.stem}@2x")))
            paths[placeholder] = path.as_posix()
        return paths


def build_style_sheet(theme: Theme, marks: dict[str, str]) -> str:
    """Fill the tokens of ``theme`` into the style sheet.

    Args:
        theme: Where the values come from.
        marks: Files of the small marks, by their placeholder.

    Raises:
        KeyError: If the sheet names a token that does not exist.
    """
    values = dict(theme.colors) | marks
    for name in ("caption", "body", "title", "headline", "display"):
        values[f"{name}_px"] = str(theme.type_px(getattr(tokens, f"{name.upper()}_PX")))
    values |= {
        "radius_small_px": str(tokens.RADIUS_SMALL_PX),
        "radius_px": str(tokens.RADIUS_PX),
        "radius_large_px": str(tokens.RADIUS_LARGE_PX),
        "pad_v_px": "5",
        "pad_v_focus_px": "4",
    }
    # Tokens are written as @name@ in the sheet.
    sheet = resource_path("themes", "studio.qss").read_text(encoding="utf-8")
    return re.sub(r"@(\w+)@", lambda match: values[match[1]], sheet)


def build_palette(theme: Theme) -> QPalette:
    """Return the palette of ``theme``, for parts that a style sheet does not reach."""
    roles = {
        QPalette.ColorRole.Window: "chrome",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "field",
        QPalette.ColorRole.AlternateBase: "panel",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.PlaceholderText: "text_secondary",
        QPalette.ColorRole.Button: "raised",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "accent_text",
        QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.ToolTipBase: "raised",
        QPalette.ColorRole.ToolTipText: "text",
    }
    palette = QPalette()
    for role, token in roles.items():
        palette.setColor(role, QColor(theme.color(token)))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.color("text_disabled")))
    return palette
