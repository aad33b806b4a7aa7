"""One field of a recipe in the form: its name, its editor, and what it is for or what is wrong."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from app.state.shown_names import shown
from app.state.theme import SPACE_M_PX, SPACE_XS_PX
from app.training.field_texts import field_help, field_title
from app.widgets.controls import text_label
from engine.api import RecipeField, value_text

_LABEL_PX = 168
_EDITOR_PX = 232
_NOTE_PX = 200


class FieldRow(QWidget):
    """A row of the form.

    Attributes:
        editor: What is typed into or chosen from.

    Signals:
        edited: What was entered: text as it was typed, a choice, or whether a box is checked.
        folder_requested: The user wants to choose the folder or file in a dialog.
    """

    edited = Signal(object)
    folder_requested = Signal()

    def __init__(self, field: RecipeField, *, scale: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._help = field_help(field)
        self._show: Callable[[object], None]
        title = field_title(field)
        self.editor = self._build_editor()
        self.editor.setAccessibleName(title)
        self.editor.setAccessibleDescription(self._help)
        self._name = text_label(title, wraps=True)
        self._name.setFixedWidth(round(_LABEL_PX * scale))
        # Experts know the fields by these names; YAML and errors use them.
        self._name.setToolTip(field.path)
        self._name.setBuddy(self.editor)
        self.note = text_label(self._help, role="caption", wraps=True)
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_M_PX)
        grid.setVerticalSpacing(SPACE_XS_PX)
        grid.setColumnStretch(2, 1)
        grid.addWidget(self._name, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        place = QWidget()
        place.setFixedWidth(round(_EDITOR_PX * scale))
        inner = QHBoxLayout(place)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(SPACE_XS_PX)
        inner.addWidget(self.editor, 1)
        if field.kind in {"folder", "file"}:
            inner.addWidget(self._build_choose(title))
        grid.addWidget(place, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        self._beside_px = round((_LABEL_PX + _EDITOR_PX + _NOTE_PX) * scale)
        self._is_beside: bool | None = None
        self._arrange()

    def show_value(self, value: object) -> None:
        """Show a value without reporting it as entered."""
        with QSignalBlocker(self.editor):
            self._show(value)

    def show_fault(self, text: str) -> None:
        """Show what is wrong with the value, or what the field is for if nothing is."""
        self._note_as(self.note, text or self._help, "danger" if text else "caption")
        self.editor.setAccessibleDescription(text or self._help)

    def matches(self, words: str) -> bool:
        """Return whether every word is in the name or the help of the field."""
        text = f"{self.field.path} {self._name.text()} {self._help}".lower()
        return all(word in text for word in words.lower().split())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Put the note beside the editor, or below it where that would be a narrow column."""
        is_beside = self.width() >= self._beside_px
        if is_beside != self._is_beside:
            self._is_beside = is_beside
            self._grid.removeWidget(self.note)
            if is_beside:
                self._grid.addWidget(self.note, 0, 2)
            else:
                self._grid.addWidget(self.note, 1, 1, 1, 2)

    def _build_choose(self, title: str) -> QToolButton:
        button = QToolButton()
        button.setText("\u2026")
        button.setProperty("role", "mark")
        # As high as the field beside it.
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(self.tr("Choose: {field}").format(field=title))
        button.clicked.connect(self.folder_requested)
        return button

    def _build_editor(self) -> QWidget:
        match self.field.kind:
            case "bool" | "group":
                return self._build_check()
            case "choice":
                return self._build_choice()
            case _:
                return self._build_line()

    def _build_check(self) -> QCheckBox:
        box = QCheckBox()
        self._show = lambda value: box.setChecked(bool(value))
        box.toggled.connect(self.edited.emit)
        return box

    def _build_choice(self) -> QComboBox:
        box = QComboBox()
        choices = list(self.field.choices)
        if self.field.is_optional:
            choices.insert(0, None)
        for choice in choices:
            box.addItem("\u2013" if choice is None else shown(str(choice)), choice)
        # By the list above and not by `findData`: Python compares 1 and True as equal.
        self._show = lambda value: box.setCurrentIndex(
            choices.index(value) if value in choices else -1
        )
        box.currentIndexChanged.connect(lambda row: self.edited.emit(choices[row]))
        return box

    def _build_line(self) -> QLineEdit:
        line = QLineEdit()
        line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if self.field.is_optional:
            line.setPlaceholderText(self.tr("none"))
        if self.field.kind in {"folder", "file"}:
            # Paths are read from left to right in every language.
            line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._show = lambda value: line.setText("" if value is None else value_text(value))
        line.textEdited.connect(self.edited.emit)
        return line

    @staticmethod
    def _note_as(label: QLabel, text: str, role: str) -> None:
        label.setText(text)
        if label.property("role") != role:
            label.setProperty("role", role)
            label.style().unpolish(label)
            label.style().polish(label)
