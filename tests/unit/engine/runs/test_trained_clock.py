from __future__ import annotations

from engine.runs.events import Event, Paused, Progress, Resumed, Started
from engine.runs.trained_clock import TrainedClock


def progress(time_s: float) -> Progress:
    return Progress(time_s=time_s, done=1, total=9, eta_s=1.0)


def times(*events: Event) -> list[float]:
    clock = TrainedClock()
    return [clock.take(event) for event in events]


def test_the_time_between_events_counts() -> None:
    assert times(Started(time_s=10.0), progress(14.0), progress(15.5)) == [0.0, 4.0, 5.5]


def test_pauses_and_interruptions_do_not_count() -> None:
    course = times(
        Started(time_s=0.0), progress(2.0), Paused(time_s=3.0),
        Resumed(time_s=50.0), progress(51.0),
        Started(time_s=900.0), progress(901.0),
    )  # fmt: skip

    assert course == [0.0, 2.0, 3.0, 3.0, 4.0, 4.0, 5.0]


def test_nothing_before_the_start_counts() -> None:
    assert times(progress(1.0), progress(5.0), Started(time_s=9.0)) == [0.0, 0.0, 0.0]


def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    assert times(Started(time_s=10.0), progress(12.0), progress(4.0), progress(5.0)) == [
        0.0, 2.0, 2.0, 3.0,
    ]  # fmt: skip
