from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.runs.points import Points

_Block = list[tuple[int, float]]
_blocks = st.lists(st.lists(st.tuples(st.integers(0, 12), st.floats(-9, 9)), max_size=9))


def fill(points: Points, block: _Block, time_s: float) -> None:
    steps, values = [step for step, _ in block], [value for _, value in block]
    points.extend(steps, values, [time_s] * len(block))


@given(blocks=_blocks, cut=st.none() | st.integers(0, 12))
def test_the_latest_run_through_a_step_counts(blocks: list[_Block], cut: int | None) -> None:
    points = Points()
    kept: _Block = []
    lost = 0
    for number, block in enumerate(blocks):
        fill(points, block, float(number))
        # The rule, one point after the other.
        for step, value in block:
            lost += sum(old >= step for old, _ in kept)
            kept = [(old, one) for old, one in kept if old < step] + [(step, value)]
    if cut is not None:
        points.cut(cut)
        lost += sum(step > cut for step, _ in kept)
        kept = [(step, value) for step, value in kept if step <= cut]

    steps, values, times_s = points.kept

    assert list(zip(steps, values, strict=True)) == kept
    assert np.all(np.diff(steps) > 0)
    assert len(steps) == len(values) == len(times_s)
    assert len(points.abandoned[0]) == lost


def test_what_was_handed_out_never_changes() -> None:
    points = Points()
    points.extend(range(100), range(100), range(100))
    before = points.kept
    copy = [column.copy() for column in before]

    points.cut(49)
    points.extend(range(50, 1000), [-1.0] * 950, [0.0] * 950)

    for column, expected in zip(before, copy, strict=True):
        np.testing.assert_array_equal(column, expected)
        assert not column.flags.writeable


def test_many_points_come_back() -> None:
    n = 100_000
    points = Points()
    for start in range(0, n, 1000):
        steps = range(start, start + 1000)
        points.extend(steps, [2.0 * step for step in steps], [0.0] * 1000)

    np.testing.assert_array_equal(points.kept[1], 2.0 * np.arange(n))
