from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.models.depths import even_depths


@pytest.mark.parametrize(
    ("blocks", "indices"), [(8, [1, 3, 5, 7]), (4, [0, 1, 2, 3]), (3, [0, 1, 2, 2]), (1, [0] * 4)]
)
def test_four_points_are_spread_evenly_over_the_blocks(blocks: int, indices: list[int]) -> None:
    assert even_depths(4, blocks=blocks) == indices


@given(points=st.integers(1, 20), blocks=st.integers(1, 60))
def test_points_ascend_and_end_at_the_last_block(points: int, blocks: int) -> None:
    indices = even_depths(points, blocks=blocks)

    assert len(indices) == points
    assert indices == sorted(indices)
    assert indices[0] >= 0
    assert indices[-1] == blocks - 1
    assert len(set(indices)) == min(points, blocks)
