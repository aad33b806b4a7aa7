"""The curves of one run and of several."""

from __future__ import annotations

from pathlib import Path

from app.training.curves import LOSSES, chart_contents
from app.training.run_record import RecordReader
from app.widgets.theming import ThemeService
from engine.runs.events import Metric
from tests.helpers.written_runs import append_events, write_run


def test_the_losses_of_one_run_share_a_chart(tmp_path: Path, theming: ThemeService) -> None:
    run = write_run(tmp_path, "one")
    append_events(run, [Metric(step=110, name="loss_color", value=0.1)])

    losses, psnr, rate = chart_contents([RecordReader(run).read()], theming, by_time=False)

    assert losses.name == LOSSES
    assert [curve.name for curve in losses.curves] == ["L1", "Color"]
    assert losses.curves[0].color != losses.curves[1].color
    assert (psnr.name, psnr.y_label) == ("psnr_y_db", "dB")
    assert rate.name == "learning_rate"


def test_several_runs_have_a_color_each_and_one_legend(
    tmp_path: Path, theming: ThemeService
) -> None:
    records = [RecordReader(write_run(tmp_path, name)).read() for name in ("one", "two")]

    charts = chart_contents(records, theming, by_time=False)

    assert [chart.name for chart in charts] == ["loss_l1", "psnr_y_db", "learning_rate"]
    for chart in charts:
        assert [curve.name for curve in chart.curves] == ["one", "two"]
        assert chart.curves[0].color == theming.color("curve_1")
        assert chart.curves[1].color == theming.color("curve_2")
    assert [chart.has_legend for chart in charts] == [True, False, False]


def test_a_resumed_run_is_marked_and_what_it_lost_is_faded(
    tmp_path: Path, theming: ThemeService
) -> None:
    record = RecordReader(write_run(tmp_path, "resumed", is_resumed=True)).read()

    losses = chart_contents([record], theming, by_time=False)[0]

    kept, lost = losses.curves
    assert not kept.faded
    assert lost.faded
    assert lost.x.tolist() == [40, 50]
    assert kept.name == lost.name
    assert losses.marks == ((30.0, "Resumed at step 30"),)


def test_over_time_the_breaks_are_left_out(tmp_path: Path, theming: ThemeService) -> None:
    record = RecordReader(write_run(tmp_path, "resumed", is_resumed=True)).read()

    losses = chart_contents([record], theming, by_time=True)[0]

    # 25 s until it was killed, and half a second for each of the 70 steps from step 30 on.
    assert losses.curves[0].x.tolist()[-1] == 25 + 35
    assert losses.marks[0][0] == 25
