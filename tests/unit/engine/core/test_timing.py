"""Work is timed in turns, after a run that does not count."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled
from engine.core.timing import load_average, time_runs


def test_tasks_take_turns_after_their_warm_up() -> None:
    ran: list[str] = []

    time_runs([lambda: ran.append("a"), lambda: ran.append("b")], rounds=2, warm_ups=2)

    assert "".join(ran) == "aabb" + "abab"


def test_each_run_is_timed_by_the_clock() -> None:
    ticks: Iterator[float] = iter([0.0, 1.0, 10.0, 12.0, 20.0, 23.0, 30.0, 34.0])

    times_s = time_runs([int, int], rounds=2, clock=lambda: next(ticks))

    assert times_s == ((1.0, 3.0), (2.0, 4.0))


def test_every_timed_run_is_reported() -> None:
    reported: list[tuple[int, int]] = []

    time_runs([int, int], rounds=2, progress=lambda done, total: reported.append((done, total)))

    assert reported == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_cancelled_token_stops_before_the_next_run() -> None:
    token = CancelToken()
    ran: list[int] = []

    def task() -> None:
        ran.append(1)
        if len(ran) == 2:
            token.cancel()

    with pytest.raises(JobCancelled):
        time_runs([task], rounds=5, warm_ups=0, token=token)

    assert len(ran) == 2


def test_the_load_average_is_zero_where_the_system_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("os.getloadavg", lambda: (1.234, 9.0, 9.0), raising=False)
    assert load_average() == 1.23
    monkeypatch.delattr("os.getloadavg")

    assert load_average() == 0.0
