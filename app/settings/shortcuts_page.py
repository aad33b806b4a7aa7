"""The settings page on which users choose their own shortcuts."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.settings.shortcut_table import RESERVED_KEYS, ShortcutTable
from app.state.theme import SPACE_S_PX
from app.widgets.controls import text_label

_NAME_ROLE = Qt.ItemDataRole.UserRole


class ShortcutsPage(QWidget):
    """Lists every command with its shortcuts; a field takes a new one.

    Signals:
        table_requested: The `ShortcutTable` that the user asks for.
    """

    table_requested = Signal(object)

    def __init__(self, names: Mapping[str, str], table: ShortcutTable) -> None:
        super().__init__()
        self._names = names
        self._table = table
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search a command or a key"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.textChanged.connect(self._filter)
        self.commands = QTreeWidget()
        self.commands.setObjectName("shortcuts")
        self.commands.setAccessibleName(self.tr("Commands"))
        self.commands.setColumnCount(2)
        self.commands.setHeaderHidden(True)
        self.commands.setRootIsDecorated(False)
        self.commands.setUniformRowHeights(True)
        self.commands.header().setStretchLastSection(False)
        self.commands.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.commands.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.commands.setMinimumHeight(180)
        for name, text in names.items():
            item = QTreeWidgetItem([text, ""])
            item.setData(0, _NAME_ROLE, name)
            self.commands.addTopLevelItem(item)
        self.commands.currentItemChanged.connect(self._on_command)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S_PX)
        layout.addWidget(self.search)
        layout.addWidget(self.commands, 1)
        layout.addLayout(self._build_editor())
        self.note = text_label(role="caption", wraps=True)
        layout.addWidget(self.note)
        self.show_table(table)
        first = self.commands.topLevelItem(0)
        if first is not None:
            self.commands.setCurrentItem(first)

    def _build_editor(self) -> QHBoxLayout:
        # Tab and Shift+Tab leave it: Qt takes them as the end of a sequence, not as keys of one.
        self.editor = QKeySequenceEdit()
        # One key and not a chord of several, as menus show it.
        self.editor.setMaximumSequenceLength(1)
        self.editor.editingFinished.connect(self._on_edited)
        self.take = QPushButton(self.tr("Reassign"))
        self.take.clicked.connect(self._on_taken)
        self.clear = QPushButton(self.tr("No key"))
        self.clear.clicked.connect(lambda: self._request(()))
        self.default = QPushButton(self.tr("Default"))
        self.default.clicked.connect(self._on_default)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S_PX)
        row.addWidget(self.editor, 1)
        for button in (self.take, self.clear, self.default):
            row.addWidget(button)
        return row

    def show_table(self, table: ShortcutTable) -> None:
        """Show the keys in use."""
        self._table = table
        for row in range(self.commands.topLevelItemCount()):
            item = self.commands.topLevelItem(row)
            if item is not None:
                keys = [_native(key) for key in table.keys(item.data(0, _NAME_ROLE))]
                item.setText(1, "   ".join(keys))
        self._show_command()

    def show_setting(self, text: str) -> None:
        """Show the keys of a stored setting."""
        self.show_table(ShortcutTable.from_text(self._table.defaults, text))

    def _command(self) -> str:
        item = self.commands.currentItem()
        return str(item.data(0, _NAME_ROLE)) if item is not None else ""

    def _show_command(self) -> None:
        command = self._command()
        keys = self._table.keys(command) if command else ()
        self.editor.setKeySequence(QKeySequence(keys[0] if keys else ""))
        self.editor.setAccessibleName(
            self.tr("Key for {command}").format(command=self._names.get(command, ""))
        )
        self.take.hide()
        self.clear.setEnabled(bool(keys))
        self.default.setEnabled(command in self._table.changed)
        self.note.setText(self.tr("Press the new key in the field."))

    def _request(self, keys: tuple[str, ...]) -> None:
        if self._command():
            self.table_requested.emit(self._table.with_keys(self._command(), keys))

    @Slot()
    def _on_command(self) -> None:
        self._show_command()

    @Slot()
    def _on_edited(self) -> None:
        key = self.editor.keySequence().toString()
        owner = self._table.owner(key)
        if not key or owner == self._command():
            return
        # A key of another command is taken only after a second click: that one loses it.
        if key in RESERVED_KEYS:
            self._show_command()
            self.note.setText(self.tr("{key} is reserved for navigation.").format(key=_native(key)))
        elif owner is None:
            self._request((key,))
        else:
            self.take.show()
            text = self.tr("{key} is the key of \u201c{command}\u201d.")
            self.note.setText(text.format(key=_native(key), command=self._names[owner]))

    @Slot()
    def _on_taken(self) -> None:
        self._request((self.editor.keySequence().toString(),))

    @Slot()
    def _on_default(self) -> None:
        self.table_requested.emit(self._table.with_default(self._command()))

    @Slot(str)
    def _filter(self, text: str) -> None:
        for row in range(self.commands.topLevelItemCount()):
            item = self.commands.topLevelItem(row)
            if item is not None:
                words = f"{item.text(0)} {item.text(1)}".casefold()
                item.setHidden(text.casefold() not in words)


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
