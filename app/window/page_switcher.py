"""The buttons and menu entries that lead from page to page."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from app.widgets.controls import Segments
from app.widgets.theming import ThemeService
from app.widgets.window_actions import tip_text


class PageSwitcher(Segments):
    """One button per page, and an entry of the same name and key in a menu.

    All of it is hidden while there is one page: there is nothing to choose.

    Signals:
        page_requested: Name of the page that was chosen.
    """

    page_requested = Signal(str)

    def __init__(self, theming: ThemeService, *, menu: QMenu) -> None:
        super().__init__()
        # No higher than the tool buttons beside it: small screens have no pixel to spare.
        self._layout.setContentsMargins(2, 0, 2, 0)
        self._theming = theming
        self._menu = menu
        self._separator = menu.addSeparator()
        self._separator.setVisible(False)
        self._actions: dict[str, QAction] = {}
        self._icons: dict[str, str] = {}
        # One of them is checked, as in the row of buttons.
        self._exclusive = QActionGroup(self)
        self.chosen.connect(lambda position: self.page_requested.emit(self.names[position]))
        theming.changed.connect(self._draw_icons)
        self.hide()

    @property
    def names(self) -> list[str]:
        """The pages in their order."""
        return list(self._actions)

    @property
    def title(self) -> str:
        """What users read as the name of the page that is shown."""
        return next((each.text() for each in self._actions.values() if each.isChecked()), "")

    def add_page(self, name: str, *, title: str, icon: str, shortcut: str) -> None:
        """Offer one more page."""
        action = QAction(title, self)
        action.setShortcut(QKeySequence(shortcut))
        action.setCheckable(True)
        action.triggered.connect(lambda _on: self.page_requested.emit(name))
        self._exclusive.addAction(action)
        self._menu.addAction(action)
        # The button has an icon alone; its title is in the tool tip and for screen readers.
        self.add("", name=title, tip=tip_text(title, action))
        self._actions[name] = action
        self._icons[name] = icon
        has_choice = len(self._actions) > 1
        self.setVisible(has_choice)
        self._separator.setVisible(has_choice)
        # A hidden action has no shortcut either.
        for each in self._actions.values():
            each.setVisible(has_choice)
        self._draw_icons()

    def show_current(self, name: str) -> None:
        """Mark the page that is shown."""
        self.set_current(self.names.index(name))
        self._actions[name].setChecked(True)

    def _draw_icons(self) -> None:
        for button, icon in zip(self.buttons(), self._icons.values(), strict=True):
            button.setIcon(self._theming.icon(icon))
            button.setIconSize(self._theming.icon_size)
