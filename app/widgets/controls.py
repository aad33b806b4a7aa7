"""Small building blocks of panels: headings, rules, choices side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.state.theme import SPACE_S_PX, SPACE_XS_PX

_ARROW_PX = 10
PARTS_MARK = " \u00b7 "
"""Between the parts of a text."""

SpinBoxT = TypeVar("SpinBoxT", bound=QAbstractSpinBox)


def text_label(
    text: str = "", *, role: str = "", wraps: bool = False, is_centered: bool = False
) -> QLabel:
    """Return a label in one of the theme's type roles."""
    label = QLabel(text)
    if role:
        label.setProperty("role", role)
    label.setWordWrap(wraps)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if wraps:
        # Minimum: where space is short, a wrapped text must not lose lines.
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    if is_centered:
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    else:
        _LeadingAlignment(label)
    return label


def flowing_label(*, role: str = "") -> QLabel:
    """Return a wrapped label for a scroll area: exactly as high as its lines at its width."""
    label = text_label(role=role, wraps=True)
    # The area asks for the height at its width. Qt's guess for any width, which counts where a
    # text must not lose lines, is a line too high here.
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    label.setSizePolicy(policy)
    return label


def rule() -> QFrame:
    """Return a thin line between groups."""
    line = QFrame()
    line.setObjectName("rule")
    return line


def padded(box: SpinBoxT) -> SpinBoxT:
    """Give the number of a spin box the margin that a style sheet cannot."""
    box.lineEdit().setTextMargins(SPACE_S_PX, 0, SPACE_S_PX, 0)
    _LeadingAlignment(box)
    return box


class _LeadingAlignment(QObject):
    """Keeps text at the side where lines begin in the layout, whatever script it is in.

    Qt goes by the letters: a size or a file name would stay left in a mirrored panel.
    """

    def __init__(self, target: QLabel | QAbstractSpinBox) -> None:
        super().__init__(target)
        self._target = target
        target.installEventFilter(self)
        self._align()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._align()
        return False

    def _align(self) -> None:
        is_mirrored = self._target.layoutDirection() is Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if is_mirrored else Qt.AlignmentFlag.AlignLeft
        absolute = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        self._target.setAlignment(side | absolute)


class Heading(QWidget):
    """The title of a group with a short fact at its end, or below it where space is short."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = text_label(title, role="section")
        self._fact = text_label(role="caption")
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_XS_PX)
        self._layout.addWidget(self._title)
        self._layout.addStretch()
        self._layout.addWidget(self._fact)

    @property
    def fact(self) -> str:
        """The fact that is shown."""
        return self._fact.text()

    def set_fact(self, text: str) -> None:
        """Show another fact."""
        self._fact.setText(text)
        self._arrange()

    @override
    def minimumSizeHint(self) -> QSize:
        # In two lines, each needs only its own width.
        widest = max(self._title.sizeHint().width(), self._fact.sizeHint().width())
        return QSize(widest, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        both = self._title.sizeHint().width() + self._fact.sizeHint().width() + 2 * SPACE_XS_PX
        fits = both <= self.width()
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._layout.setDirection(across if fits else down)


class ElidedLabel(QLabel):
    """A label that shortens its text in the middle instead of widening its panel."""

    def __init__(self, text: str = "", *, role: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        # Ignored: the text is never a reason to make the panel wider.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        draw_line(painter, QRectF(self.rect()), self.text(), self.alignment())
        painter.end()


class PartsLabel(ElidedLabel):
    """A label whose text has parts, of which the last ones are left out where they do not fit."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics = painter.fontMetrics()
        parts = longest_parts(
            self.text(), fits=lambda text: metrics.horizontalAdvance(text) <= self.width()
        )
        draw_line(painter, QRectF(self.rect()), parts or self.text(), self.alignment())
        painter.end()


def longest_parts(text: str, *, fits: Callable[[str], bool]) -> str:
    """Return as many parts of ``text``, from the first on, as fit together; empty if none does."""
    parts = text.split(PARTS_MARK)
    choices = (PARTS_MARK.join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((choice for choice in choices if fits(choice)), "")


def draw_line(
    painter: QPainter,
    area: QRectF,
    text: str,
    alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeading,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
) -> None:
    """Draw one shortened line: placed by the direction of the layout, read by its own letters."""
    painter.save()
    placed = QStyle.visualAlignment(painter.layoutDirection(), alignment)
    shown = painter.fontMetrics().elidedText(text, elide, int(area.width()))
    # The layout decides the side (above), the letters the order: an Arabic name in an English
    # window still reads from right to left.
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    painter.drawText(area, placed | Qt.AlignmentFlag.AlignVCenter, shown)
    painter.restore()


class Fold(QWidget):
    """A title that shows and hides details; folded at first."""

    def __init__(self, title: str, content: QWidget) -> None:
        super().__init__()
        self.content = content
        self.button = QToolButton()
        self.button.setText(title)
        self.button.setProperty("role", "fold")
        self.button.setCheckable(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        # The arrow is drawn as an icon: one as high as other icons would make the line higher.
        self.button.setIconSize(QSize(_ARROW_PX, _ARROW_PX))
        self.button.toggled.connect(self._on_toggled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_XS_PX)
        layout.addWidget(self.button)
        layout.addWidget(content)
        self._on_toggled(False)  # noqa: FBT003  # as its signal says it

    def _on_toggled(self, is_open: bool) -> None:  # noqa: FBT001  # a slot
        self.content.setVisible(is_open)
        # Closed, the arrow points to where the content would open: in reading direction.
        closed = Qt.ArrowType.LeftArrow if self.isRightToLeft() else Qt.ArrowType.RightArrow
        self.button.setArrowType(Qt.ArrowType.DownArrow if is_open else closed)


class JumpSlider(QSlider):
    """A slider that jumps to where its groove is clicked, and is filled from its start."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._mark_direction()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            handle_px = self.style().pixelMetric(QStyle.PixelMetric.PM_SliderLength, None, self)
            # The middle of the handle comes under the pointer, not its left edge.
            value = QStyle.sliderValueFromPosition(
                self.minimum(),
                self.maximum(),
                round(event.position().x() - handle_px / 2),
                self.width() - handle_px,
                self.isRightToLeft(),
            )
            # The handle is now under the pointer, and Qt drags it on from there.
            self.setValue(value)
        super().mousePressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._mark_direction()

    def _mark_direction(self) -> None:
        # Style sheets know the groove left and right of the handle, not which part is filled.
        self.setProperty("mirrored", self.isRightToLeft())
        self.style().unpolish(self)
        self.style().polish(self)


class Segments(QFrame):
    """A row of choices of which one is checked.

    Signals:
        chosen: Position of the choice that was clicked.
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
        """Append a choice; a choice with an icon alone needs a ``name`` for screen readers."""
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
        """Check a choice without a signal; -1 unchecks all."""
        if position >= 0:
            self._group.button(position).setChecked(True)
            return
        # An exclusive group refuses to uncheck its checked button.
        self._group.setExclusive(False)
        for other in self._group.buttons():
            other.setChecked(False)
        self._group.setExclusive(True)
