"""Commands of the window that belong to no page: its look, its settings, its help."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QKeySequence

from app.services.engine_service import EngineService
from app.services.error_report import versions_text
from app.settings.settings_dialog import SettingsDialog
from app.settings.shortcut_table import ShortcutTable
from app.settings.shortcuts_page import ShortcutsPage
from app.state.settings_store import SettingsStore
from app.widgets.dialogs import Dialogs
from app.widgets.message_dialog import MessageDialog, ShortcutsDialog
from app.widgets.theming import ThemeService
from app.widgets.window_actions import plain_text
from app.window.main_window import MainWindow
from app.window.page_commands import PageCommands
from app.window.session_controller import SessionController


class WindowCommands(QObject):
    """What menus and buttons call on every page.

    Attributes:
        everywhere: The commands by the names of their actions.
    """

    def __init__(
        self,
        *,
        window: MainWindow,
        settings: SettingsStore,
        theming: ThemeService,
        dialogs: Dialogs,
        session: SessionController,
        engine_service: EngineService,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._settings = settings
        self._theming = theming
        self._dialogs = dialogs
        self._session = session
        self._engine_service = engine_service
        self.everywhere = PageCommands(
            {
                "settings": self.show_settings,
                "quit": window.close,
                "theme": self.toggle_theme,
                "full_screen": self.toggle_full_screen,
                "shortcuts": self.show_shortcuts,
                "about": self.show_about,
            },
            self,
        )
        self._mark_full_screen()
        window.full_screen_changed.connect(self._mark_full_screen)
        settings.changed.connect(self._on_setting)

    def toggle_theme(self) -> None:
        """Change between light and dark."""
        wanted = "light" if self._theming.theme.is_dark else "dark"
        self._settings.set_value("appearance.theme", wanted)

    def toggle_full_screen(self) -> None:
        """Fill the screen, or stop."""
        window = self._window
        window.showNormal() if window.isFullScreen() else window.showFullScreen()

    @Slot()
    def _mark_full_screen(self) -> None:
        self.everywhere.mark({"full_screen": self._window.isFullScreen()})

    @Slot(object)
    def reveal_file(self, path: Path) -> None:
        """Show a file in its folder."""
        # The folder and not the file: opening a picture would start another program with it.
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

    def show_settings(self) -> SettingsDialog:
        """Open the settings."""
        # Only devices of this computer are offered.
        devices = frozenset(name for name, _ in self._engine_service.device_names())
        page = self._shortcuts_page()
        dialog = SettingsDialog(self._settings, devices=devices, shortcuts=page)
        dialog.value_requested.connect(self._settings.set_value)
        dialog.reset_requested.connect(self._settings.reset)
        dialog.folder_requested.connect(lambda _key: self._choose_output_folder())
        self._dialogs.show(dialog)
        return dialog

    def shortcuts(self) -> ShortcutTable:
        """Return the keys in use."""
        text = self._settings.text("keyboard.shortcuts")
        return ShortcutTable.from_text(self._window.default_shortcuts(), text)

    def use_shortcuts(self) -> None:
        """Let commands be called by the keys of the settings."""
        self._window.show_shortcuts(self.shortcuts())

    def show_shortcuts(self) -> None:
        """Open the list of keys."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for spec, action in self._window.commands():
            keys = [k.toString(QKeySequence.SequenceFormat.NativeText) for k in action.shortcuts()]
            # Keys of models that the catalog does not have are hidden.
            if keys and action.isVisible():
                group = groups.setdefault(spec.menu.replace("&", ""), [])
                group.append((plain_text(action), "  ".join(keys)))
        # These belong to widgets, not to actions, and cannot be changed.
        viewer = [
            (self.tr("Flip before and after"), self.tr("Space")),
            (
                self.tr("Move the photo, or the divider when it has the focus"),
                "\u2190 \u2191 \u2192 \u2193",
            ),
        ]
        self._dialogs.show(ShortcutsDialog([(self.tr("Viewer"), viewer), *groups.items()]))

    def show_about(self) -> None:
        """Show which versions run here."""
        self._dialogs.show(
            MessageDialog(
                self._theming,
                title="MFAGAN Studio",
                text=self.tr(
                    "Super-resolution on your own machine. Apache-2.0. "
                    "No photo and no word about you leaves this computer."
                ),
                details=versions_text(),
                icon="info",
            )
        )

    def _choose_output_folder(self) -> None:
        choose_output_folder(self._dialogs, self._settings, self._session)

    def _shortcuts_page(self) -> ShortcutsPage:
        names = {spec.name: plain_text(action) for spec, action in self._window.commands()}
        page = ShortcutsPage(names, self.shortcuts())
        page.table_requested.connect(
            lambda table: self._settings.set_value("keyboard.shortcuts", table.to_text())
        )
        return page

    @Slot(str)
    def _on_setting(self, key: str) -> None:
        if key == "keyboard.shortcuts":
            self.use_shortcuts()


def choose_output_folder(
    dialogs: Dialogs, settings: SettingsStore, session: SessionController
) -> None:
    """Let the user choose the folder that results are written to."""
    start = settings.text("output.folder") or session.last_folder
    folder = dialogs.choose_folder(start)
    if folder is not None:
        settings.set_value("output.folder", str(folder))
