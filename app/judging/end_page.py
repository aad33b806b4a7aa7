"""The page between the last question and the ranking."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX, SPACE_XL_PX
from app.widgets.controls import text_label


class EndPage(QWidget):
    """Asks whether to see the names now.

    Signals:
        result_requested: Show names and ranking.
        more_requested: Ask more questions first.
        undo_requested: Take the last answer back.
    """

    result_requested = Signal()
    more_requested = Signal()
    undo_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = text_label(role="headline", is_centered=True, wraps=True)
        text = text_label(
            self.tr(
                "Answers that are given before the names are known are the best ones: answer more "
                "questions first if some pairs were hard."
            ),
            role="secondary",
            wraps=True,
            is_centered=True,
        )
        self.undo = QPushButton(self.tr("Undo the last answer"))
        self.more = QPushButton(self.tr("Answer more questions"))
        self.result = QPushButton(self.tr("Show names and ranking"))
        self.result.setProperty("role", "primary")
        self.undo.clicked.connect(self.undo_requested)
        self.more.clicked.connect(self.more_requested)
        self.result.clicked.connect(self.result_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S_PX)
        buttons.addStretch()
        for button in (self.undo, self.more, self.result):
            buttons.addWidget(button)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_XL_PX, SPACE_L_PX, SPACE_XL_PX, SPACE_L_PX)
        layout.setSpacing(SPACE_M_PX)
        layout.addStretch()
        layout.addWidget(self.title)
        layout.addWidget(text)
        layout.addLayout(buttons)
        layout.addStretch()

    def show_end(self, answered: int) -> None:
        """Say how many questions were answered."""
        text = self.tr("All questions are answered: {count} answers are saved.")
        self.title.setText(text.format(count=answered))
        self.undo.setEnabled(answered > 0)
        self.result.setEnabled(answered > 0)
        self.result.setFocus()
