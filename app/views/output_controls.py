"""How and where results are written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.state.processing import ProcessingChoice
from app.state.settings import SETTING_BY_KEY
from app.state.theme import SPACE_M_PX, SPACE_S_PX
from app.widgets.controls import ElidedLabel, padded, text_label

_LOSSY = {"same", "jpeg", "webp", "avif"}


class OutputControls(QWidget):
    """Format, quality, folder, name, and what to do when a name is taken.

    Signals:
        choice_requested: The new `ProcessingChoice`.
        folder_requested: Choose the output folder with a dialog.
    """

    choice_requested = Signal(object)
    folder_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = ProcessingChoice()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_M_PX)
        grid.setVerticalSpacing(SPACE_S_PX)
        grid.setColumnStretch(1, 1)
        grid.addWidget(text_label(self.tr("Output"), role="section"), 0, 0, 1, 2)
        self.format = self._choices("output.format")
        self.quality = padded(QSpinBox())
        self.quality.setRange(1, 100)
        self.quality.setKeyboardTracking(False)
        self.folder = QPushButton()
        self.folder.clicked.connect(self.folder_requested)
        self.name = QLineEdit()
        self.collision = self._choices("output.collision")
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Format"), self.format),
            (self.tr("Quality"), self.quality),
            (self.tr("Folder"), self.folder),
            (self.tr("Name"), self.name),
            (self.tr("If it exists"), self.collision),
        )
        for row, (name, field) in enumerate(rows, start=1):
            label = QLabel(name)
            label.setProperty("role", "secondary")
            label.setBuddy(field)
            field.setAccessibleName(name)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        self._where = ElidedLabel(role="caption")
        grid.addWidget(self._where, len(rows) + 1, 0, 1, 2)
        self.format.currentIndexChanged.connect(self._on_changed)
        self.quality.valueChanged.connect(self._on_changed)
        self.name.editingFinished.connect(self._on_changed)
        self.collision.currentIndexChanged.connect(self._on_changed)

    def show_choice(self, choice: ProcessingChoice) -> None:
        """Show what is chosen."""
        self._choice = choice
        fields = (self.format, self.quality, self.name, self.collision)
        blockers = [QSignalBlocker(field) for field in fields]
        self.format.setCurrentIndex(self.format.findData(choice.format))
        self.quality.setValue(choice.quality)
        self.quality.setEnabled(choice.format in _LOSSY)
        self.name.setText(choice.name_template)
        self.collision.setCurrentIndex(self.collision.findData(choice.collision))
        del blockers
        own = self.tr("Folder \u201cupscaled\u201d beside the photo")
        self.folder.setText(Path(choice.folder).name if choice.folder else self.tr("Choose\u2026"))
        self._where.setText(choice.folder or own)

    def _choices(self, key: str) -> QComboBox:
        box = QComboBox()
        for choice in SETTING_BY_KEY[key].choices:
            box.addItem(QCoreApplication.translate("Settings", choice.label), choice.value)
        return box

    @Slot()
    def _on_changed(self) -> None:
        choice = replace(
            self._choice,
            format=self.format.currentData(),
            quality=self.quality.value(),
            name_template=self.name.text().strip() or ProcessingChoice().name_template,
            collision=self.collision.currentData(),
        )
        if choice != self._choice:
            self.choice_requested.emit(choice)
