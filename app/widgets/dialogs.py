"""The system's file dialogs and our own, behind one object that tests replace."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QWidget

from app.state.shown_names import shown
from app.state.tooltips import tip_html
from engine.api import PHOTO_SUFFIXES


class Dialogs:
    """Asks the user for files, and shows dialogs without blocking the app."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def choose_photos(self, folder: str) -> list[Path]:
        """Return the chosen photos, none if the dialog was cancelled."""
        title = QCoreApplication.translate("Dialogs", "Open photos")
        names, _ = QFileDialog.getOpenFileNames(self._parent, title, folder, photo_filter())
        return [Path(name) for name in names]

    def choose_folder(self, folder: str) -> Path | None:
        """Return the chosen folder, None if the dialog was cancelled."""
        title = QCoreApplication.translate("Dialogs", "Choose a folder")
        name = QFileDialog.getExistingDirectory(self._parent, title, folder)
        return Path(name) if name else None

    def choose_network(self, folder: str) -> Path | None:
        """Return the chosen network file, None if the dialog was cancelled."""
        title = QCoreApplication.translate("Dialogs", "Import a network")
        kinds = QCoreApplication.translate("Dialogs", "ONNX networks (*.onnx)")
        name, _ = QFileDialog.getOpenFileName(self._parent, title, folder, kinds)
        return Path(name) if name else None

    def choose_file(self, folder: str) -> Path | None:
        """Return the chosen file of any kind, None if the dialog was cancelled."""
        title = QCoreApplication.translate("Dialogs", "Choose a file")
        name, _ = QFileDialog.getOpenFileName(self._parent, title, folder)
        return Path(name) if name else None

    def choose_new_file(self, name: str) -> Path | None:
        """Return where to save a file that may be called ``name``, None if cancelled.

        The dialog asks before a file that exists is replaced.
        """
        title = QCoreApplication.translate("Dialogs", "Save")
        chosen, _ = QFileDialog.getSaveFileName(self._parent, title, name)
        return Path(chosen) if chosen else None

    def choose_range(
        self, name: str, ranges: Sequence[tuple[float, float]]
    ) -> tuple[float, float] | None:
        """Return the value range that the user says a network was made for.

        Args:
            name: The network's file.
            ranges: The possible ranges, the most probable first.
        """
        title = QCoreApplication.translate("Dialogs", "Value range of the network")
        text = QCoreApplication.translate(
            "Dialogs",
            "{file} may expect one of several ranges of pixel values. "
            "Which one does its author state?",
        ).format(file=shown(name))
        pattern = QCoreApplication.translate("Dialogs", "{low} to {high}")
        items = [pattern.format(low=f"{low:g}", high=f"{high:g}") for low, high in ranges]
        item, is_chosen = QInputDialog.getItem(
            # As HTML with everything escaped: Qt would take a name with tags in it for markup.
            self._parent,
            title,
            tip_html(text),
            items,
            0,
            editable=False,
        )
        return ranges[items.index(item)] if is_chosen else None

    def show(self, dialog: QDialog) -> None:
        """Show ``dialog`` above the window; it is deleted when it closes."""
        dialog.setParent(self._parent, dialog.windowFlags())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # `open` returns at once, `exec` would run an event loop inside this call.
        dialog.open()


def photo_filter() -> str:
    """Return what file dialogs offer: the formats that the engine reads, then everything."""
    # The dialogs of some systems compare suffixes case by case.
    patterns = [f"*{suffix}" for suffix in sorted(PHOTO_SUFFIXES)]
    patterns += [pattern.upper() for pattern in patterns]
    photos = QCoreApplication.translate("Dialogs", "Photos")
    everything = QCoreApplication.translate("Dialogs", "All files")
    return f"{photos} ({' '.join(patterns)});;{everything} (*)"
