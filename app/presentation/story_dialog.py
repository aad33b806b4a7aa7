"""Shows the steps of a story, and lets the user arrange them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
)

from app.presentation.story import LONGEST_NOTE, StoryStep
from app.state.shown_names import shown
from app.state.theme import BODY_PX, SPACE_L_PX, SPACE_S_PX, SPACE_XL_PX
from app.widgets.controls import text_label
from app.widgets.flow_layout import FlowLayout
from app.widgets.theming import ThemeService


class StoryDialog(QDialog):
    """A list of steps with buttons; every change is reported at once.

    Attributes:
        list: The steps.
        note: What the audience reads below the current step.

    Signals:
        changed: The new list of `StoryStep`.
        open_requested: Open a story file.
        save_requested: Save the story as a file.
        present_requested: Position of the step to begin with.
    """

    changed = Signal(list)
    open_requested = Signal()
    save_requested = Signal()
    present_requested = Signal(int)

    def __init__(
        self,
        theming: ThemeService,
        *,
        describe: Callable[[StoryStep], str],
        problem: Callable[[StoryStep], str],
    ) -> None:
        """Show no step yet.

        Args:
            theming: Icons of the theme.
            describe: Returns how a step is enlarged, in words.
            problem: Returns why a step cannot be shown, empty if it can.
        """
        super().__init__()
        self._theming = theming
        self._describe = describe
        self._problem = problem
        self._steps: list[StoryStep] = []
        self.setWindowTitle(self.tr("Story"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Steps of the story"))
        self.list.setObjectName("sections")
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._on_row)
        self._empty = text_label(
            self.tr(
                "No steps yet. Arrange photo, model, dials and divider in the viewer, then choose "
                "\u201cAdd to the story\u201d in the menu View."
            ),
            role="secondary",
            wraps=True,
            is_centered=True,
        )
        self.note = QLineEdit()
        self.note.setMaxLength(LONGEST_NOTE)
        self.note.setAccessibleName(self.tr("Caption of this step"))
        self.note.setPlaceholderText(self.tr("Caption; empty for the name of the photo"))
        self.note.textEdited.connect(self._on_note)
        self._build_buttons()
        self._arrange()
        self.show_steps(())

    def show_steps(self, steps: Sequence[StoryStep], *, row: int = 0) -> None:
        """Show another story, or the same one after a change."""
        self._steps = list(steps)
        with QSignalBlocker(self.list):
            self.list.clear()
            for number, step in enumerate(self._steps, start=1):
                self.list.addItem(self._item(number, step))
            self.list.setCurrentRow(min(row, len(self._steps) - 1))
        self.list.setVisible(bool(self._steps))
        self._empty.setVisible(not self._steps)
        self._on_row()

    def _build_buttons(self) -> None:
        self.up = QPushButton(self.tr("Move up"))
        self.up.clicked.connect(lambda: self._move(-1))
        self.down = QPushButton(self.tr("Move down"))
        self.down.clicked.connect(lambda: self._move(1))
        self.remove = QPushButton(self.tr("Remove step"))
        self.remove.clicked.connect(self._remove)
        self.open_file = QPushButton(self.tr("Open\u2026"))
        self.open_file.clicked.connect(self.open_requested)
        self.save_file = QPushButton(self.tr("Save as\u2026"))
        self.save_file.clicked.connect(self.save_requested)
        self.present = QPushButton(self.tr("Present"))
        self.present.setProperty("role", "primary")
        self.present.clicked.connect(self._on_present)
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.clicked.connect(self.accept)
        # Enter in the caption must not start the presentation.
        for button in (
            self.up,
            self.down,
            self.remove,
            self.open_file,
            self.save_file,
            self.close_button,
        ):
            button.setAutoDefault(False)
        self.present.setAutoDefault(False)

    def _arrange(self) -> None:
        order = FlowLayout()
        for button in (self.up, self.down, self.remove):
            order.addWidget(button)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S_PX)
        for button in (self.open_file, self.save_file):
            buttons.addWidget(button)
        buttons.addStretch()
        for button in (self.close_button, self.present):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL_PX, SPACE_XL_PX, SPACE_XL_PX, SPACE_L_PX)
        column.setSpacing(SPACE_S_PX)
        column.addWidget(text_label(self.tr("Story"), role="headline"))
        column.addWidget(self.list, 1)
        column.addWidget(self._empty, 1)
        column.addWidget(self.note)
        column.addLayout(order)
        column.addSpacing(SPACE_L_PX)
        column.addLayout(buttons)
        self.resize(620, 520)

    def _item(self, number: int, step: StoryStep) -> QListWidgetItem:
        title = step.note or step.photo.stem
        problem = self._problem(step)
        text = f"{number}.  {shown(title)}\n{problem or self._describe(step)}"
        item = QListWidgetItem(text)
        # Two lines and the ring of the focus, which the style does not count.
        item.setSizeHint(QSize(0, round(self._theming.theme.type_px(BODY_PX) * 4.2)))
        if problem:
            item.setIcon(self._theming.icon("warning", token="danger"))  # a design token
        item.setToolTip(shown(step.photo))
        return item

    @Slot()
    def _on_row(self) -> None:
        row = self.list.currentRow()
        has_step = 0 <= row < len(self._steps)
        self.up.setEnabled(row > 0)
        self.down.setEnabled(has_step and row + 1 < len(self._steps))
        for widget in (self.remove, self.note):
            widget.setEnabled(has_step)
        self.save_file.setEnabled(bool(self._steps))
        self.present.setEnabled(any(not self._problem(step) for step in self._steps))
        if not self.note.hasFocus() or not has_step:
            self.note.setText(self._steps[row].note if has_step else "")

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        self._steps[row], self._steps[row + by] = self._steps[row + by], self._steps[row]
        self._report(row + by)

    @Slot()
    def _remove(self) -> None:
        row = self.list.currentRow()
        del self._steps[row]
        self._report(row)

    @Slot(str)
    def _on_note(self, text: str) -> None:
        row = self.list.currentRow()
        self._steps[row] = replace(self._steps[row], note=text)
        self._report(row)

    def _report(self, row: int) -> None:
        self.show_steps(self._steps, row=row)
        self.changed.emit(list(self._steps))

    @Slot()
    def _on_present(self) -> None:
        row = max(self.list.currentRow(), 0)
        # Closed first: a dialog must not stay above the full screen.
        self.accept()
        self.present_requested.emit(row)
