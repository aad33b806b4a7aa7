"""Tests of the steps from photo to result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled
from engine.core.tiling import Region
from engine.imaging.pixel_values import to_float, to_uint
from engine.imaging.raster import Raster
from engine.imaging.resample.bicubic import resize_bicubic
from engine.inference.job import pipeline as pipeline_module
from engine.inference.job.layers import Layers
from engine.inference.job.pipeline import upscale_to_raster
from engine.inference.job.progress import Progress, TileDone
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.stages import plan_stages
from engine.inference.job.target import OutputTarget
from engine.inference.network.loading import load_network
from engine.inference.network.network_upscaler import NetworkUpscaler
from engine.inference.network.selection import plan_network
from tests.helpers.plans import pixel_plan
from tests.helpers.tiny_models import layers_of, soft_picture, tiny_dial, tiny_model

PIXELS = to_uint(soft_picture(24, 30), np.uint8)


def test_pass_and_resize_equal_those_of_whole_pictures(tmp_path: Path) -> None:
    settings = UpscaleSettings(models=(tiny_model(tmp_path, scale=4),))
    photo = layers_of(PIXELS, tmp_path)
    plan = pixel_plan(replace(settings, target=OutputTarget.factor(3)), 30, 24)
    with upscale_to_raster(photo, replace(plan, tile_px=16), scratch_folder=tmp_path) as result:
        upscaler = load_network(plan.networks[0]).upscaler
        large = upscaler.upscale(to_float(PIXELS), where=photo.color.whole)
        expected = to_uint(resize_bicubic(large, height_px=72, width_px=90), np.uint8)
        got = result.layers.color.read(result.layers.color.whole).astype(int)
        assert np.abs(got - expected).max() <= 1
        assert result.tile_px == 16
        assert result.uses[0].model_id == "tiny"
        assert 0 < result.consistency.mean_levels < result.consistency.max_levels
        assert result.notes == ()
        assert result.seconds > 0


def test_chain_of_two_networks_reports_stages_and_only_final_tiles(tmp_path: Path) -> None:
    models = (tiny_model(tmp_path), tiny_model(tmp_path, model_id="large", scale=4))
    settings = UpscaleSettings(models=models)
    plan = pixel_plan(replace(settings, target=OutputTarget.factor(7)), 30, 24)
    steps: list[Progress] = []
    tiles: list[TileDone] = []
    with upscale_to_raster(
        layers_of(PIXELS, tmp_path),
        plan,
        scratch_folder=tmp_path,
        on_progress=steps.append,
        on_tile=tiles.append,
    ) as result:
        assert plan.size.passes == (2, 4)
        assert [use.model_id for use in result.uses] == ["tiny", "large"]
        assert (result.layers.color.width_px, result.layers.color.height_px) == (210, 168)
        assert sum(tile.region.pixel_count for tile in tiles) == 210 * 168
        assert {tile.layers.color.width_px for tile in tiles} == {210}
    fractions = [step.fraction for step in steps]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(plan_stages(30 * 24, plan.size).save.start)
    assert 0.9 < fractions[-1] < 1
    assert {step.stage for step in steps} == {"upscale", "resize", "check"}


def test_tiles_of_a_dial_equal_the_whole_picture(tmp_path: Path) -> None:
    settings = UpscaleSettings(
        models=(tiny_dial(tmp_path, strength=0.3),),
        target=OutputTarget.factor(2),
        restoration=0.35,
        fidelity=0.6,
    )
    photo = layers_of(PIXELS, tmp_path)
    plan = replace(pixel_plan(settings, 30, 24), tile_px=16)
    with upscale_to_raster(photo, plan, scratch_folder=tmp_path) as result:
        upscaler = load_network(plan.networks[0]).upscaler
        whole = upscaler.upscale(to_float(PIXELS), where=photo.color.whole)
        got = result.layers.color.read(result.layers.color.whole).astype(int)
        assert np.abs(got - to_uint(whole, np.uint8)).max() <= 1
        assert (result.uses[0].restoration, result.uses[0].fidelity) == (0.35, 0.6)


def test_only_the_first_pass_restores(tmp_path: Path) -> None:
    dial = tiny_dial(tmp_path, strength=0.3)
    settings = UpscaleSettings(models=(dial,), restoration=0.8, fidelity=1.0)
    plan = pixel_plan(replace(settings, target=OutputTarget.factor(4)), 30, 24)
    assert plan.size.passes == (2, 2)
    where = Region(left=0, top=0, width=1, height=1)

    with upscale_to_raster(layers_of(PIXELS, tmp_path), plan, scratch_folder=tmp_path) as result:
        assert [use.restoration for use in result.uses] == [0.8, 0.0]
        got = result.layers.color.read(result.layers.color.whole).astype(int)

    expected = to_float(PIXELS)
    for restoration in (0.8, 0.0):
        network = NetworkUpscaler(plan_network(dial, restoration=restoration, fidelity=1.0))
        # Each pass rounds to the values of a pixel.
        expected = to_float(to_uint(network.upscale(expected, where=where), np.uint8))
    assert np.abs(got - to_uint(expected, np.uint8)).max() <= 1


def test_a_plan_whose_restoration_is_open_is_not_carried_out(tmp_path: Path) -> None:
    settings = UpscaleSettings(models=(tiny_dial(tmp_path),), target=OutputTarget.factor(2))
    photo = layers_of(PIXELS, tmp_path)
    with pytest.raises(ValueError, match="must be estimated"):
        upscale_to_raster(photo, pixel_plan(settings, 30, 24), scratch_folder=tmp_path)


def test_photo_of_the_wanted_size_is_copied_with_a_note(tmp_path: Path) -> None:
    settings = UpscaleSettings(models=(tiny_model(tmp_path),))
    plan = pixel_plan(replace(settings, target=OutputTarget.factor(1)), 30, 24)
    with upscale_to_raster(layers_of(PIXELS, tmp_path), plan, scratch_folder=tmp_path) as result:
        np.testing.assert_array_equal(result.layers.color.read(result.layers.color.whole), PIXELS)
        assert result.tile_px is None
        assert "no network was needed" in result.notes[0]


def test_back_projected_result_is_consistent_within_one_level(tmp_path: Path) -> None:
    settings = UpscaleSettings(models=(tiny_model(tmp_path, strength=0.5),), back_projection=True)
    plan = pixel_plan(replace(settings, target=OutputTarget.factor(2)), 30, 24)
    with upscale_to_raster(layers_of(PIXELS, tmp_path), plan, scratch_folder=tmp_path) as result:
        assert result.consistency.max_levels <= 1


@pytest.mark.parametrize("at", [1, 3])
def test_cancelled_work_leaves_no_scratch_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    defaults = Raster.create.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "memory_limit_bytes", 0)
    token = CancelToken()
    steps: list[Progress] = []

    def cancel(step: Progress) -> None:
        steps.append(step)
        if len(steps) == at:
            token.cancel()

    scratch = tmp_path / "scratch"
    scratch.mkdir()
    settings = UpscaleSettings(models=(tiny_model(tmp_path),))
    plan = pixel_plan(replace(settings, target=OutputTarget.factor(4)), 30, 24)
    with layers_of(PIXELS, tmp_path) as photo, pytest.raises(JobCancelled):
        upscale_to_raster(
            photo,
            replace(plan, tile_px=24),
            scratch_folder=scratch,
            token=token,
            on_progress=cancel,
        )
    assert len(steps) == at
    assert list(scratch.iterdir()) == []


def test_fault_in_the_meter_closes_the_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Layers] = []

    def fail(result: Layers, original: object, **hooks: object) -> None:
        closed.append(result)
        raise JobCancelled("stop")

    monkeypatch.setattr(pipeline_module, "measure_consistency", fail)
    settings = UpscaleSettings(models=(tiny_model(tmp_path),))
    plan = pixel_plan(replace(settings, target=OutputTarget.factor(2)), 30, 24)
    with pytest.raises(JobCancelled):
        upscale_to_raster(layers_of(PIXELS, tmp_path), plan, scratch_folder=tmp_path)
    with pytest.raises(ValueError, match="closed"):
        closed[0].color.read(closed[0].color.whole)
