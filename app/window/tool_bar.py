"""The bar above the pages: buttons for a few commands, and the name of what is shown."""

from __future__ import annotations

from collections.abc import Sequence, Set

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from app.state.theme import SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.widgets.controls import ElidedLabel
from app.widgets.theming import ThemeService
from app.widgets.window_actions import ActionSpec, plain_text, tip_text

_LEFT = ("new_run", "open_run", "open", "open_folder", "paste")
_RIGHT = ("present", "theme", "settings", "inspector")

Command = tuple[ActionSpec, QAction]


class ToolBar(QFrame):
    """Page buttons and commands of the page in front, the title, and commands of the window."""

    def __init__(
        self, theming: ThemeService, *, commands: Sequence[Command], pages: QWidget
    ) -> None:
        super().__init__()
        self.setObjectName("toolbar")
        self._theming = theming
        self._commands = {spec.name: (spec, action) for spec, action in commands}
        self._buttons: dict[str, QToolButton] = {}
        self._title = ElidedLabel(role="title")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M_PX, SPACE_XS_PX, SPACE_M_PX, SPACE_XS_PX)
        row.setSpacing(SPACE_XS_PX)
        row.addWidget(pages)
        for name in _LEFT:
            row.addWidget(self._build_button(name))
        row.addSpacing(SPACE_S_PX)
        # The title takes what is left, and is elided before the buttons lose space.
        row.addWidget(self._title, 1)
        for name in _RIGHT:
            row.addWidget(self._build_button(name))
        theming.changed.connect(self._draw_icons)
        self._draw_icons()

    def show_title(self, text: str) -> None:
        """Show the name of the open photo or page, or nothing."""
        self._title.setText(text)

    def show_commands(self, names: Set[str]) -> None:
        """Show the buttons of the commands ``names`` alone."""
        for name, button in self._buttons.items():
            button.setVisible(name in names)

    def show_shortcuts(self) -> None:
        """Name the keys in use in the tool tips."""
        for name, button in self._buttons.items():
            button.setToolTip(tip_text(button.accessibleName(), self._commands[name][1]))

    def _build_button(self, name: str) -> QToolButton:
        action = self._commands[name][1]
        button = QToolButton()
        text = plain_text(action)
        button.setAccessibleName(text)
        button.setToolTip(tip_text(text, action))
        # A click must not take the focus from the viewer, whose keys flip and move the photo.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # `setDefaultAction` would show the action's icon, which is drawn for menus.
        button.clicked.connect(action.trigger)
        button.setEnabled(action.isEnabled())
        action.enabledChanged.connect(button.setEnabled)
        self._buttons[name] = button
        return button

    @Slot()
    def _draw_icons(self) -> None:
        for name, button in self._buttons.items():
            icon = self._commands[name][0].icon
            # The button of the theme shows what a click leads to.
            if icon == "sun" and not self._theming.theme.is_dark:
                icon = "moon"
            button.setIcon(self._theming.icon(icon))
            button.setIconSize(self._theming.icon_size)
