"""A candidate at a glance: picture, genes in words, metrics."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QVBoxLayout,
    QWidget,
)

from app.search.candidate_texts import candidate_lines, metric_rows, short_name
from app.state.theme import SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.widgets.controls import text_label
from engine.api import SearchCandidate, SearchState

_THUMBNAIL_PX = 84
_POINTER_GAP_PX = 14


class MetricTable(QWidget):
    """Titles and values of a candidate in two columns."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_M_PX)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []

    def show_rows(self, rows: list[tuple[str, str]]) -> None:
        """Show ``rows`` of title and value."""
        while len(self._rows) < len(rows):
            labels = (text_label(role="caption"), QLabel())
            labels[1].setTextFormat(Qt.TextFormat.PlainText)
            labels[1].setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(labels[0], len(self._rows), 0)
            self._grid.addWidget(labels[1], len(self._rows), 1)
            self._rows.append(labels)
        for number, labels in enumerate(self._rows):
            texts = rows[number] if number < len(rows) else ("", "")
            for label, text in zip(labels, texts, strict=True):
                label.setText(text)
                label.setVisible(number < len(rows))


class HoverCard(QFrame):
    """What the pointer is on, beside it; never in the way of the pointer."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ground = parent
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._thumbnail = QLabel()
        self._title = text_label(role="title")
        self._genes = text_label(role="caption")
        self._metrics = MetricTable()
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M_PX, SPACE_S_PX, SPACE_M_PX, SPACE_S_PX)
        row.setSpacing(SPACE_M_PX)
        # Always as large as its texts: it is placed by its size, before it is shown.
        row.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        row.addWidget(self._thumbnail, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(SPACE_XS_PX)
        column.addWidget(self._title)
        column.addWidget(self._metrics)
        column.addWidget(self._genes)
        row.addLayout(column)
        self.hide()

    @property
    def text(self) -> str:
        """Title and genes that are shown."""
        return f"{self._title.text()}\n{self._genes.text()}"

    @property
    def has_thumbnail(self) -> bool:
        """Whether a picture is shown."""
        return not self._thumbnail.isHidden()

    def show_candidate(self, candidate: SearchCandidate, state: SearchState) -> None:
        """Show another candidate."""
        self._title.setText(short_name(candidate))
        self._genes.setText("\n".join(candidate_lines(candidate)))
        self._metrics.show_rows(metric_rows(candidate, state))
        self._thumbnail.hide()

    def show_thumbnail(self, image: QImage) -> None:
        """Show a picture that the candidate enlarged, beside its metrics."""
        self._thumbnail.setPixmap(_fitted(image, self.devicePixelRatioF()))
        self._thumbnail.show()

    def place(self, x: int, y: int) -> None:
        """Move beside a point of the parent, without covering it."""
        area: QRect = self._ground.rect()
        # Fonts of the theme come with the first showing, and the size follows from them.
        self.show()
        self._row.activate()
        size = self.size()
        # Below and to the right of a point of a front lies what it beats: the front stays in view.
        left = min(x + _POINTER_GAP_PX, area.right() - size.width())
        top = min(y + _POINTER_GAP_PX, area.bottom() - size.height())
        if left <= x and top <= y:
            left = x - _POINTER_GAP_PX - size.width()
        self.move(max(left, 0), max(top, 0))
        self.raise_()


def _fitted(image: QImage, ratio: float) -> QPixmap:
    side = round(_THUMBNAIL_PX * ratio)
    small = QPixmap.fromImage(
        image.scaled(
            QSize(side, side),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    )
    small.setDevicePixelRatio(ratio)
    return small
