"""One run: its header, charts and pictures, measurements, recipe and log."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.services.run_requests import ACTIVE
from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX
from app.training.charts_panel import ChartsPanel
from app.training.gauges import GaugeBar
from app.training.pictures_panel import PicturesPanel
from app.training.results_view import ResultsView
from app.training.run_header import RunHeader
from app.training.run_record import RunRecord
from app.training.text_views import LogView, RecipeView
from app.widgets.controls import Segments, rule
from app.widgets.theming import ThemeService
from engine.api import RunSummary

OVERVIEW, RESULTS, RECIPE, LOG = range(4)


class RunView(QFrame):
    """Shows records; what the user asks for comes from the parts.

    Attributes:
        header: Name, state and buttons.
        tabs: Which part is shown.
        charts: The charts.
        pictures: The sample pictures.
        results: What evaluations measured.
        recipe: The recipe and its differences from another one.
        log: What the run had to say.
        gauges: The load of the computer.
    """

    def __init__(
        self, pictures: PicturesPanel, theming: ThemeService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.header = RunHeader(theming)
        self.charts = ChartsPanel(theming)
        self.pictures = pictures
        self.results = ResultsView()
        self.recipe = RecipeView()
        self.log = LogView()
        self.gauges = GaugeBar()
        self._records: tuple[RunRecord, ...] = ()
        self._runs: tuple[RunSummary, ...] = ()
        self.tabs = Segments()
        for text in (self.tr("Overview"), self.tr("Results"), self.tr("Recipe"), self.tr("Log")):
            self.tabs.add(text)
        self.tabs.set_current(OVERVIEW)
        self.tabs.chosen.connect(self.show_tab)
        row = QHBoxLayout()
        row.addWidget(self.tabs)
        row.addStretch(1)
        self._overview = QSplitter(Qt.Orientation.Horizontal)
        self._overview.addWidget(self.charts)
        self._overview.addWidget(pictures)
        self._overview.setChildrenCollapsible(False)
        self._overview.setObjectName("parts")
        self._overview.setHandleWidth(SPACE_M_PX)
        self._overview.setStretchFactor(0, 3)
        self._overview.setStretchFactor(1, 2)
        self._overview.setSizes([600, 400])
        self._stack = QStackedWidget()
        for part in (self._overview, self.results, self.recipe, self.log):
            self._stack.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L_PX, SPACE_M_PX, SPACE_L_PX, SPACE_S_PX)
        layout.setSpacing(SPACE_S_PX)
        layout.addWidget(self.header)
        layout.addLayout(row)
        layout.addWidget(self._stack, 1)
        layout.addWidget(rule())
        layout.addWidget(self.gauges)

    @Slot(int)
    def show_tab(self, tab: int) -> None:
        """Show one of the parts."""
        self.tabs.set_current(tab)
        self._stack.setCurrentIndex(tab)
        self._show_part()

    def show_results(self) -> None:
        """Show what evaluations measured."""
        self.show_tab(RESULTS)

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """Tell which runs the recipe can be compared with."""
        self._runs = tuple(runs)
        if self._stack.currentIndex() == RECIPE:
            self._show_part()

    def show_records(self, records: Sequence[RunRecord]) -> None:
        """Show the first record; the others are drawn into its charts."""
        self._records = tuple(records)
        self.header.show_record(records[0])
        self._show_part()

    def _show_part(self) -> None:
        """Fill what is seen; the other parts follow when they are."""
        if not self._records:
            return
        record = self._records[0]
        match self._stack.currentIndex():
            case 0:
                self.charts.show_records(self._records)
                self.pictures.show_pictures(record.path, record.pictures)
                # A run that ended at once has nothing to show in two places.
                has_more = bool(record.values) or record.summary.state in ACTIVE
                self.pictures.setVisible(has_more or self.pictures.has_pictures)
            case 1:
                self.results.show_results(record.results)
            case 2:
                self.recipe.show_record(record, self._runs)
            case _:
                self.log.show_record(record)
