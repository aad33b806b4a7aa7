from __future__ import annotations

import numpy as np

from app.charts.growing_array import GrowingArray


def test_values_are_added_at_the_end() -> None:
    array = GrowingArray(np.array([1.0, 2.0]))
    for number in range(3, 200):
        array.append(np.array([float(number)]))

    assert array.values.tolist() == [float(number) for number in range(1, 200)]


def test_what_was_given_is_never_written_to() -> None:
    buffer = np.arange(10.0)
    array = GrowingArray(buffer[:5])

    array.append(np.array([-1.0, -2.0]))

    assert buffer.tolist() == list(range(10))
    assert array.values.tolist() == [0, 1, 2, 3, 4, -1, -2]


def test_values_read_before_stay_as_they_were() -> None:
    array = GrowingArray(np.zeros(3))
    array.append(np.ones(1))
    before = array.values

    array.append(np.full(1000, 5.0))

    assert before.tolist() == [0, 0, 0, 1]
