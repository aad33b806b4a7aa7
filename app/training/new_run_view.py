"""The page of a new training: a preset, the form or its YAML, an estimate, and the start."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.services.engine_texts import error_text
from app.state.shown_names import shown
from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.training.field_texts import preset_help
from app.training.recipe_draft import RecipeDraft
from app.training.recipe_form import RecipeForm
from app.training.run_texts import estimate_text
from app.training.text_views import text_view
from app.widgets.controls import Segments, flowing_label, rule, text_label
from app.widgets.flow_layout import FlowLayout
from app.widgets.theming import ThemeService
from engine.api import RecipeFault, TrainingEstimate, recipe_presets

FORM, YAML = range(2)
_WORDS_PX = 200


class NewRunView(QFrame):
    """Edits a `RecipeDraft`.

    Attributes:
        preset: Where the values come from at first.
        form: The fields.
        yaml: The same as text.
        mode: Which of the two is shown.
        start: Starts the training.
        cancel: Leaves the page.
        estimate: Tries some steps to learn how long it will take.

    Signals:
        start_requested: Start what is drafted.
        cancelled: Go back to the runs.
        folder_requested: The `RecipeField` whose folder or file the user wants to choose.
    """

    start_requested = Signal()
    cancelled = Signal()
    folder_requested = Signal(object)

    def __init__(
        self, draft: RecipeDraft, theming: ThemeService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.draft = draft
        self._can_train = True
        self._is_starting = False
        self._is_trying = False
        self.form = RecipeForm(theming)
        self.form.edited.connect(draft.set_value)
        self.form.folder_requested.connect(self.folder_requested)
        self.yaml = self._build_yaml()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.form)
        self._stack.addWidget(self.yaml)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L_PX, SPACE_M_PX, SPACE_L_PX, SPACE_M_PX)
        layout.setSpacing(SPACE_S_PX)
        layout.addWidget(text_label(self.tr("New training"), role="headline"))
        layout.addLayout(self._build_preset())
        layout.addLayout(self._build_modes())
        layout.addWidget(rule())
        layout.addWidget(self._stack, 1)
        layout.addWidget(rule())
        layout.addLayout(self._build_footer())
        draft.fields_changed.connect(self._show_fields)
        draft.checked.connect(self._show_faults)
        draft.estimated.connect(self._show_estimate)
        draft.trying_changed.connect(self._show_trying)
        self._show_fields()

    def set_can_train(self, *, can_train: bool) -> None:
        """Tell whether trainings can be started here."""
        self._can_train = can_train
        self._show_start()

    def set_starting(self, *, is_starting: bool) -> None:
        """Start nothing more until the first start is done."""
        self._is_starting = is_starting
        self._show_start()

    def take_focus(self) -> None:
        """Put the focus where the user begins."""
        row = self.form.rows.get("data.folder")
        (self.preset if row is None else row.editor).setFocus()

    @property
    def shown_estimate(self) -> str:
        """What is said about time and memory."""
        return self._estimate.text()

    @property
    def fault_text(self) -> str:
        """What is wrong with the recipe as a whole."""
        return self._fault.text()

    def _build_preset(self) -> QHBoxLayout:
        self.preset = QComboBox()
        self.preset.setAccessibleName(self.tr("Preset"))
        self.preset.addItem(self.tr("Copy of a run"), None)
        for name in recipe_presets():
            self.preset.addItem(shown(name), name)
        self._hide_copy(is_hidden=True)
        self.preset.currentIndexChanged.connect(self._on_preset)
        self._about = flowing_label(role="caption")
        row = QHBoxLayout()
        row.setSpacing(SPACE_M_PX)
        row.addWidget(text_label(self.tr("Preset"), role="section"))
        row.addWidget(self.preset)
        row.addWidget(self._about, 1)
        return row

    def _build_modes(self) -> FlowLayout:
        self.mode = Segments()
        self.mode.add(self.tr("Form"), tip=self.tr("One row per field"))
        self.mode.add("YAML", tip=self.tr("The recipe as text"))
        self.mode.set_current(FORM)
        self.mode.chosen.connect(self.show_mode)
        self.words = QLineEdit()
        self.words.setPlaceholderText(self.tr("Find a field"))
        self.words.setAccessibleName(self.tr("Find a field"))
        self.words.setClearButtonEnabled(True)
        self.words.textChanged.connect(self.form.set_words)
        self.all = QCheckBox(self.tr("All fields"))
        self.all.toggled.connect(self.form.set_shows_all)
        self.words.setMinimumWidth(_WORDS_PX)
        row = FlowLayout()
        for widget in (self.mode, self.words, self.all):
            # As high as the highest, so that they stand on one line.
            widget.setMinimumHeight(self.mode.sizeHint().height())
            row.addWidget(widget)
        return row

    def _build_yaml(self) -> QPlainTextEdit:
        view = text_view(self.tr("Recipe as YAML"))
        view.setReadOnly(False)
        view.textChanged.connect(self._on_text)
        return view

    def _build_footer(self) -> QHBoxLayout:
        self._estimate = flowing_label(role="secondary")
        self._fault = flowing_label(role="danger")
        words = QVBoxLayout()
        words.setSpacing(SPACE_XS_PX)
        words.addWidget(self._fault)
        words.addWidget(self._estimate)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self.cancelled)
        self.estimate = QPushButton(self.tr("Estimate"))
        self.estimate.setToolTip(self.tr("Try some steps to learn how long it will take"))
        self.estimate.clicked.connect(self._on_estimate)
        self.start = QPushButton(self.tr("Start training"))
        self.start.setProperty("role", "primary")
        self.start.clicked.connect(self.start_requested)
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for button in (self.estimate, self.cancel, self.start):
            flow.addWidget(button)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S_PX)
        row.addLayout(words, 1)
        row.addWidget(buttons, 0, Qt.AlignmentFlag.AlignBottom)
        return row

    @Slot(int)
    def show_mode(self, mode: int) -> None:
        """Show the form or the text; what was entered in the other one is in it."""
        self.mode.set_current(mode)
        self._stack.setCurrentIndex(mode)
        for widget in (self.words, self.all):
            widget.setVisible(mode == FORM)
        if mode == YAML:
            with QSignalBlocker(self.yaml):
                self.yaml.setPlainText(self.draft.text)
        self.draft.check()

    @Slot()
    def _show_fields(self) -> None:
        draft = self.draft
        self._hide_copy(is_hidden=draft.preset is not None)
        with QSignalBlocker(self.preset):
            self.preset.setCurrentIndex(self.preset.findData(draft.preset))
        self._about.setText(preset_help(draft.preset))
        self.form.show_fields(draft.fields, draft.values, common=draft.common)
        if self._stack.currentIndex() == YAML and self.yaml.toPlainText() != draft.text:
            with QSignalBlocker(self.yaml):
                self.yaml.setPlainText(draft.text)

    def _hide_copy(self, *, is_hidden: bool) -> None:
        view = self.preset.view()
        # A list of a combo box is a list view, in which rows can be hidden.
        view.setRowHidden(0, is_hidden)  # type: ignore[attr-defined]

    @Slot(object)
    def _show_faults(self, faults: Sequence[RecipeFault]) -> None:
        by_field = [fault for fault in faults if fault.path]
        self.form.show_faults(by_field)
        is_text = self._stack.currentIndex() == YAML
        # Beside the field where there is one; the text has no such place.
        said = faults if is_text else [fault for fault in faults if not fault.path]
        self._fault.setText("\n".join(_fault_line(fault, has_line=is_text) for fault in said[:4]))
        self._fault.setVisible(bool(said))
        self._show_start()

    @Slot(object)
    def _show_estimate(self, outcome: TrainingEstimate | Exception | None) -> None:
        if isinstance(outcome, TrainingEstimate):
            self._estimate.setText(estimate_text(outcome))
        elif outcome is not None:
            text = self.tr("It could not be tried: {reason}")
            self._estimate.setText(text.format(reason=error_text(outcome)))
        else:
            self._estimate.setText(self.tr("Time and memory are not known yet."))

    @Slot(bool)
    def _show_trying(self, is_trying: bool) -> None:  # noqa: FBT001  # a slot
        self._is_trying = is_trying
        text = self.tr("Stop trying") if is_trying else self.tr("Estimate")
        self.estimate.setText(text)
        if is_trying:
            self._estimate.setText(self.tr("Some steps are being tried, for half a minute\u2026"))
        self._show_start()

    @Slot()
    def _on_estimate(self) -> None:
        self.draft.stop_trying() if self._is_trying else self.draft.try_steps()

    def _show_start(self) -> None:
        is_ready = self.draft.is_complete and self._can_train and not self._is_starting
        self.start.setEnabled(is_ready)
        self.estimate.setEnabled(is_ready or self._is_trying)

    @Slot(int)
    def _on_preset(self, _row: int) -> None:
        name = self.preset.currentData()
        if name is not None:
            self.draft.take_preset(name)

    @Slot()
    def _on_text(self) -> None:
        self.draft.set_text(self.yaml.toPlainText())


def _fault_line(fault: RecipeFault, *, has_line: bool) -> str:
    parts = [fault.path, fault.text] if fault.path else [fault.text]
    if has_line and fault.line is not None:
        parts.insert(0, str(fault.line))
    return ": ".join(map(shown, parts))
