"""Small building blocks of panels: headings, rules, choices side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from app.state.theme import SPACE_S_PX

SpinBoxT = TypeVar("SpinBoxT", bound=QAbstractSpinBox)


def text_label(text: str = "", *, role: str = "", wraps: bool = False) -> QLabel:
    """Return a label in one of the theme's type roles."""
    label = QLabel(text)
    if role:
        label.setProperty("role", role)
    label.setWordWrap(wraps)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if wraps:
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label


def rule() -> QFrame:
    """Return a thin line between groups."""
    line = QFrame()
    line.setObjectName("rule")
    return line


def padded(box: SpinBoxT) -> SpinBoxT:
    """Give the number of a spin box the margin that a style sheet cannot."""
    box.lineEdit().setTextMargins(SPACE_S_PX, 0, SPACE_S_PX, 0)
    return box


class ElidedLabel(QLabel):
    """A label that shortens its text in the middle instead of widening its panel."""

    def __init__(self, text: str = "", *, role: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class Segments(QFrame):
    """A row of choices of which one is taken.

    Signals:
        chosen: Position of the choice that people took.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("segments")
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(2, 2, 2, 2)
        self._layout.setSpacing(2)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.idClicked.connect(self.chosen)

    def add(self, text: str, *, name: str = "", tip: str = "") -> QToolButton:
        """Append a choice; one with an icon only needs a ``name`` for screen readers."""
        button = QToolButton()
        button.setText(text)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(name or text)
        button.setToolTip(tip)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._group.addButton(button, len(self._group.buttons()))
        self._layout.addWidget(button)
        return button

    def buttons(self) -> Sequence[QToolButton]:
        """Return the choices in order."""
        return [b for b in self._group.buttons() if isinstance(b, QToolButton)]

    def set_current(self, position: int) -> None:
        """Take a choice without telling anybody; -1 takes none."""
        if position >= 0:
            self._group.button(position).setChecked(True)
            return
        self._group.setExclusive(False)
        for other in self._group.buttons():
            other.setChecked(False)
        self._group.setExclusive(True)
