"""Tests of planning the size of tiles."""

from __future__ import annotations

import msgspec
import pytest

from engine.core.images import ImageF32
from engine.core.tiling import Region
from engine.inference.job.tile_size import memory_budget_bytes, plan_tile_px, tile_bytes_per_px
from tests.helpers.tiny_models import tiny_card

CARD = tiny_card(best_px=128)
HEAVY = msgspec.structs.replace(
    CARD, macs=msgspec.structs.replace(CARD.macs, value=1_174_850_000_000)
)
MIB = 2**20


class Plain:
    scale = 2

    def __init__(self, *, overlap_px: int = 4, size_multiple: int = 1) -> None:
        self.overlap_px, self.size_multiple = overlap_px, size_multiple

    def upscale(self, lr: ImageF32, *, where: Region) -> ImageF32:
        return lr


def test_budget_is_a_share_of_free_memory_with_an_upper_end() -> None:
    assert memory_budget_bytes(400 * MIB) == 100 * MIB
    assert memory_budget_bytes(64_000 * MIB) == 400 * MIB
    assert 0 < memory_budget_bytes() <= 400 * MIB


def test_costly_networks_need_more_memory_for_each_pixel() -> None:
    assert tile_bytes_per_px(CARD) == 3000 + 4 * 3 * 20
    assert tile_bytes_per_px(HEAVY) > 17_000


def test_best_tile_of_the_card_is_taken_when_it_fits() -> None:
    assert plan_tile_px(CARD, Plain(), budget_bytes=400 * MIB) == 128


def test_wide_context_asks_for_larger_tiles() -> None:
    assert plan_tile_px(CARD, Plain(overlap_px=24), budget_bytes=400 * MIB) == 240


@pytest.mark.parametrize("multiple", [1, 4])
def test_small_budget_makes_small_tiles_but_never_too_small(multiple: int) -> None:
    upscaler = Plain(size_multiple=multiple)
    small = plan_tile_px(CARD, upscaler, budget_bytes=10 * MIB)
    assert 16 <= small < 64
    assert small % multiple == 0
    assert plan_tile_px(CARD, upscaler, budget_bytes=1) == 16


def test_memory_grows_with_the_square_of_the_scale_and_with_the_cost() -> None:
    large = tiny_card(scale=4)
    # 17.9 million MACs per pixel at a thousandth of a byte each.
    heavy_bytes = 1_174_850_000_000 // 256**2 // 1000

    assert tile_bytes_per_px(large) == 3000 + 16 * 3 * 20
    assert tile_bytes_per_px(HEAVY) == heavy_bytes + 4 * 3 * 20
