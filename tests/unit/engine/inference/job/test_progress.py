"""Tests of the count of tiles and of the time left."""

from __future__ import annotations

import pytest

from engine.inference.job.progress import Progress, ProgressMeter, Stage


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def metered(total: int) -> tuple[ProgressMeter, Clock, list[Progress]]:
    clock, reports = Clock(), list[Progress]()
    stage = Stage(name="upscale", start=0.5, share=0.25)
    return (
        ProgressMeter(total, stage=stage, on_progress=reports.append, clock=clock),
        clock,
        reports,
    )


def test_tiles_are_counted_and_pauses_are_not() -> None:
    meter, clock, reports = metered(4)
    for _ in range(3):
        with meter.tile():
            clock.now_s += 2
        clock.now_s += 1000

    assert meter.busy_s == 6
    assert [report.fraction for report in reports] == [0.5625, 0.625, 0.6875]
    assert reports[-1].eta_s == 2
    assert meter.rest == Stage(name="upscale", start=0.6875, share=0.0625)


def test_work_that_calls_back_is_timed_from_its_first_call() -> None:
    meter, clock, reports = metered(100)
    clock.now_s += 1000
    meter.reach(0)
    clock.now_s += 3
    meter.reach(25)

    assert [report.done_tiles for report in reports] == [0, 25]
    assert reports[-1].fraction == pytest.approx(0.5 + 0.25 / 4)
    assert reports[-1].eta_s == pytest.approx(9)


def test_nobody_has_to_listen() -> None:
    meter = ProgressMeter(2, stage=Stage(name="save"), on_progress=None)
    meter.reach(1)
    with meter.tile():
        pass
    assert meter.rest.share == 0
