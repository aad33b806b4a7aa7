"""The controls that say how and where results are written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from app.state.processing import ProcessingChoice
from app.state.settings import SETTING_BY_KEY
from app.state.shown_names import shown
from app.state.theme import SPACE_M_PX, SPACE_S_PX
from app.state.tooltips import tip_html
from app.widgets.controls import padded, text_label

_LOSSY = {"same", "jpeg", "webp", "avif"}


class OutputControls(QWidget):
    """Format, quality, folder, file name, and what to do if the file exists.

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
        self.format.setAccessibleName(self.tr("Format"))
        self.quality = padded(QSpinBox())
        self.quality.setAccessibleName(self.tr("Quality"))
        self.quality.setPrefix(self.tr("Quality") + " ")
        self.quality.setRange(1, 100)
        self.quality.setKeyboardTracking(False)
        kind = QHBoxLayout()
        kind.setSpacing(SPACE_S_PX)
        shares: tuple[tuple[QWidget, int], ...] = ((self.format, 3), (self.quality, 2))
        for box, share in shares:
            box.setMinimumWidth(1)
            # Shared 3 to 2 whatever is in them: the widest entry must not decide.
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            kind.addWidget(box, share)
        grid.addLayout(kind, 1, 0, 1, 2)
        self.folder = QComboBox()
        self.folder.activated.connect(self._on_folder)
        self.name = QLineEdit()
        self.collision = self._choices("output.collision")
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Folder"), self.folder),
            (self.tr("Name"), self.name),
            (self.tr("If it exists"), self.collision),
        )
        for row, (name, field) in enumerate(rows, start=2):
            label = text_label(name, role="secondary")
            label.setBuddy(field)
            field.setAccessibleName(name)
            # A long folder or template must not widen the panel.
            field.setMinimumWidth(1)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        self.format.currentIndexChanged.connect(self._on_changed)
        self.quality.valueChanged.connect(self._on_changed)
        self.name.editingFinished.connect(self._on_changed)
        self.collision.currentIndexChanged.connect(self._on_changed)

    def show_choice(self, choice: ProcessingChoice) -> None:
        """Show the choice in use."""
        self._choice = choice
        fields = (self.format, self.quality, self.name, self.collision)
        # Filling the fields must not request the choice that is being shown.
        blockers = [QSignalBlocker(field) for field in fields]
        self.format.setCurrentIndex(self.format.findData(choice.format))
        self.quality.setValue(choice.quality)
        self.quality.setEnabled(choice.format in _LOSSY)
        self.name.setText(choice.name_template)
        # The beginning of a long template is what tells templates apart.
        self.name.setCursorPosition(0)
        self.collision.setCurrentIndex(self.collision.findData(choice.collision))
        # The blockers end here: the folder below has a signal of its own that only clicks emit.
        del blockers
        self._show_folder(choice.folder)

    def _show_folder(self, folder: str) -> None:
        self.folder.clear()
        self.folder.addItem(self.tr("Beside the photo"), "")
        if folder:
            self.folder.addItem(shown(Path(folder).name or folder), folder)
        self.folder.addItem(self.tr("Choose\u2026"))
        self.folder.setCurrentIndex(1 if folder else 0)
        own = self.tr("Folder \u201cupscaled\u201d beside the photo")
        self.folder.setToolTip(tip_html(shown(folder or own)))

    def _choices(self, key: str) -> QComboBox:
        box = QComboBox()
        for choice in SETTING_BY_KEY[key].choices:
            box.addItem(QCoreApplication.translate("Settings", choice.label), choice.value)
        return box

    @Slot(int)
    def _on_folder(self, position: int) -> None:
        folder = self.folder.itemData(position)
        # The entry without data is "Choose…": the box goes back until the dialog has an answer.
        if folder is None:
            self._show_folder(self._choice.folder)
            self.folder_requested.emit()
        elif folder != self._choice.folder:
            self.choice_requested.emit(replace(self._choice, folder=folder))

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
