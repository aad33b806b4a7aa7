"""The ranking as a table whose last column draws the intervals."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
)
from typing_extensions import override

from app.judging.report_texts import isolated, share_text
from app.state.shown_names import shown
from app.state.theme import SPACE_M_PX
from app.state.tooltips import tip_html
from app.widgets.theming import ThemeService
from engine.api import RankedNetwork

_CHART_COLUMN = 3
_CHART_PX = 220
_DOT_PX = 4.5
_RANKED = Qt.ItemDataRole.UserRole
_ROW_GROWTH = 2.4


class RankingTable(QTableWidget):
    """One row per model, the best first.

    Signals:
        model_chosen: Id of the model whose row was activated.
    """

    model_chosen = Signal(str)

    def __init__(self, theming: ThemeService) -> None:
        super().__init__(0, 4)
        self._theming = theming
        self.setObjectName("ranking")
        self.setAccessibleName(self.tr("Ranking"))
        self.setHorizontalHeaderLabels(
            [
                self.tr("Place"),
                self.tr("Model"),
                self.tr("Preferred"),
                isolated(self.tr("0 to 100 %")),
            ]
        )
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegateForColumn(_CHART_COLUMN, _IntervalDelegate(theming, self))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        for column in (0, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        for column in (1, _CHART_COLUMN):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.itemActivated.connect(self._on_activated)

    def show_ranking(self, ranking: Sequence[RankedNetwork]) -> None:
        """Show the models in this order."""
        self.setRowCount(len(ranking))
        for row, ranked in enumerate(ranking):
            texts = (str(row + 1), shown(ranked.network.label), share_text(ranked), "")
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setData(_RANKED, ranked)
                item.setToolTip(tip_html(text) if column == 1 else "")
                if column == _CHART_COLUMN:
                    # The drawing says the same as the column before it.
                    item.setData(Qt.ItemDataRole.AccessibleTextRole, share_text(ranked))
                self.setItem(row, column, item)
            self.setRowHeight(row, round(self.fontMetrics().height() * _ROW_GROWTH))
        if ranking:
            self.setCurrentCell(0, 0)
        self.updateGeometry()

    @Slot()
    def choose_current(self) -> None:
        """Ask for the model of the selected row."""
        item = self.currentItem()
        if item is not None:
            self._on_activated(item)

    @override
    def sizeHint(self) -> QSize:
        rows = sum(self.rowHeight(row) for row in range(self.rowCount()))
        return QSize(640, self.horizontalHeader().sizeHint().height() + rows + 14)

    def _on_activated(self, item: QTableWidgetItem) -> None:
        ranked = item.data(_RANKED)
        if isinstance(ranked, RankedNetwork):
            self.model_chosen.emit(ranked.network.id)


class _IntervalDelegate(QStyledItemDelegate):
    """Draws the share as a dot on its interval, over a line at one half.

    ::

        |-----------|-----o------|---|     0 % left, 100 % right in every language
        0          50 %             100
    """

    def __init__(self, theming: ThemeService, parent: RankingTable) -> None:
        super().__init__(parent)
        self._theming = theming

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(_CHART_PX, super().sizeHint(option, index).height())

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        ranked = index.data(_RANKED)
        if not isinstance(ranked, RankedNetwork):
            return
        area = QRectF(option.rect).adjusted(SPACE_M_PX, 0, -SPACE_M_PX, 0)

        def place(share: float) -> QPointF:
            return QPointF(area.left() + share * area.width(), area.center().y())

        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theming.color("field_border"), 1))
        for share in (0.0, 0.5, 1.0):
            x = place(share).x()
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setPen(QPen(self._theming.color("accent"), 2))
        low, high = place(ranked.share_low), place(ranked.share_high)
        painter.drawLine(low, high)
        for end in (low, high):
            painter.drawLine(end - QPointF(0, _DOT_PX), end + QPointF(0, _DOT_PX))
        painter.setBrush(self._theming.color("accent"))
        painter.drawEllipse(place(ranked.share), _DOT_PX, _DOT_PX)
        painter.restore()
