"""One chart with its title and the buttons that act on it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from app.charts.line_chart import LineChart
from app.state.theme import SPACE_S_PX, SPACE_XS_PX
from app.training.curves import ChartContent
from app.widgets.controls import ElidedLabel
from app.widgets.theming import ThemeService

KINDS = ("png", "svg", "csv")


class ChartTile(QFrame):
    """A card with a chart.

    Attributes:
        chart: The chart.
        enlarge: Gives the chart the place of all of them.

    Signals:
        save_requested: Kind of the file: ``png``, ``svg`` or ``csv``.
    """

    save_requested = Signal(str)

    def __init__(self, theming: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._theming = theming
        self._axes: tuple[object, ...] = ()
        self._has_legend = True
        self._title = ElidedLabel(role="section")
        self.chart = LineChart(theming)
        self.chart.set_ground("raised", is_framed=False)  # as the card
        self.enlarge = self._tool(self.tr("Show this chart alone"))
        self.enlarge.setCheckable(True)
        self.enlarge.toggled.connect(lambda _on: self._show_legend())
        self.save = self._tool(self.tr("Save this chart"))
        self.save.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.save)
        titles = (self.tr("Picture (PNG)"), self.tr("Drawing (SVG)"), self.tr("Table (CSV)"))
        for kind, title in zip(KINDS, titles, strict=True):
            # `k` binds the kind of this turn of the loop.
            menu.addAction(title).triggered.connect(
                lambda _checked, k=kind: self.save_requested.emit(k)
            )
        self.save.setMenu(menu)
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self._title, 1)
        head.addWidget(self.save)
        head.addWidget(self.enlarge)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_S_PX, SPACE_XS_PX, SPACE_XS_PX, SPACE_XS_PX)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.chart, 1)
        theming.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def title(self) -> str:
        """What the chart is called."""
        return self._title.text()

    def show_content(self, content: ChartContent, *, is_log: bool, by_time: bool) -> None:
        """Draw ``content``; the part that is in view stays while the axes do."""
        self._title.setText(content.title)
        self.chart.setAccessibleName(content.title)
        axes = (content.y_label, is_log, by_time)
        if axes != self._axes:
            self._axes = axes
            self.chart.set_axes(
                self.tr("time") if by_time else self.tr("step"),
                content.y_label,
                y_log=is_log,
                x_is_time=by_time,
            )
        self._has_legend = content.has_legend
        self._show_legend()
        self.chart.set_curves(content.curves)
        self.chart.set_marks(content.marks)

    def _show_legend(self) -> None:
        self.chart.set_has_legend(has_legend=self._has_legend or self.enlarge.isChecked())

    def _tool(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    @Slot()
    def _on_theme_changed(self) -> None:
        for button, icon in ((self.enlarge, "enlarge"), (self.save, "save")):
            button.setIcon(self._theming.icon(icon, token="text_secondary"))
