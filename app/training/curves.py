"""Turns the records of runs into the curves of the charts.

one run:        every loss has a color        several runs:  every run has a color
-- smoothed, faint: as measured               a loss each has a chart of its own
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.charts.curve import Curve
from app.training.run_record import Columns, RunRecord
from app.training.run_texts import metric_title, run_name
from app.widgets.theming import ThemeService

LOSSES = "losses"
"""Name of the chart in which one run's losses are together."""
_COLORS = 8
_FIRST = ("psnr_y_db", "lpips", "learning_rate", "images_per_s")

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartContent:
    """What one chart shows.

    Attributes:
        name: Stable name of the chart.
        title: What users read.
        y_label: Unit of its values, empty without one.
        curves: What is drawn.
        marks: Where a run was resumed, and what is said there.
        has_legend: Whether it says which curve is which; the first chart of several runs does.
    """

    name: str
    title: str
    y_label: str = ""
    curves: tuple[Curve, ...] = ()
    marks: tuple[tuple[float, str], ...] = ()
    has_legend: bool = True

    @property
    def may_be_log(self) -> bool:
        """Whether its values are positive and span decades: losses and learning rates."""
        return self.name in {LOSSES, "learning_rate"} or self.name.startswith("loss_")


def curve_token(number: int) -> str:
    """Return the design token of the color with this number, from 0 on."""
    return f"curve_{number % _COLORS + 1}"


def chart_contents(
    records: Sequence[RunRecord], theming: ThemeService, *, by_time: bool
) -> list[ChartContent]:
    """Return the charts for ``records``, the current run first: losses, then quality, then speed.

    Args:
        records: The runs to draw.
        theming: Where colors come from.
        by_time: Whether x is the seconds of training rather than the step.
    """
    names = list(dict.fromkeys(name for record in records for name in record.values))
    losses = [name for name in names if name.startswith("loss_")]
    others = [name for name in _FIRST if name in names]
    others += [name for name in names if name not in losses and name not in others]
    contents: list[ChartContent] = []
    if len(records) == 1 and losses:
        contents.append(_losses_of(records[0], losses, theming, by_time=by_time))
        losses = []
    contents += [_metric_of(records, name, theming, by_time=by_time) for name in (*losses, *others)]
    if len(records) == 1:
        return contents
    # Their colors are in the list of runs, too; small charts have no room for the names.
    return [replace(content, has_legend=not n) for n, content in enumerate(contents)]


def _losses_of(
    record: RunRecord, names: Sequence[str], theming: ThemeService, *, by_time: bool
) -> ChartContent:
    curves: list[Curve] = []
    for number, name in enumerate(names):
        title, color = metric_title(name), theming.color(curve_token(number))
        for points, is_faded in _parts(record, name):
            x, y = _xy(points, by_time=by_time)
            curves.append(Curve(name=title, x=x, y=y, color=color, faded=is_faded))
    return ChartContent(
        name=LOSSES,
        title=translate("Curves", "Losses"),
        curves=tuple(curves),
        marks=_marks(record, by_time=by_time),
    )


def _metric_of(
    records: Sequence[RunRecord], name: str, theming: ThemeService, *, by_time: bool
) -> ChartContent:
    curves: list[Curve] = []
    for number, record in enumerate(records):
        title = run_name(record.summary) if len(records) > 1 else metric_title(name)
        for points, is_faded in _parts(record, name):
            x, y = _xy(points, by_time=by_time)
            color = theming.color(curve_token(number))
            curves.append(Curve(name=title, x=x, y=y, color=color, faded=is_faded))
    title = metric_title(name)
    if name.startswith("loss_"):
        title = translate("Curves", "Loss: {name}").format(name=title)
    return ChartContent(
        name=name,
        title=title,
        y_label="dB" if name.endswith("_db") else "",
        curves=tuple(curves),
        # The cuts of one run only: lines of several could not be told apart.
        marks=tuple((x, "") for x, _said in _marks(records[0], by_time=by_time)),
    )


def _parts(record: RunRecord, name: str) -> Iterable[tuple[Columns, bool]]:
    """Give the points that count, then those that a resumed run wrote again."""
    if name in record.values:
        yield record.values[name], False
    if name in record.abandoned:
        yield record.abandoned[name], True


def _xy(points: Columns, *, by_time: bool) -> tuple[np.ndarray, np.ndarray]:
    steps, values, times_s = points
    return (times_s if by_time else steps), values


def _marks(record: RunRecord, *, by_time: bool) -> tuple[tuple[float, str], ...]:
    return tuple(
        (
            cut.time_s if by_time else float(cut.step),
            translate("Curves", "Resumed at step {step}").format(step=cut.step),
        )
        for cut in record.cuts
    )
