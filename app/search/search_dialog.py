"""The dialog that starts a search."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.search.metrics import device_sentence
from app.state.shown_names import shown
from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX
from app.widgets.controls import padded, text_label
from app.widgets.dialogs import Dialogs
from engine.api import DeviceFacts

_MOST_EVALUATIONS = 100_000
_MOST_WORKERS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOffer:
    """What can be chosen.

    Attributes:
        presets: Names of the recipes that come with the product.
        supernets: Run folders of trained supernets, the newest first.
        devices: Device profiles.
    """

    presets: Sequence[str]
    supernets: Sequence[Path] = ()
    devices: Sequence[DeviceFacts] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSearch:
    """What was chosen.

    Attributes:
        preset: Name of a recipe that comes with the product.
        values: Values of its fields, by dotted name.
    """

    preset: str
    values: Mapping[str, object]


class SearchDialog(QDialog):
    """Asks for supernet, photos, device and budget; everything else is in the recipe.

    Signals:
        chosen: The `NewSearch`.
    """

    chosen = Signal(object)

    def __init__(self, offer: SearchOffer, dialogs: Dialogs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dialogs = dialogs
        self.setWindowTitle(self.tr("New search"))
        self.setMinimumWidth(560)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L_PX, SPACE_L_PX, SPACE_L_PX, SPACE_L_PX)
        layout.setSpacing(SPACE_M_PX)
        layout.addWidget(text_label(self.tr("New search"), role="headline"))
        layout.addWidget(
            text_label(
                self.tr(
                    "Finds the networks of a trained supernet that no other beats. It runs in the "
                    "background and goes on when this window is closed."
                ),
                role="secondary",
                wraps=True,
            )
        )
        layout.addLayout(self._build_form(offer))
        layout.addStretch(1)
        layout.addWidget(self._build_buttons())
        self._check()

    @property
    def search(self) -> NewSearch:
        """What is chosen now."""
        photos = self.photos.text()
        values: dict[str, object] = {
            "supernet.run_folder": self.supernet.currentText(),
            "proxy.folder": photos,
            "finetune.folder": photos,
            "budget": self.budget.value(),
            "workers": self.workers.value(),
        }
        device = str(self.device.currentData())
        if device:
            values |= {"profile": device, "objectives": ["psnr_y_db", "latency_ms"]}
        return NewSearch(preset=self.preset.currentText(), values=values)

    def _build_form(self, offer: SearchOffer) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE_L_PX)
        form.setVerticalSpacing(SPACE_S_PX)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self.preset = QComboBox()
        self.preset.addItems(list(offer.presets))
        self.supernet = QComboBox()
        self.supernet.setEditable(True)
        self.supernet.addItems([str(path) for path in offer.supernets])
        self.photos = QLineEdit()
        self.device = QComboBox()
        self.device.addItem(self.tr("No device: multiply-accumulates count"), "")
        for device in offer.devices:
            self.device.addItem(f"{shown(device.id)}", device.id)
            row = self.device.count() - 1
            self.device.setItemData(row, device_sentence(device), Qt.ItemDataRole.ToolTipRole)
        self.budget = padded(QSpinBox())
        self.budget.setRange(1, _MOST_EVALUATIONS)
        self.budget.setValue(300)
        self.workers = padded(QSpinBox())
        self.workers.setRange(1, _MOST_WORKERS)
        rows = (
            (self.tr("Recipe"), self.preset),
            (self.tr("Trained supernet"), self._with_button(self.supernet, self.supernet_chosen)),
            (self.tr("Photos to measure on"), self._with_button(self.photos, self.photos_chosen)),
            (self.tr("Device"), self.device),
            (self.tr("Candidates to evaluate"), self.budget),
            (self.tr("Processes"), self.workers),
        )
        for title, widget in rows:
            form.addRow(title, widget)
        self.supernet.setAccessibleName(self.tr("Trained supernet"))
        self.photos.setAccessibleName(self.tr("Photos to measure on"))
        self.supernet.editTextChanged.connect(self._check)
        self.photos.textChanged.connect(self._check)
        return form

    def _with_button(self, widget: QWidget, on_click: Callable[[], None]) -> QWidget:
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S_PX)
        row.addWidget(widget, 1)
        button = QPushButton(self.tr("Choose\u2026"))
        button.clicked.connect(on_click)
        row.addWidget(button)
        return both

    def _build_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        self.start = buttons.addButton(
            self.tr("Start search"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.start.setProperty("role", "primary")
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        return buttons

    @Slot()
    def supernet_chosen(self) -> None:
        """Ask for the run folder of a supernet."""
        folder = self._dialogs.choose_folder(self.supernet.currentText())
        if folder is not None:
            self.supernet.setEditText(str(folder))

    @Slot()
    def photos_chosen(self) -> None:
        """Ask for a folder of photos."""
        folder = self._dialogs.choose_folder(self.photos.text())
        if folder is not None:
            self.photos.setText(str(folder))

    @Slot()
    def _check(self) -> None:
        self.start.setEnabled(bool(self.supernet.currentText() and self.photos.text()))

    @Slot()
    def _on_accepted(self) -> None:
        self.chosen.emit(self.search)
        self.accept()
