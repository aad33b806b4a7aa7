"""Charts on the screen that tests draw on."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.charts.line_chart import LineChart
from app.charts.scatter_chart import ScatterChart
from app.widgets.theming import ThemeService

SIZE_PX = (600, 400)


@pytest.fixture(autouse=True)
def _application(qapp: QApplication) -> None:
    """Have an application: Qt aborts where fonts are measured without one."""


@pytest.fixture
def line_chart(qtbot: QtBot, theming: ThemeService) -> LineChart:
    """A shown chart without curves."""
    chart = LineChart(theming)
    qtbot.addWidget(chart)
    chart.resize(*SIZE_PX)
    chart.set_axes("Step", "PSNR (dB)")
    chart.show()
    return chart


@pytest.fixture
def scatter_chart(qtbot: QtBot, theming: ThemeService) -> ScatterChart:
    """A shown chart without points."""
    chart = ScatterChart(theming)
    qtbot.addWidget(chart)
    chart.resize(*SIZE_PX)
    chart.set_axes("Latency (ms)", "PSNR (dB)")
    chart.show()
    return chart
