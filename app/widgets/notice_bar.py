"""A strip across the window for notices that need no answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from app.state.theme import SPACE_M_PX, SPACE_S_PX
from app.widgets.controls import text_label

_MOST_LINES = 4


class NoticeBar(QFrame):
    """Shows each notice once, until it is closed; hidden while there is nothing to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._seen: set[str] = set()
        self._lines: list[str] = []
        self._text = text_label(wraps=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self._on_close)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M_PX, SPACE_S_PX, SPACE_M_PX, SPACE_S_PX)
        row.setSpacing(SPACE_M_PX)
        row.addWidget(self._text, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def text(self) -> str:
        """The text that is shown."""
        return self._text.text()

    def add(self, line: str) -> None:
        """Show one more line; a line that was shown before is not repeated."""
        if line in self._seen:
            return
        self._seen.add(line)
        self._lines.append(line)
        # A folder of broken files must not cover the photo with its notices.
        hidden = len(self._lines) - _MOST_LINES
        more = [self.tr("and {count} more").format(count=hidden)] if hidden > 0 else []
        self._text.setText("\n".join([*self._lines[:_MOST_LINES], *more]))
        self.show()

    @Slot()
    def _on_close(self) -> None:
        self._lines.clear()
        self.hide()
