"""The charts of runs side by side, with the controls that they share."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.services.run_requests import ACTIVE
from app.state.theme import SPACE_S_PX
from app.training.chart_tile import ChartTile
from app.training.curves import LOSSES, chart_contents
from app.training.run_record import RunRecord
from app.widgets.controls import JumpSlider, Segments, text_label
from app.widgets.flow_layout import FlowLayout
from app.widgets.theming import ThemeService

_TILE_PX = QSize(248, 176)
_MOST_SMOOTHING = 99
_SLIDER_PX = 130
STEP, TIME = range(2)


class ChartsPanel(QFrame):
    """A chart per metric; smoothing, axes and scales hold for all of them.

    Attributes:
        smoothing: Weight of the smoothing in percent.
        axis: What x is.
        log: Whether losses and learning rates have a logarithmic axis.

    Signals:
        save_requested: A `ChartTile`, and the kind of file: ``png``, ``svg`` or ``csv``.
    """

    save_requested = Signal(object, str)

    def __init__(self, theming: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theming = theming
        self._records: tuple[RunRecord, ...] = ()
        self._tiles: dict[str, ChartTile] = {}
        self._large: str | None = None
        self._columns = 0
        self._by_time = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S_PX)
        layout.addLayout(self._build_controls())
        self._grid_widget = QWidget()
        self._grid = QGridLayout(self._grid_widget)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE_S_PX)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._grid_widget)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._empty = text_label(role="secondary", wraps=True, is_centered=True)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self._scroll, 1)
        theming.changed.connect(self._show)
        self._show()

    @property
    def tiles(self) -> dict[str, ChartTile]:
        """The charts that are shown, by their names."""
        return dict(self._tiles)

    def show_records(self, records: Sequence[RunRecord]) -> None:
        """Draw these runs, the current one first."""
        self._records = tuple(records)
        self._show()

    def _build_controls(self) -> FlowLayout:
        row = FlowLayout()
        self.axis = Segments()
        for text, tip in (
            (self.tr("Steps"), self.tr("Draw over steps")),
            (self.tr("Time"), self.tr("Draw over the time of training")),
        ):
            self.axis.add(text, name=tip, tip=tip)
        self.axis.set_current(STEP)
        self.axis.chosen.connect(self._on_axis)
        self.log = QCheckBox(self.tr("Logarithmic"))
        self.log.setToolTip(self.tr("Logarithmic axis for losses and the learning rate"))
        self.log.toggled.connect(self._show)
        self.smoothing = JumpSlider()
        self.smoothing.setRange(0, _MOST_SMOOTHING)
        self.smoothing.setFixedWidth(_SLIDER_PX)
        self.smoothing.setAccessibleName(self.tr("Smoothing"))
        self.smoothing.setToolTip(self.tr("Smoothing: the line as measured stays behind it"))
        self.smoothing.valueChanged.connect(self._on_smoothing)
        smoothing = QWidget()
        beside = QHBoxLayout(smoothing)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(text_label(self.tr("Smoothing"), role="caption"))
        beside.addWidget(self.smoothing)
        for widget in (self.axis, self.log, smoothing):
            # As high as the highest, so that they stand on one line.
            widget.setMinimumHeight(self.axis.sizeHint().height())
            row.addWidget(widget)
        return row

    @Slot()
    def _show(self) -> None:
        contents = []
        if self._records:
            contents = chart_contents(self._records, self._theming, by_time=self._by_time)
        has_tiles = bool(contents)
        state = self._records[0].summary.state if self._records else "new"
        self._empty.setText(
            self.tr("The first points appear when the run reports its losses.")
            if state in ACTIVE
            else self.tr("The run ended before it reported anything.")
        )
        self._empty.setVisible(not has_tiles)
        self._scroll.setVisible(has_tiles)
        names = [content.name for content in contents]
        is_same = names == list(self._tiles)
        for name in [name for name in self._tiles if name not in names]:
            self._grid.removeWidget(self._tiles[name])
            self._tiles.pop(name).deleteLater()
        tiles = {name: self._tiles.get(name) or self._build_tile(name) for name in names}
        self._tiles = tiles
        for content in contents:
            name = content.name
            is_log = self.log.isChecked() and content.may_be_log
            tiles[name].show_content(content, is_log=is_log, by_time=self._by_time)
        if self._large not in tiles:
            self._large = None
        if not is_same:
            self._arrange()

    def _build_tile(self, name: str) -> ChartTile:
        tile = ChartTile(self._theming)
        tile.chart.set_smoothing(self.smoothing.value() / 100)
        tile.enlarge.toggled.connect(lambda is_on: self._enlarge(name if is_on else None))
        tile.save_requested.connect(lambda kind: self.save_requested.emit(tile, kind))
        return tile

    def _enlarge(self, name: str | None) -> None:
        self._large = name
        self._arrange()

    def _arrange(self) -> None:
        """Lay the charts out in as many columns as there is room for."""
        width_px = self._scroll.viewport().width() or self.width()
        scale = 1 + (self._theming.theme.text_scale - 1) * 0.6
        columns = max(1, min(3, int(width_px / (_TILE_PX.width() * scale))))
        self._columns = columns
        for tile in self._tiles.values():
            self._grid.removeWidget(tile)
        shown = [self._large] if self._large else list(self._tiles)
        for name, tile in self._tiles.items():
            tile.setVisible(name in shown)
            tile.setMinimumHeight(round(_TILE_PX.height() * scale))
        position = 0
        for name in shown:
            # The losses are what is watched most: two places wide where there are that many.
            is_wide = name == LOSSES and columns > 1 and len(shown) % columns != 0
            span = min(2, columns) if is_wide or self._large else 1
            span = columns if self._large else span
            row, column = divmod(position, columns)
            self._grid.addWidget(self._tiles[name], row, column, 1, span)
            position += span
        rows = -(-position // columns)
        for row in range(max(rows, self._grid.rowCount())):
            self._grid.setRowStretch(row, 1 if row < rows else 0)
        for column in range(3):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @Slot(int)
    def _on_axis(self, position: int) -> None:
        self._by_time = position == TIME
        self._show()

    @Slot(int)
    def _on_smoothing(self, percent: int) -> None:
        for tile in self._tiles.values():
            tile.chart.set_smoothing(percent / 100)
