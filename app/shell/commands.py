"""Commands of the window that ask people something or change how it looks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage, QKeySequence

from app.services.engine_texts import error_text
from app.services.error_report import versions_text
from app.services.pasted_pictures import PastedPictures, new_pasted_path
from app.settings.settings_dialog import SettingsDialog
from app.settings.shortcut_table import ShortcutTable
from app.settings.shortcuts_page import ShortcutsPage
from app.shell.command_table import name_models
from app.state.queue_store import QueueItem
from app.widgets.message_dialog import MessageDialog, ShortcutsDialog
from app.widgets.window_actions import plain_text
from engine.api import OutputError, RangeUnsureError, make_private_folder

if TYPE_CHECKING:
    from app.shell.app_controller import AppController


class AppCommands(QObject):
    """What menus and buttons call, for one `AppController`."""

    def __init__(self, studio: AppController) -> None:
        super().__init__(studio)
        self._studio = studio
        self._pasted = PastedPictures()
        self._may_clear = True
        studio.window.closing.connect(self._on_closing)
        studio.queue.problem_met.connect(self._on_queue_problem)
        # When everything has been restored that may speak of one.
        QTimer.singleShot(0, self, self._clear_pasted)

    def choose_photos(self) -> None:
        """Open photos that people choose."""
        paths = self._studio.dialogs.choose_photos(self._studio.last_folder)
        if paths:
            self._studio.open_paths(paths)

    def choose_input_folder(self) -> None:
        """Add a folder to the queue that people choose."""
        folder = self._studio.dialogs.choose_folder(self._studio.last_folder)
        if folder is not None:
            self._studio.open_paths([folder])

    def choose_output_folder(self) -> None:
        """Write results into a folder that people choose."""
        folder = self._studio.dialogs.choose_folder(
            self._studio.choices.choice.folder or self._studio.last_folder
        )
        if folder is not None:
            self._studio.choices.set_choice(
                replace(self._studio.choices.choice, folder=str(folder))
            )

    def paste(self) -> None:
        """Open what is in the clipboard."""
        clipboard = QGuiApplication.clipboard()
        urls = clipboard.mimeData().urls()
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        image = clipboard.image()
        if paths:
            self._studio.open_paths(paths)
        elif not image.isNull():
            self.open_image(image)
        else:
            self._studio.window.show_status(self.tr("There is no photo to paste"))

    @Slot(object)
    def open_image(self, image: QImage) -> None:
        """Open a picture that has no file: it gets one in the cache."""
        path = new_pasted_path()
        task = self._studio.runner.create(lambda _report, _token: _write_image(image, path))
        task.succeeded.connect(lambda written: self._studio.open_paths([written]))
        task.failed.connect(lambda error: self._studio.window.show_status(error_text(error)))
        task.start()

    @Slot()
    def _on_queue_problem(self) -> None:
        # What could not be read may speak of any picture.
        self._may_clear = False

    @Slot()
    def _on_closing(self) -> None:
        self._may_clear = False
        self._pasted.close()

    @Slot()
    def _clear_pasted(self) -> None:
        """Delete pasted pictures that neither the queue nor the recent photos speak of."""
        studio = self._studio
        if self._may_clear and studio.session.problem is None:
            used = {*studio.session.recent, *(item.path for item in studio.queue_store.items)}
            task = studio.runner.create(lambda _report, _token: self._pasted.remove_unused(used))
            task.start()

    def import_model(self) -> None:
        """Take in a network of the user's own."""
        path = self._studio.dialogs.choose_network(self._studio.last_folder)
        if path is not None:
            self._import(path)

    def _import(self, path: Path, value_range: tuple[float, float] | None = None) -> None:
        task = self._studio.runner.create(
            lambda _report, token: self._studio.workshop.import_network(path, value_range, token)
        )
        task.succeeded.connect(self._on_imported)
        task.failed.connect(lambda error: self._on_refused(error, path))
        task.start()

    def _on_refused(self, error: Exception, path: Path) -> None:
        if isinstance(error, RangeUnsureError):
            said = self._studio.dialogs.choose_range(path.name, error.ranges)
            if said is not None:
                self._import(path, said)
            return
        self._studio.show_error(
            self.tr("This network cannot be used"),
            error_text(error),
            self._studio.report(error, path),
        )

    @Slot(object)
    def _on_imported(self, model_id: str) -> None:
        self._studio.inspector.show_cards(self._studio.workshop.cards())
        name_models(self._studio)
        self._studio.marks.show_marks()
        self._studio.show_choice()
        self._studio.window.show_status(self.tr("{model} was imported").format(model=model_id))

    def toggle_before(self) -> None:
        """Show the original as bicubic enlargement or as pixels."""
        is_nearest = self._studio.settings.text("viewer.before") == "nearest"
        self._studio.settings.set_value("viewer.before", "bicubic" if is_nearest else "nearest")

    def toggle_theme(self) -> None:
        """Change between light and dark."""
        wanted = "light" if self._studio.theming.theme.is_dark else "dark"
        self._studio.settings.set_value("appearance.theme", wanted)

    def toggle_full_screen(self) -> None:
        """Fill the screen, or stop."""
        window = self._studio.window
        window.showNormal() if window.isFullScreen() else window.showFullScreen()

    def reveal(self, item: QueueItem) -> None:
        """Show a result in its folder."""
        if item.result is not None:
            self.reveal_file(item.result)

    @Slot(object)
    def reveal_file(self, path: Path) -> None:
        """Show a file in its folder."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

    def show_settings(self) -> SettingsDialog:
        """Open the settings."""
        devices = frozenset(name for name, _ in self._studio.workshop.device_names())
        page = self._shortcuts_page()
        dialog = SettingsDialog(self._studio.settings, devices=devices, shortcuts=page)
        dialog.value_requested.connect(self._studio.settings.set_value)
        dialog.reset_requested.connect(self._studio.settings.reset)
        dialog.folder_requested.connect(lambda _key: self.choose_output_folder())
        self._studio.dialogs.show(dialog)
        return dialog

    def shortcuts(self) -> ShortcutTable:
        """Return the keys in use."""
        text = self._studio.settings.text("keyboard.shortcuts")
        return ShortcutTable.from_text(self._studio.window.default_shortcuts(), text)

    def use_shortcuts(self) -> None:
        """Let commands be called by the keys of the settings."""
        window = self._studio.window
        window.show_shortcuts(self.shortcuts())
        self._studio.page.show_keys(window.actions_by_name)

    def _shortcuts_page(self) -> ShortcutsPage:
        studio = self._studio
        names = {spec.name: plain_text(action) for spec, action in studio.window.commands()}
        page = ShortcutsPage(names, self.shortcuts())
        page.table_requested.connect(
            lambda table: studio.settings.set_value("keyboard.shortcuts", table.to_text())
        )
        return page

    def show_shortcuts(self) -> None:
        """Open the list of keys."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for spec, action in self._studio.window.commands():
            keys = [k.toString(QKeySequence.SequenceFormat.NativeText) for k in action.shortcuts()]
            if keys and action.isVisible():
                group = groups.setdefault(spec.menu.replace("&", ""), [])
                group.append((plain_text(action), "  ".join(keys)))
        viewer = [
            (self.tr("Flip before and after"), self.tr("Space")),
            (
                self.tr("Move the photo, or the divider when it has the focus"),
                "\u2190 \u2191 \u2192 \u2193",
            ),
        ]
        self._studio.dialogs.show(ShortcutsDialog([(self.tr("Viewer"), viewer), *groups.items()]))

    def show_about(self) -> None:
        """Say which versions run here."""
        self._studio.dialogs.show(
            MessageDialog(
                self._studio.theming,
                title="MFAGAN Studio",
                text=self.tr(
                    "Super-resolution on your own machine. Apache-2.0. "
                    "No photo and no word about you leaves this computer."
                ),
                details=versions_text(),
                icon="info",
            )
        )


def _write_image(image: QImage, path: Path) -> Path:
    try:
        make_private_folder(path.parent)
        # Made before it has a pixel: what was copied may be a secret.
        path.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from error
    if not image.save(str(path)):
        raise OutputError(f"{path}: cannot be written; is the disk full?")
    return path
