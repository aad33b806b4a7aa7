"""Asks before a model is deleted, and deletes it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout

from app.catalog.model_rows import ModelRow
from app.services.engine_service import EngineService
from app.state.shown_names import shown
from app.state.theme import SPACE_L_PX, SPACE_S_PX, SPACE_XL_PX
from app.widgets.controls import text_label
from app.widgets.dialogs import Dialogs
from app.window.error_dialogs import ErrorDialogs
from app.window.main_window import MainWindow
from engine.api import EngineError


class RemoveDialog(QDialog):
    """Remove the model or keep it.

    Attributes:
        remove: Deletes it.
        keep: Leaves it as it is.
    """

    def __init__(self, row: ModelRow, *, instead: str) -> None:
        """Ask about one model.

        Args:
            row: The model, or a card that cannot be used.
            instead: Name of the model that takes its place.
        """
        super().__init__()
        self.setWindowTitle(self.tr("Remove a model"))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL_PX, SPACE_XL_PX, SPACE_XL_PX, SPACE_L_PX)
        column.setSpacing(SPACE_S_PX)
        title = self.tr("Remove {name}?").format(name=row.name)
        column.addWidget(text_label(title, role="headline", wraps=True))
        if row.card is None:
            text = self.tr("Its card is deleted. Its network files stay in {folder}.").format(
                folder=shown(row.folder)
            )
        else:
            text = self.tr(
                "Its card and its files are deleted from {folder}; the file that it was imported "
                "from stays. Photos in the queue that wait for it are enlarged by {instead}."
            ).format(folder=shown(row.folder), instead=instead)
        column.addWidget(text_label(text, wraps=True))
        column.addSpacing(SPACE_L_PX)
        self.remove = QPushButton(self.tr("Remove"))
        self.remove.setProperty("role", "danger")
        self.remove.clicked.connect(self.accept)
        self.keep = QPushButton(self.tr("Keep"))
        self.keep.setProperty("role", "primary")
        self.keep.setDefault(True)
        self.keep.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S_PX)
        buttons.addWidget(self.remove)
        buttons.addStretch()
        buttons.addWidget(self.keep)
        column.addLayout(buttons)
        self.setMinimumWidth(480)


class ModelRemoval(QObject):
    """Deletes models that the user imported, after asking.

    Signals:
        removed: Key of the row that is gone.
    """

    removed = Signal(str)

    def __init__(
        self,
        *,
        window: MainWindow,
        dialogs: Dialogs,
        errors: ErrorDialogs,
        engine_service: EngineService,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._dialogs = dialogs
        self._errors = errors
        self._engine_service = engine_service

    def start(self, row: ModelRow, *, instead: str) -> None:
        """Ask whether to delete a model, and do so if the user agrees."""
        dialog = RemoveDialog(row, instead=instead)
        dialog.accepted.connect(lambda: self._remove(row))
        self._dialogs.show(dialog)

    def _remove(self, row: ModelRow) -> None:
        # The catalog finds a card that cannot be read by the name of its file.
        model_id = row.folder.joinpath(row.key).stem if row.card is None else row.key
        try:
            kept = self._engine_service.remove_model(model_id)
        except EngineError as error:
            self._errors.show_error(self.tr("The model could not be removed"), error)
            return
        text = self.tr("{name} was removed").format(name=row.name)
        if kept:
            files = ", ".join(shown(path.name) for path in kept)
            text = self.tr("{name} was removed; these files were kept: {files}").format(
                name=row.name, files=files
            )
        self._window.show_status(text)
        self.removed.emit(row.key)
