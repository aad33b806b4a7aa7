"""The candidates as points, and how the front grew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.charts.curve import Curve
from app.charts.line_chart import LineChart
from app.charts.point import Point
from app.charts.scatter_chart import ScatterChart
from app.queue.thumbnails import Thumbnails
from app.search.candidate_card import HoverCard
from app.search.front_points import (
    Limits,
    default_axes,
    drawn_candidates,
    first_limits,
    points_of,
    spans_widely,
    volume_unit,
)
from app.search.metrics import (
    LATENCY,
    METRICS,
    Metric,
    axis_title,
    device_sentence,
    is_estimate,
    known_metrics,
    origin_text,
)
from app.state.theme import SPACE_M_PX, SPACE_XS_PX
from app.widgets.controls import PARTS_MARK, PartsLabel, Segments, text_label
from app.widgets.flow_layout import FlowLayout
from app.widgets.theming import ThemeService
from engine.api import SearchCandidate, SearchState


class FrontView(QFrame):
    """Draws one search: any two metrics against each other, or its hypervolume.

    Signals:
        chosen: Id of the candidate that was clicked, or reached by Enter.
        pinned: Id of the candidate that was clicked with Ctrl or Shift, or pinned by the space bar.

    Attributes:
        points: What the chart shows.
    """

    chosen = Signal(str)
    pinned = Signal(str)

    def __init__(self, theming: ThemeService, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self._hovered = ""
        thumbnails.ready.connect(lambda _path: self._on_hovered(self._hovered))
        self._theming = theming
        self._state: SearchState | None = None
        self._candidates: Mapping[str, SearchCandidate] = {}
        self._limits: Limits = (None, None)
        self.points: list[Point] = []
        self.chart = ScatterChart(theming)
        # The card shows the same, with a picture.
        self.chart.set_read_out(is_shown=False)
        self.chart.setAccessibleName(self.tr("Candidates"))
        self.volume = LineChart(theming)
        self.volume.setAccessibleName(self.tr("Hypervolume against evaluations"))
        self._charts = QStackedWidget()
        self._charts.addWidget(self.chart)
        self._charts.addWidget(self.volume)
        self.card = HoverCard(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._build_bar())
        layout.addWidget(self._charts, 1)
        layout.addWidget(self._build_caption())
        self.chart.hovered.connect(self._on_hovered)
        self.chart.activated.connect(self.chosen)
        self.chart.pinned.connect(self.pinned)
        self.chart.limits_changed.connect(self._on_limits)

    @property
    def axes(self) -> tuple[Metric | None, Metric | None]:
        """The metrics across and up."""
        return _metric(self.across), _metric(self.up)

    def show_search(self, state: SearchState | None) -> None:
        """Show another search, with its own objectives as axes."""
        self._state = None
        self._limits = (None, None)
        self._fill_axes(state)
        self._state = state
        self._take_limits(state)
        self._draw(is_new=True)
        self.chart.reset_view()

    def update_search(self, state: SearchState) -> None:
        """Show what is new in the search that is shown."""
        names = [metric.name for metric in known_metrics(state)]
        if names != [self.across.itemData(row) for row in range(self.across.count())]:
            self._fill_axes(state, keep=self.axes)
        self._state = state
        self._draw(is_new=False)

    def mark(self, chosen: str | None, pinned: Sequence[str]) -> None:
        """Mark the chosen candidate and the pinned ones."""
        self.chart.select(chosen)
        self.chart.pin(list(pinned))

    def set_axes(self, across: str, up: str) -> None:
        """Choose both axes by the names of their metrics."""
        for box, name in ((self.across, across), (self.up, up)):
            box.setCurrentIndex(max(box.findData(name), 0))

    def _build_bar(self) -> QWidget:
        bar = QFrame()
        bar.setObjectName("viewerBar")
        around = QVBoxLayout(bar)
        around.setContentsMargins(SPACE_M_PX, SPACE_XS_PX, SPACE_M_PX, SPACE_XS_PX)
        tools = QWidget()
        around.addWidget(tools)
        # It wraps where text is large: in one line it would widen the window.
        row = FlowLayout(tools)
        self.views = Segments()
        self.views.add(self.tr("Front"))
        self.views.add(self.tr("Hypervolume"))
        self.views.set_current(0)
        self.views.chosen.connect(self._charts_shown)
        row.addWidget(self.views)
        self.limits = QToolButton()
        self.limits.setText(self.tr("Limits"))
        self.limits.setProperty("role", "text")
        self.limits.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.limits.setCheckable(True)
        self.limits.setToolTip(self.tr("Two lines to drag: only candidates within them count"))
        self.limits.clicked.connect(self._on_limits_clicked)
        row.addWidget(self.limits)
        self.up = self._axis_box(self.tr("Up"))
        self.across = self._axis_box(self.tr("Across"))
        self._of = text_label(self.tr("against"), role="secondary")
        self.log = QCheckBox(self.tr("Log"))
        self.log.setToolTip(self.tr("Logarithmic axis across"))
        self.log.toggled.connect(self._on_axes)
        for widget in (self.up, self._of, self.across, self.log):
            row.addWidget(widget)
        return bar

    def _build_caption(self) -> QWidget:
        self._caption = PartsLabel(role="caption")
        strip = QWidget()
        row = QHBoxLayout(strip)
        row.setContentsMargins(SPACE_M_PX, SPACE_XS_PX, SPACE_M_PX, SPACE_XS_PX)
        row.addWidget(self._caption)
        return strip

    def _axis_box(self, name: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.currentIndexChanged.connect(self._on_axes)
        return box

    def _fill_axes(
        self, state: SearchState | None, *, keep: tuple[Metric | None, Metric | None] | None = None
    ) -> None:
        metrics = () if state is None else known_metrics(state)
        across, up = keep or (None, None)
        if state is not None and not (across and up):
            across, up = default_axes(state, metrics)
        for box, wanted in ((self.across, across), (self.up, up)):
            with QSignalBlocker(box):
                box.clear()
                for metric in metrics:
                    box.addItem(metric.shown_title(), metric.name)
                box.setCurrentIndex(box.findData(wanted.name) if wanted is not None else -1)
        if keep is None:
            with QSignalBlocker(self.log):
                self.log.setChecked(spans_widely(state, across))

    def _take_limits(self, state: SearchState | None) -> None:
        """Begin with the constraint of the search on the axis across, if it has one."""
        across = self.axes[0]
        if state is None or across is None:
            return
        constraints: Mapping[str, float] = {
            str(name): value for name, value in state.recipe.constraints.items()
        }
        most = constraints.get(across.name)
        self._limits = (None if most is None else most / across.divisor, None)

    @Slot(int)
    def _charts_shown(self, position: int) -> None:
        self._charts.setCurrentIndex(position)
        for widget in (self.up, self._of, self.across, self.log, self.limits):
            widget.setVisible(position == 0)
        self.card.hide()
        self._show_caption()

    @Slot()
    def _on_axes(self) -> None:
        if self._state is None:
            return
        self._limits = (None, None)
        self._draw(is_new=True)
        self.chart.reset_view()

    @Slot(object, object)
    def _on_limits(self, x_max: float | None, y_min: float | None) -> None:
        self._limits = (x_max, y_min)
        self._draw_points()

    @Slot(bool)
    def _on_limits_clicked(self, is_on: bool) -> None:  # noqa: FBT001  # a slot
        across, up = self.axes
        self._limits = (None, None)
        if is_on and across is not None and up is not None:
            self._limits = first_limits(list(self._candidates.values()), across, up)
        self.chart.set_limits(*self._limits)
        self._draw_points()

    def _draw(self, *, is_new: bool) -> None:
        across, up = self.axes
        state = self._state
        if state is None or across is None or up is None:
            self._candidates = {}
            self.points = []
            self.chart.set_points([])
            self.volume.set_curves([])
            self._show_caption()
            return
        if is_new:
            self.chart.set_axes(
                axis_title(across, state.device),
                axis_title(up, state.device),
                x_log=self.log.isChecked(),
            )
            self.chart.set_better(
                x_is_higher=across.is_higher_better, y_is_higher=up.is_higher_better
            )
            self.chart.set_limits(*self._limits)
        self._draw_points()
        self._draw_volume(state)
        self._show_caption()

    def _draw_points(self) -> None:
        across, up = self.axes
        state = self._state
        if state is None or across is None or up is None:
            return
        drawn = drawn_candidates(state, across, up)
        self._candidates = {one.id: one for one in drawn}
        self.points = points_of(drawn, state, across, up, self._limits)
        self.chart.set_points(self.points)
        self.limits.setChecked(self._limits != (None, None))
        self._show_caption()

    def _draw_volume(self, state: SearchState) -> None:
        counts = np.array([count for count, _ in state.volumes], dtype=np.float64)
        volumes = np.array([volume for _, volume in state.volumes], dtype=np.float64)
        self.volume.set_axes(
            self.tr("Evaluations"), self.tr("Hypervolume ({unit})").format(unit=volume_unit(state))
        )
        self.volume.set_curves([Curve(name=self.tr("Hypervolume"), x=counts, y=volumes)])

    def _show_caption(self) -> None:
        state = self._state
        if state is None:
            self._caption.setText("")
            return
        parts = []
        if self._charts.currentIndex() == 1:
            worst = [
                METRICS[name].text(state.worst[name])
                for name in state.recipe.objectives
                if name in state.worst
            ]
            parts = [self.tr("Reference point: {values}").format(values=", ".join(worst) or "-")]
        else:
            parts += self._limit_texts()
            across, up = self.axes
            if is_estimate([metric for metric in (across, up) if metric is not None]):
                device = state.device
                word = origin_text(device) if device is not None else self.tr("estimated")
                parts.append("\u25c7 " + word)
            else:
                parts.append("\u25cf " + self.tr("measured or counted"))
            if state.device is not None and LATENCY in {m.name for m in self.axes if m}:
                parts.append(device_sentence(state.device))
            size = f"{state.recipe.width_px}\u00d7{state.recipe.height_px}"
            parts.append(self.tr("Costs for photos of {size} pixels").format(size=size))
            parts.append(self.tr("Quality on crops for the search, none of a benchmark"))
        self._caption.setText(PARTS_MARK.join(parts))

    def _limit_texts(self) -> list[str]:
        """Return the limits in words, with how many points of the front are within them."""
        texts = []
        for metric, limit in zip(self.axes, self._limits, strict=True):
            if metric is not None and limit is not None:
                sign = "\u2265" if metric.is_higher_better else "\u2264"
                texts.append(f"{sign} {metric.text(limit * metric.divisor)}")
        if not texts:
            return []
        return [
            self.tr("{count} on the front with {limits}").format(
                count=sum(point.is_front for point in self.points), limits=", ".join(texts)
            )
        ]

    @Slot(str)
    def _on_hovered(self, candidate_id: str) -> None:
        self._hovered = candidate_id
        candidate = self._candidates.get(candidate_id)
        if candidate is None or self._state is None:
            self.card.hide()
            return
        self.card.show_candidate(candidate, self._state)
        path = candidate.thumbnail
        image = None if path is None else self._thumbnails.get(path)
        if image is not None:
            self.card.show_thumbnail(image)
        place = self.chart.place_of(candidate_id)
        if place is not None:
            spot = self.chart.mapTo(self, place.toPoint())
            self.card.place(spot.x(), spot.y())


def _metric(box: QComboBox) -> Metric | None:
    return METRICS.get(str(box.currentData()))
