"""Tests of the preview of a part; that it equals the file is a property test."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled, OutOfMemoryError
from engine.core.tiling import Region
from engine.imaging.pixel_values import to_float, to_uint
from engine.imaging.resample.bicubic import resize_bicubic
from engine.inference.job.plan import network_at
from engine.inference.job.preview import upscale_region
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.target import OutputTarget
from engine.inference.network.loading import load_network
from engine.inference.network.session import SessionSpec, open_session
from engine.inference.network.session_pool import SessionPool
from tests.helpers.plans import pixel_plan
from tests.helpers.tiny_models import (
    FakeSession,
    enlarge_nearest,
    layers_of,
    opener,
    soft_picture,
    tiny_model,
)

_CORNER = Region(left=0, top=0, width=40, height=40)


@pytest.mark.parametrize(
    "region",
    [
        Region(left=0, top=0, width=40, height=40),
        Region(left=75, top=41, width=61, height=51),
        Region(left=180, top=120, width=20, height=20),
        Region(left=0, top=0, width=200, height=140),
    ],
)
@pytest.mark.parametrize("back_projection", [False, True])
def test_a_part_equals_that_part_of_the_whole(
    tmp_path: Path, region: Region, *, back_projection: bool
) -> None:
    settings = UpscaleSettings(models=(tiny_model(tmp_path),), back_projection=back_projection)
    pixels = to_uint(soft_picture(70, 100), np.uint8)
    layers = layers_of(pixels, tmp_path)
    whole = load_network(network_at(2, settings)).upscaler.upscale(
        to_float(pixels), where=layers.color.whole
    )
    expected = to_uint(whole, np.uint8)
    plan = pixel_plan(replace(settings, target=OutputTarget.factor(2)), 100, 70)

    got = upscale_region(layers, region, plan, scratch_folder=tmp_path).color

    part = expected[region.top : region.bottom, region.left : region.right]
    assert np.abs(got.astype(int) - part).max() <= 1


def test_downscaling_after_the_network_is_part_of_what_is_shown(tmp_path: Path) -> None:
    settings = UpscaleSettings(models=(tiny_model(tmp_path, scale=4, strength=0.3),))
    pixels = to_uint(soft_picture(40, 60), np.uint8)
    layers = layers_of(pixels, tmp_path)
    large = load_network(network_at(4, settings)).upscaler.upscale(
        to_float(pixels), where=layers.color.whole
    )
    plan = pixel_plan(replace(settings, target=OutputTarget.factor(1.5)), 60, 40)
    region = Region(left=31, top=9, width=40, height=30)

    got = upscale_region(layers, region, plan, scratch_folder=tmp_path).color

    rounded = to_float(to_uint(large, np.uint8))
    expected = to_uint(resize_bicubic(rounded, height_px=60, width_px=90), np.uint8)
    part = expected[region.top : region.bottom, region.left : region.right]
    assert np.abs(got.astype(int) - part).max() <= 1


def test_a_photo_of_the_wanted_size_is_shown_as_it_is(tmp_path: Path) -> None:
    pixels = to_uint(soft_picture(20, 30), np.uint8)
    settings = UpscaleSettings(models=(tiny_model(tmp_path),))
    plan = pixel_plan(replace(settings, target=OutputTarget.factor(1)), 30, 20)
    region = Region(left=3, top=4, width=12, height=9)

    shown = upscale_region(layers_of(pixels, tmp_path), region, plan, scratch_folder=tmp_path)

    assert np.array_equal(shown.color, pixels[4:13, 3:15])
    assert shown.alpha is None


def test_tiles_are_halved_when_memory_runs_out(tmp_path: Path) -> None:
    sizes: list[int] = []

    def short_of_memory(batch: np.ndarray) -> np.ndarray:
        sizes.append(max(batch.shape[2:]))
        if sizes[-1] > 30:
            raise OutOfMemoryError("no room")
        return enlarge_nearest(batch)

    pool = SessionPool(opener=opener(fp32=FakeSession(short_of_memory)))
    settings = UpscaleSettings(models=(tiny_model(tmp_path),))
    pixels = to_uint(soft_picture(90, 90), np.uint8)
    plan = pixel_plan(replace(settings, target=OutputTarget.factor(2)), 90, 90)
    region = Region(left=0, top=0, width=180, height=180)

    shown = upscale_region(
        layers_of(pixels, tmp_path), region, plan, scratch_folder=tmp_path, pool=pool
    )

    assert np.array_equal(shown.color, pixels.repeat(2, axis=0).repeat(2, axis=1))
    assert sizes[0] > 30 >= sizes[-1]


def test_pool_keeps_the_network_for_the_next_part(tmp_path: Path) -> None:
    opened: list[SessionSpec] = []

    def count(spec: SessionSpec) -> object:
        opened.append(spec)
        return open_session(spec)

    pool = SessionPool(opener=count)  # type: ignore[arg-type]
    settings = UpscaleSettings(models=(tiny_model(tmp_path),))
    layers = layers_of(to_uint(soft_picture(20, 20), np.uint8), tmp_path)
    plan = pixel_plan(replace(settings, target=OutputTarget.factor(2)), 20, 20)
    for _ in range(3):
        upscale_region(layers, _CORNER, plan, scratch_folder=tmp_path, pool=pool)
    assert len(opened) == 1


def test_a_part_outside_the_result_is_refused(tmp_path: Path) -> None:
    layers = layers_of(to_uint(soft_picture(20, 20), np.uint8), tmp_path)
    settings = UpscaleSettings(models=(tiny_model(tmp_path),))
    plan = pixel_plan(replace(settings, target=OutputTarget.factor(1.5)), 20, 20)
    with pytest.raises(ValueError, match="30x30"):
        upscale_region(layers, _CORNER, plan, scratch_folder=tmp_path)


@pytest.mark.parametrize("factor", [2.0, 0.5])
def test_preview_can_be_cancelled(tmp_path: Path, factor: float) -> None:
    token = CancelToken()
    token.cancel()
    layers = layers_of(to_uint(soft_picture(20, 20), np.uint8), tmp_path)
    settings = UpscaleSettings(models=(tiny_model(tmp_path),))
    plan = pixel_plan(replace(settings, target=OutputTarget.factor(factor)), 20, 20)
    region = Region(left=0, top=0, width=8, height=8)
    with pytest.raises(JobCancelled):
        upscale_region(layers, region, plan, scratch_folder=tmp_path, token=token)
