"""The page before the first photo: a place to drop one, and samples to try."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QIcon,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from app.state.resources import resource_path
from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX, SPACE_XL_PX, SPACE_XXL_PX
from app.widgets.controls import text_label
from app.widgets.icons import draw_icon
from app.widgets.theming import ThemeService

_SAMPLE_WIDTH_PX = 132
_SAMPLE_HEIGHT_PX = 88
_LEAST_HEIGHT_PX = 320
_HEIGHT_WITH_MARK_PX = 400


def sample_paths() -> tuple[Path, ...]:
    """Return the sample photos that come with the app."""
    folder = resource_path("samples")
    return tuple(sorted(p for p in folder.glob("*") if p.suffix.lower() in {".jpg", ".png"}))


class EmptyState(QWidget):
    """A page with one thing to do: open a photo.

    Signals:
        open_requested: Choose photos with a dialog.
        sample_requested: Path of the sample that was chosen.
    """

    open_requested = Signal()
    sample_requested = Signal(object)

    def __init__(self, theming: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        # A plain QWidget ignores the background of a style sheet without it.
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theming = theming
        self._mark = QLabel()
        self._mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = text_label(
            self.tr("Drop a photo to enlarge it"), role="headline", wraps=True, is_centered=True
        )
        hint = text_label(
            self.tr("Photos and folders, anywhere in this window. Nothing leaves this computer."),
            role="secondary",
            wraps=True,
            is_centered=True,
        )
        self._open = QPushButton(self.tr("Choose photos\u2026"))
        self._open.setProperty("role", "primary")
        self._open.clicked.connect(self.open_requested)
        # The first key press of a new user opens photos.
        self.setFocusProxy(self._open)
        self._or = text_label(self.tr("or begin with a sample"), role="caption")
        self._samples: list[QToolButton] = []
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE_S_PX)
        layout.setContentsMargins(SPACE_XXL_PX, SPACE_XL_PX, SPACE_XXL_PX, SPACE_XL_PX)
        layout.addStretch(3)
        layout.addWidget(self._mark)
        layout.addSpacing(SPACE_M_PX)
        layout.addWidget(self._title)
        layout.addWidget(hint)
        layout.addSpacing(SPACE_M_PX)
        layout.addWidget(self._open, alignment=Qt.AlignmentFlag.AlignCenter)
        layout.addSpacing(SPACE_XL_PX)
        layout.addWidget(self._or, alignment=Qt.AlignmentFlag.AlignCenter)
        layout.addLayout(self._build_samples())
        layout.addStretch(4)
        theming.changed.connect(self._draw_mark)
        self._draw_mark()

    def _build_samples(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE_M_PX)
        row.addStretch()
        for path in sample_paths():
            button = _SampleButton(path, self._theming)
            button.clicked.connect(lambda _checked, p=path: self.sample_requested.emit(p))
            self._samples.append(button)
            row.addWidget(button)
        row.addStretch()
        row.setContentsMargins(SPACE_L_PX, 0, SPACE_L_PX, 0)
        return row

    def _draw_mark(self) -> None:
        color = self._theming.theme.color("text_secondary")
        self._mark.setPixmap(draw_icon("upscale", color, size_px=44, density=3.0))

    @override
    def minimumSizeHint(self) -> QSize:
        # Samples are hidden where there is no space, so they must not ask for it.
        return QSize(_SAMPLE_WIDTH_PX + 2 * SPACE_XXL_PX, self._open.sizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the samples and the mark in a small window."""
        room_px = self.width() - 2 * SPACE_XXL_PX - 2 * SPACE_L_PX
        # n buttons with n - 1 gaps fit: n * button + (n - 1) * gap <= space.
        count = (room_px + SPACE_M_PX) // (_SAMPLE_WIDTH_PX + SPACE_M_PX)
        has_samples = count > 0 and self.height() >= _LEAST_HEIGHT_PX
        self._or.setVisible(has_samples)
        for position, button in enumerate(self._samples):
            button.setVisible(has_samples and position < count)
        self._mark.setVisible(self.height() >= _HEIGHT_WITH_MARK_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self._theming.color("field_border"), 1.2, Qt.PenStyle.DashLine)
        pen.setDashPattern([5, 5])
        painter.setPen(pen)
        inset = SPACE_XL_PX
        painter.drawRoundedRect(self.rect().adjusted(inset, inset, -inset, -inset), 14, 14)
        painter.end()


class _SampleButton(QToolButton):
    """A sample photo that can be clicked."""

    def __init__(self, path: Path, theming: ThemeService) -> None:
        super().__init__()
        self._theming = theming
        pixmap = QPixmap(str(path))
        self.setIcon(QIcon(pixmap))
        # Drawn by `paintEvent` over the whole button.
        self._pixmap = pixmap
        self.setFixedSize(QSize(_SAMPLE_WIDTH_PX, _SAMPLE_HEIGHT_PX))
        self.setToolTip(path.stem)
        self.setAccessibleName(self.tr("Sample photo {name}").format(name=path.stem))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = self.rect().adjusted(3, 3, -3, -3)
        painter.drawPixmap(area, self._pixmap)
        is_marked = self.hasFocus() or self.underMouse()
        edge = self._theming.color("focus") if is_marked else QColor(0, 0, 0, 60)
        painter.setPen(QPen(edge, 3 if is_marked else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, 4, 4)
        painter.end()

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()
