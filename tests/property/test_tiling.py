"""Properties of the tile plan."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.core.tiling import TilePlan, plan_tiles

PlanCase = tuple[int, int, int, int, int]


@st.composite
def plan_cases(draw: st.DrawFn) -> PlanCase:
    """Draw width, height, tile, overlap and multiple that fit together."""
    multiple = draw(st.integers(1, 4))
    overlap_px = draw(st.integers(0, 12))
    tile_px = draw(st.integers(2 * overlap_px + 2 * multiple, 2 * overlap_px + 60))
    return draw(st.integers(1, 90)), draw(st.integers(1, 90)), tile_px, overlap_px, multiple


def plan_of(case: PlanCase) -> TilePlan:
    width_px, height_px, tile_px, overlap_px, multiple = case
    return plan_tiles(
        width_px, height_px, tile_px=tile_px, overlap_px=overlap_px, size_multiple=multiple
    )


@given(plan_cases())
def test_every_pixel_lies_in_exactly_one_core(case: PlanCase) -> None:
    count = np.zeros((case[1], case[0]), dtype=int)
    for tile in plan_of(case).tiles:
        count[tile.core.top : tile.core.bottom, tile.core.left : tile.core.right] += 1
    assert (count == 1).all()


@given(plan_cases())
def test_crops_lie_inside_the_picture_and_have_one_shape_with_padding(case: PlanCase) -> None:
    plan = plan_of(case)
    for tile in plan.tiles:
        crop = tile.crop
        assert crop.left >= 0
        assert crop.top >= 0
        assert crop.right <= case[0]
        assert crop.bottom <= case[1]
        assert crop.width + tile.pad_right == plan.input_width_px
        assert crop.height + tile.pad_bottom == plan.input_height_px


@given(plan_cases())
def test_inner_sides_have_the_overlap_and_outer_sides_the_edge(case: PlanCase) -> None:
    width_px, height_px, _, overlap_px, _ = case
    for tile in plan_of(case).tiles:
        crop, core = tile.crop, tile.core
        for inner, edge in [
            (core.left - crop.left, crop.left == 0),
            (core.top - crop.top, crop.top == 0),
            (crop.right - core.right, crop.right == width_px),
            (crop.bottom - core.bottom, crop.bottom == height_px),
        ]:
            assert inner >= overlap_px or edge


@given(plan_cases())
def test_crops_start_and_end_on_the_multiple_and_pad_less_than_it(case: PlanCase) -> None:
    multiple = case[4]
    plan = plan_of(case)
    assert plan.input_width_px % multiple == 0
    assert plan.input_height_px % multiple == 0
    for tile in plan.tiles:
        assert tile.crop.left % multiple == 0
        assert tile.crop.top % multiple == 0
        assert max(tile.pad_right, tile.pad_bottom) < multiple


@given(plan_cases())
def test_no_core_is_a_sliver_unless_the_picture_is(case: PlanCase) -> None:
    width_px, _, tile_px, overlap_px, multiple = case
    widest_step = (tile_px // multiple * multiple - 2 * overlap_px) // multiple * multiple
    for tile in plan_of(case).tiles:
        assert tile.core.width >= min(width_px, widest_step // 2 - multiple)
