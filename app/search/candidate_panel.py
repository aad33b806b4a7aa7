"""The panel beside the front: the chosen candidate, its rivals, and what to do with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.search.candidate_card import MetricTable
from app.search.candidate_texts import RIVAL_LETTERS, candidate_lines, metric_rows, short_name
from app.state.shown_names import shown
from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.state.tooltips import tip_html
from app.widgets.controls import PARTS_MARK, ElidedLabel, flowing_label, rule, text_label
from engine.api import SearchCandidate, SearchState


class CandidatePanel(QFrame):
    """Says what the chosen candidate is.

    Signals:
        use_requested: Upscale photos with it.
        finetune_requested: Train it further.
        export_requested: Export it.
        make_requested: Make its model, which it has none of yet.
        judge_requested: Compare candidates without knowing which is which.
        pin_requested: Keep it to compare others with it.
        unpin_requested: Id of a candidate to compare no more.
    """

    use_requested = Signal()
    finetune_requested = Signal()
    export_requested = Signal()
    make_requested = Signal()
    judge_requested = Signal()
    pin_requested = Signal()
    unpin_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self._reason = ""
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(SPACE_L_PX, SPACE_M_PX, SPACE_L_PX, SPACE_L_PX)
        layout.setSpacing(SPACE_S_PX)
        layout.addWidget(text_label(self.tr("Chosen candidate"), role="section"))
        self._hint = flowing_label(role="secondary")
        layout.addWidget(self._hint)
        layout.addWidget(self._build_chosen())
        layout.addWidget(self._build_rivals())
        layout.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        outer.addWidget(self._build_buttons())
        self.show_chosen(None, None)

    def show_chosen(
        self, candidate: SearchCandidate | None, state: SearchState | None, *, reason: str = ""
    ) -> None:
        """Show what is chosen.

        Args:
            candidate: The candidate, None while none is chosen.
            state: Its search.
            reason: Why no model of it can be made here; empty if it can.
        """
        has_one = candidate is not None and state is not None
        self._hint.setVisible(not has_one and state is not None)
        self._hint.setText(
            self.tr("Click a point to enlarge the photo with it; Ctrl and a click pins a rival.")
        )
        self._chosen.setVisible(has_one)
        self._buttons.setVisible(has_one)
        if candidate is None or state is None:
            return
        self._name.setText(short_name(candidate))
        self._name.setToolTip(tip_html(shown(candidate.record.genes.text)))
        self._genes.setText("\n".join(candidate_lines(candidate)))
        self._metrics.show_rows(metric_rows(candidate, state))
        has_model = candidate.card is not None
        for button in (self.use, self.finetune, self.export, self.judge):
            button.setVisible(has_model)
        self.make.setVisible(not has_model)
        self._reason = reason
        self.make.setEnabled(not reason)
        self._no_model.setVisible(not has_model)
        self._no_model.setText(reason or self.tr("No model of this candidate was made yet."))
        self.pin.setEnabled(has_model)

    def show_rivals(self, candidates: Sequence[SearchCandidate]) -> None:
        """List the pinned candidates."""
        while self._rival_rows.count():
            item = self._rival_rows.takeAt(0)
            row = None if item is None else item.widget()
            if row is not None:
                row.deleteLater()
        for letter, candidate in zip(RIVAL_LETTERS, candidates, strict=False):
            self._rival_rows.addWidget(self._rival_row(candidate, letter))
        self._rivals.setVisible(bool(candidates))

    def set_making(self, *, is_making: bool) -> None:
        """Show that a model is being made."""
        self.make.setEnabled(not is_making and not self._reason)
        self.make.setText(self.tr("Making the model\u2026") if is_making else self._make_text)

    def _build_chosen(self) -> QWidget:
        self._chosen = QWidget()
        column = QVBoxLayout(self._chosen)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S_PX)
        self._name = ElidedLabel(role="headline")
        self._genes = flowing_label(role="secondary")
        self._metrics = MetricTable()
        self._no_model = flowing_label(role="caption")
        self.pin = QPushButton(self.tr("Pin to compare others with it"))
        self.pin.clicked.connect(self.pin_requested)
        for widget in (self._name, self._genes, self._metrics, self._no_model, self.pin):
            column.addWidget(widget)
        return self._chosen

    def _build_rivals(self) -> QWidget:
        self._rivals = QWidget()
        column = QVBoxLayout(self._rivals)
        column.setContentsMargins(0, SPACE_S_PX, 0, 0)
        column.setSpacing(SPACE_XS_PX)
        column.addWidget(rule())
        column.addWidget(text_label(self.tr("Pinned rivals"), role="section"))
        self._rival_rows = QVBoxLayout()
        self._rival_rows.setSpacing(2)
        column.addLayout(self._rival_rows)
        self._rivals.hide()
        return self._rivals

    def _rival_row(self, candidate: SearchCandidate, letter: str) -> QWidget:
        widget = QWidget()
        row = QHBoxLayout(widget)
        row.setContentsMargins(0, 0, 0, 0)
        label: QLabel = ElidedLabel(PARTS_MARK.join([letter, short_name(candidate)]))
        row.addWidget(label, 1)
        unpin = QToolButton()
        unpin.setText(self.tr("Unpin"))
        unpin.setProperty("role", "text")
        unpin.setAccessibleName(self.tr("Unpin {name}").format(name=short_name(candidate)))
        unpin.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        unpin.clicked.connect(lambda _checked, i=candidate.id: self.unpin_requested.emit(i))
        row.addWidget(unpin)
        return widget

    def _build_buttons(self) -> QWidget:
        self._buttons = QWidget()
        column = QVBoxLayout(self._buttons)
        column.setContentsMargins(SPACE_L_PX, SPACE_S_PX, SPACE_L_PX, SPACE_L_PX)
        column.setSpacing(SPACE_S_PX)
        self.use = self._button(self.tr("Use for upscaling"), role="primary")
        self.use.clicked.connect(self.use_requested)
        self._make_text = self.tr("Make its model")
        self.make = self._button(self._make_text, role="primary")
        self.make.clicked.connect(self.make_requested)
        self.finetune = self._button(self.tr("Fine-tune\u2026"))
        self.finetune.clicked.connect(self.finetune_requested)
        self.export = self._button(self.tr("Export\u2026"))
        self.export.clicked.connect(self.export_requested)
        self.judge = self._button(self.tr("Blind test\u2026"))
        self.judge.clicked.connect(self.judge_requested)
        column.addWidget(self.use)
        column.addWidget(self.make)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S_PX)
        row.addWidget(self.finetune)
        row.addWidget(self.export)
        column.addLayout(row)
        column.addWidget(self.judge)
        return self._buttons

    def _button(self, text: str, *, role: str = "") -> QPushButton:
        button = QPushButton(text)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if role:
            button.setProperty("role", role)
        return button
