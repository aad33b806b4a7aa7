"""The commands of the window on the page of searches."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.search.comparison_view import ComparisonView
from app.viewer.viewer_commands import mode_commands, mode_marks, zoom_commands
from app.window.main_window import MainWindow
from app.window.page_commands import Commands, PageCommands


class SearchCommands(PageCommands):
    """Those of the page, and those of the viewer or the grid, whichever shows the photo."""

    def __init__(
        self, commands: Commands, *, window: MainWindow, view: ComparisonView, parent: QObject
    ) -> None:
        self._view = view
        self._window = window
        self._modes = mode_commands(view.viewer)
        self._zooming = zoom_commands(lambda: view.canvas or view.viewer)
        super().__init__({**commands, **self._modes, **self._zooming}, parent)
        for signal in (view.currentChanged, view.viewer.mode_changed, view.viewer.loupe_changed):
            signal.connect(self._show)
        window.shortcuts_changed.connect(self._show_keys)
        self._show()
        self._show_keys()

    @Slot()
    def _show(self) -> None:
        canvas, viewer = self._view.canvas, self._view.viewer
        # Pictures of the grid have no divider.
        self.enable(self._modes, is_enabled=canvas is viewer)
        self.enable(self._zooming, is_enabled=canvas is not None)
        self.mark(mode_marks(viewer))

    @Slot()
    def _show_keys(self) -> None:
        """Name the keys of commands on the buttons of the viewer."""
        self._view.viewer_page.show_keys(self._window.actions_by_name)
