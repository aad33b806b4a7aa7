"""What the page says while there is no run, and where trainings cannot be started."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.widgets.controls import flowing_label, text_label
from app.widgets.theming import ThemeService

_TEXT_PX = 420


class EmptyView(QWidget):
    """Says what trainings are for.

    Signals:
        new_requested: A new training is wanted.
    """

    new_requested = Signal()

    def __init__(self, theming: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = text_label(self.tr("No trainings yet"), role="headline", is_centered=True)
        text = flowing_label(role="secondary")
        text.setText(
            self.tr(
                "Train a network of your own on a folder of photos. A training goes on when the "
                "window is closed, and it can be paused and resumed without a difference in its "
                "result."
            )
        )
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        text.setFixedWidth(round(_TEXT_PX * theming.theme.text_scale**0.5))
        self.new = QPushButton(self.tr("New training"))
        self.new.setProperty("role", "primary")
        self.new.clicked.connect(self.new_requested)
        drop = text_label(
            self.tr("The folder of a run can be dropped here, too."),
            role="caption",
            is_centered=True,
        )
        column = QVBoxLayout(self)
        column.setSpacing(SPACE_M_PX)
        column.addStretch(2)
        column.addWidget(title)
        # Between two stretches: Qt does not ask an aligned text how high it is at its width.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(text)
        row.addStretch(1)
        column.addLayout(row)
        for widget in (self.new, drop):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)


class MissingTraining(QFrame):
    """Says what is missing to train, and how to get it."""

    def __init__(self, theming: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.command = QLineEdit(f'{sys.executable} -m pip install "mfagan-studio[train]"')
        self.command.setReadOnly(True)
        self.command.setAccessibleName(self.tr("Command that installs what is missing"))
        # A command is read from left to right in every language.
        self.command.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        copy = QPushButton(self.tr("Copy"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.command.text()))
        title = text_label(
            self.tr("Trainings cannot be started here yet"), role="title", wraps=True
        )
        text = flowing_label(role="secondary")
        text.setText(
            self.tr(
                "PyTorch is not installed; it is large, and enlarging photos does not need it. "
                "Install it with this command and start the app again. Trainings that are "
                "there can be looked at without it."
            )
        )
        row = QHBoxLayout()
        row.setSpacing(SPACE_S_PX)
        row.addWidget(self.command, 1)
        row.addWidget(copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L_PX, SPACE_M_PX, SPACE_L_PX, SPACE_M_PX)
        column.setSpacing(SPACE_XS_PX)
        column.addWidget(title)
        column.addWidget(text)
        column.addSpacing(SPACE_XS_PX)
        column.addLayout(row)
