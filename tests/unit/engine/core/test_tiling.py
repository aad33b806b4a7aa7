"""Tests of the tile geometry."""

from __future__ import annotations

import pytest

from engine.core.errors import TilePlanError
from engine.core.tiling import Region, plan_tiles


def region(left: int, top: int, width: int, height: int) -> Region:
    return Region(left=left, top=top, width=width, height=height)


def test_region_knows_its_far_edges_and_area() -> None:
    area = region(3, 4, 10, 20)
    assert (area.right, area.bottom, area.pixel_count) == (13, 24, 200)


def test_scaled_region_covers_the_same_part_of_the_enlarged_picture() -> None:
    assert region(1, 2, 3, 4).scaled(4) == region(4, 8, 12, 16)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (region(9, 9, 5, 5), True),
        (region(10, 0, 5, 5), False),
        (region(0, 10, 5, 5), False),
        (region(-5, 0, 5, 5), False),
        (region(0, -5, 5, 5), False),
    ],
)
def test_regions_that_only_touch_do_not_intersect(other: Region, *, expected: bool) -> None:
    assert region(0, 0, 10, 10).intersects(other) is expected


def test_grown_region_stops_at_the_picture() -> None:
    grown = region(2, 2, 4, 4).grown(3, width_px=8, height_px=100)
    assert grown == region(0, 0, 8, 9)


def test_picture_smaller_than_a_tile_is_one_tile() -> None:
    plan = plan_tiles(5, 7, tile_px=64, overlap_px=16)
    assert [tile.crop for tile in plan.tiles] == [region(0, 0, 5, 7)]
    assert (plan.input_width_px, plan.input_height_px) == (5, 7)


def test_small_picture_is_padded_to_the_multiple() -> None:
    plan = plan_tiles(5, 8, tile_px=64, overlap_px=0, size_multiple=4)
    assert (plan.tiles[0].pad_right, plan.tiles[0].pad_bottom) == (3, 0)
    assert (plan.input_width_px, plan.input_height_px) == (8, 8)


def test_last_tile_is_moved_inwards_and_not_narrowed() -> None:
    plan = plan_tiles(101, 10, tile_px=50, overlap_px=5)
    assert {tile.crop.width for tile in plan.tiles} == {50}
    assert plan.tiles[-1].crop.right == 101
    assert min(tile.core.width for tile in plan.tiles) >= 25


def test_tiles_come_band_by_band() -> None:
    plan = plan_tiles(100, 100, tile_px=40, overlap_px=4)
    corners = [(tile.core.top, tile.core.left) for tile in plan.tiles]
    assert corners == sorted(corners)


def test_core_is_also_known_in_pixels_of_its_crop() -> None:
    tile = plan_tiles(100, 10, tile_px=40, overlap_px=4).tiles[1]
    inner = tile.core_in_crop
    assert inner.left == tile.core.left - tile.crop.left >= 4
    assert (inner.width, inner.height) == (tile.core.width, tile.core.height)


def test_overlap_that_eats_the_tile_is_refused_with_its_numbers() -> None:
    with pytest.raises(TilePlanError, match=r"overlap_px=20 .* tile_px=40"):
        plan_tiles(100, 100, tile_px=40, overlap_px=20)


@pytest.mark.parametrize(
    ("width_px", "tile_px", "overlap_px", "multiple"),
    [(0, 8, 1, 1), (8, 0, 1, 1), (8, 8, -1, 1), (8, 8, 1, 0)],
)
def test_sizes_that_make_no_sense_are_refused(
    width_px: int, tile_px: int, overlap_px: int, multiple: int
) -> None:
    with pytest.raises(TilePlanError):
        plan_tiles(width_px, 8, tile_px=tile_px, overlap_px=overlap_px, size_multiple=multiple)


def test_a_moved_region_keeps_its_size() -> None:
    assert region(3, 4, 10, 20).moved(5, -2) == region(8, 2, 10, 20)


def test_a_grown_region_away_from_the_borders_gains_the_margin_on_each_side() -> None:
    assert region(20, 30, 4, 6).grown(3, width_px=100, height_px=100) == region(17, 27, 10, 12)


def test_tiles_are_not_padded_without_need() -> None:
    for tile in plan_tiles(100, 60, tile_px=40, overlap_px=4).tiles:
        assert (tile.pad_right, tile.pad_bottom) == (0, 0)


def test_a_tile_of_the_second_band_knows_its_core_in_pixels_of_its_crop() -> None:
    tile = plan_tiles(20, 60, tile_px=40, overlap_px=4).tiles[-1]

    assert tile.crop == region(0, 20, 20, 40)
    assert tile.core == region(0, 30, 20, 30)
    assert tile.core_in_crop == region(0, 10, 20, 30)


def test_tiles_are_rounded_down_to_the_multiple() -> None:
    plan = plan_tiles(200, 10, tile_px=47, overlap_px=3, size_multiple=8)

    assert {tile.crop.width for tile in plan.tiles} == {40}


def test_a_stride_of_one_pixel_is_allowed() -> None:
    cores = [tile.core for tile in plan_tiles(9, 1, tile_px=7, overlap_px=3).tiles]

    assert [core.left for core in cores] == [0, 4, 5]
    assert [core.width for core in cores] == [4, 1, 4]
