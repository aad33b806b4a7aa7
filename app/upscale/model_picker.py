"""The list of models: the sizes of the app, and imported networks under a heading."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QFont, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from app.services.model_names import cost_text, is_imported, model_name
from engine.api import ModelCard

_MOST_ROWS = 20


class ModelPicker(QComboBox):
    """A list of models of which one is in use.

    Signals:
        model_requested: Id of the model that was chosen.
    """

    model_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items = QStandardItemModel(self)
        self.setModel(self._items)
        self.setAccessibleName(self.tr("Model"))
        self.setMaxVisibleItems(_MOST_ROWS)
        # A long name of an imported network must not widen the panel.
        self.setMinimumWidth(1)
        self.currentIndexChanged.connect(self._on_changed)

    def show_cards(self, cards: Sequence[ModelCard]) -> None:
        """List the models, the sizes of the app first."""
        imported = [card for card in cards if is_imported(card)]
        with QSignalBlocker(self):
            self._items.clear()
            for card in cards:
                # Without sizes of the app there is nothing that a heading would set apart.
                if imported and card is imported[0] and len(imported) < len(cards):
                    self._items.appendRow(_heading(self.tr("Imported networks")))
                item = QStandardItem(model_name(card))
                item.setData(card.id, Qt.ItemDataRole.UserRole)
                # Before one is chosen, too: what it costs is a reason to choose it.
                cost = cost_text(card, cards)
                item.setToolTip(cost)
                item.setAccessibleDescription(cost)
                self._items.appendRow(item)

    def show_model(self, model_id: str) -> None:
        """Mark the model that is in use."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(model_id))

    @Slot(int)
    def _on_changed(self, row: int) -> None:
        model_id = self.itemData(row)
        if model_id is not None:
            self.model_requested.emit(model_id)


def _heading(text: str) -> QStandardItem:
    """Return a row that is read and cannot be chosen; keys pass over it."""
    item = QStandardItem(text)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    font = QApplication.font()
    font.setWeight(QFont.Weight.DemiBold)
    item.setFont(font)
    return item
