"""Tests of estimating jobs."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engine.catalog.card import ModelCard
from engine.core.images import ImageF32
from engine.core.tiling import Region
from engine.imaging.codecs.encoded_size import EncodedSize
from engine.inference.job.estimate import (
    PictureSpec,
    estimate_job,
    measure_seconds_per_px,
)
from engine.inference.job.target import OutputTarget, plan_output
from engine.inference.job.tile_size import tile_bytes_per_px
from tests.helpers.tiny_models import tiny_card

CARD = tiny_card(best_px=128)
MIB = 2**20
_SIZE = EncodedSize(about_bytes=5_000_000, least_bytes=1000, save_s=2.0)
_NOTHING = EncodedSize(about_bytes=0, least_bytes=0, save_s=0.0)


class Plain:
    scale = 2

    def __init__(self, *, overlap_px: int = 4, size_multiple: int = 1) -> None:
        self.overlap_px, self.size_multiple = overlap_px, size_multiple

    def upscale(self, lr: ImageF32, *, where: Region) -> ImageF32:
        return lr


def test_estimate_counts_result_scratch_and_network_pixels() -> None:
    plan = plan_output(4000, 3000, OutputTarget.factor(3), scales=[4])
    estimate = estimate_job(
        PictureSpec(width_px=4000, height_px=3000),
        plan,
        CARD,
        output=_SIZE,
        budget_bytes=100 * MIB,
        seconds_per_px=1e-6,
    )
    photo, enlarged, downscaled = 36_000_000, 576_000_000, 324_000_000
    assert photo < 64 * MIB
    assert estimate.scratch_bytes == enlarged + downscaled
    assert estimate.disk_bytes == estimate.scratch_bytes + 5_000_000
    assert estimate.least_output_bytes == 1000
    assert (estimate.width_px, estimate.height_px) == (12000, 9000)
    # 12 million pixels into the network, 108 million resized and checked, 2 s of saving.
    assert estimate.time_s == pytest.approx(12.0 + 108 * 0.1 + 2)
    assert estimate.time_basis == "measured on this machine"
    assert estimate.memory_bytes < 600 * MIB


def test_estimate_without_a_measured_speed_says_so() -> None:
    plan = plan_output(1000, 1000, OutputTarget.factor(2), scales=[2])
    picture = PictureSpec(width_px=1000, height_px=1000, has_alpha=True, bit_depth=16)
    estimate = estimate_job(picture, plan, CARD, output=_NOTHING, thread_count=2)
    # 1000 MACs for each pixel, color and alpha, two cores of 30 GFLOP/s; 4 million checked.
    assert estimate.time_s == pytest.approx(2e6 * 2000 / 60e9 + 4 * 0.04)
    assert estimate.time_basis == "estimate"
    assert picture.bytes_per_px == 8
    assert estimate_job(picture, plan, CARD, output=_NOTHING).time_s > 0


def test_matching_the_original_takes_its_time() -> None:
    plan = plan_output(1000, 1000, OutputTarget.factor(4), scales=[4])
    picture = PictureSpec(width_px=1000, height_px=1000)
    plain = estimate_job(picture, plan, CARD, output=_NOTHING)
    matched = estimate_job(picture, plan, CARD, output=_NOTHING, back_projection=True)
    assert matched.time_s - plain.time_s == pytest.approx(13)


def test_job_without_network_takes_no_network_time() -> None:
    plan = plan_output(1000, 1000, OutputTarget.factor(1), scales=[2])
    picture = PictureSpec(width_px=1000, height_px=1000)
    estimate = estimate_job(picture, plan, CARD, output=_NOTHING, budget_bytes=MIB)
    assert estimate.time_s == pytest.approx(0.1), "a copy and the check"
    assert estimate.scratch_bytes == 0


def test_speed_is_measured_on_the_second_tile_and_counts_the_overlap() -> None:
    ticks = iter([10.0, 12.0])
    speed = measure_seconds_per_px(Plain(), tile_px=28, clock=lambda: next(ticks))
    assert 2 / 28**2 < speed <= 2 / 14**2


@pytest.mark.parametrize("best_px", [64, 128])
def test_memory_is_the_process_one_tile_and_the_rasters(best_px: int) -> None:
    plan = plan_output(300, 200, OutputTarget.factor(2), scales=[2])
    picture = PictureSpec(width_px=300, height_px=200)

    def memory(card: ModelCard | None = None, *, budget_bytes: int = 10**12) -> int:
        return estimate_job(
            picture, plan, card, output=_NOTHING, budget_bytes=budget_bytes
        ).memory_bytes

    without = memory()
    with_tile = memory(tiny_card(best_px=best_px))
    # The photo of 180 kB and its result, four times as large, are kept in memory.
    assert without == 200 * MIB + 5 * 300 * 200 * 3
    assert with_tile - without == best_px**2 * tile_bytes_per_px(tiny_card(best_px=best_px))
    assert memory(tiny_card(best_px=best_px), budget_bytes=1000) - without == 1000


def test_scratch_is_the_photo_and_the_two_largest_rasters_in_a_row() -> None:
    # 243 MB of photo; a first pass to 972 MB, a second to 3.9 GB, and a resize to 2.2 GB.
    plan = plan_output(9000, 9000, OutputTarget.factor(3), scales=[2])
    estimate = estimate_job(PictureSpec(width_px=9000, height_px=9000), plan, CARD, output=_NOTHING)
    sizes = [3 * 81_000_000, *(3 * step.width_px * step.height_px for step in plan.steps)]
    pairs = [first + second for first, second in pairwise(sizes[1:])]

    assert len(plan.steps) >= 3
    assert estimate.scratch_bytes == sizes[0] + max(pairs)


def test_speed_is_seconds_per_pixel_that_a_middle_tile_keeps() -> None:
    ticks = iter([10.0, 12.0])
    speed = measure_seconds_per_px(Plain(overlap_px=0), tile_px=28, clock=lambda: next(ticks))

    assert speed == pytest.approx(2 / 28**2)


@pytest.mark.parametrize(("has_alpha", "pixels"), [(False, 6), (True, 12)])
def test_alpha_goes_through_the_network_like_the_color(has_alpha: bool, pixels: int) -> None:
    assert PictureSpec(width_px=3, height_px=2, has_alpha=has_alpha).network_pixels == pixels


def test_each_pass_counts_the_pixels_that_go_into_it() -> None:
    plan = plan_output(100, 80, OutputTarget.factor(4), scales=[2])
    picture = PictureSpec(width_px=100, height_px=80)
    estimate = estimate_job(picture, plan, CARD, output=_NOTHING, seconds_per_px=1.0)

    assert plan.passes == (2, 2)
    assert estimate.time_s == pytest.approx(100 * 80 + 200 * 160, rel=1e-6)


def test_a_raster_of_the_limit_stays_in_memory_and_a_larger_one_does_not() -> None:
    def scratch_bytes(width_px: int) -> int:
        plan = plan_output(width_px, 8192, OutputTarget.factor(1), scales=[2])
        picture = PictureSpec(width_px=width_px, height_px=8192, channels=1)
        return estimate_job(picture, plan, None, output=_NOTHING).scratch_bytes

    assert scratch_bytes(8192) == 0
    assert scratch_bytes(8193) == 8193 * 8192
