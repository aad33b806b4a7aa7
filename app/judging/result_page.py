"""The page of the blind test that shows names and ranking."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.judging.page_layout import centered
from app.judging.ranking_table import RankingTable
from app.judging.report_texts import (
    agreement_texts,
    basis_text,
    consistency_texts,
    decided_text,
    undecided_texts,
)
from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX, SPACE_XL_PX
from app.widgets.controls import flowing_label, text_label
from app.widgets.theming import ThemeService
from engine.api import JudgingReport

_WIDEST_PX = 960


class ResultPage(QWidget):
    """The ranking, what cannot be told apart, and how consistent the eye was.

    Signals:
        more_requested: Ask more questions.
        close_requested: The user has seen it.
        model_chosen: Id of the model that the user wants to see.
    """

    more_requested = Signal()
    close_requested = Signal()
    model_chosen = Signal(str)

    def __init__(self, theming: ThemeService) -> None:
        super().__init__()
        self.table = RankingTable(theming)
        self.table.model_chosen.connect(self.model_chosen)
        self.basis = flowing_label(role="secondary")
        self.verdict = flowing_label()
        self.consistency = flowing_label(role="secondary")
        self.agreement = flowing_label(role="secondary")
        self._agreement_title = text_label(self.tr("The eye and the metrics"), role="section")
        self.more = QPushButton(self.tr("Answer more questions"))
        self.show_model = QPushButton(self.tr("Show the selected model"))
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setProperty("role", "primary")
        self.show_model.clicked.connect(self.table.choose_current)
        self.more.clicked.connect(self.more_requested)
        self.close_button.clicked.connect(self.close_requested)
        self._build()

    def _build(self) -> None:
        content = QWidget()
        inner = QWidget()
        centered(content, inner, widest_px=_WIDEST_PX)
        column = QVBoxLayout(inner)
        column.setContentsMargins(SPACE_XL_PX, SPACE_XL_PX, SPACE_XL_PX, SPACE_L_PX)
        column.setSpacing(SPACE_M_PX)
        column.addWidget(text_label(self.tr("The ranking"), role="headline"))
        column.addWidget(self.basis)
        column.addWidget(self.table)
        column.addWidget(self.verdict)
        column.addSpacing(SPACE_S_PX)
        column.addWidget(text_label(self.tr("How consistent the answers are"), role="section"))
        column.addWidget(self.consistency)
        column.addSpacing(SPACE_S_PX)
        column.addWidget(self._agreement_title)
        column.addWidget(self.agreement)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(SPACE_XL_PX, SPACE_S_PX, SPACE_XL_PX, SPACE_L_PX)
        buttons.addWidget(self.more)
        buttons.addStretch()
        buttons.addWidget(self.show_model)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll, 1)
        layout.addLayout(buttons)

    def show_report(self, report: JudgingReport, *, can_go_on: bool) -> None:
        """Show a report.

        Args:
            report: What the tests found.
            can_go_on: Whether there is a test to answer more questions of.
        """
        self.basis.setText(basis_text(report))
        self.table.show_ranking(report.ranking)
        self.table.setFixedHeight(self.table.sizeHint().height())
        sentences = [decided_text(report), *undecided_texts(report)]
        self.verdict.setText("\n".join(filter(None, sentences)))
        self.consistency.setText("\n".join(consistency_texts(report)))
        agreements = agreement_texts(report)
        self.agreement.setText("\n".join(agreements))
        self._agreement_title.setVisible(bool(agreements))
        self.agreement.setVisible(bool(agreements))
        self.more.setVisible(can_go_on)
        self.table.setFocus()
