"""Tests of the tiled runner."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typing_extensions import override

from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled, OutOfMemoryError, TilePlanError
from engine.core.images import ImageF32
from engine.core.tiling import Region
from engine.imaging.pixel_values import to_float, to_uint
from engine.inference.job.layers import Layers
from engine.inference.job.progress import Progress, Stage, TileDone
from engine.inference.job.tiled import TiledRunner, smallest_tile_px
from engine.inference.network.network_upscaler import NetworkUpscaler
from engine.inference.network.selection import plan_network
from tests.helpers.tiny_models import layers_of, soft_picture, tiny_model


class NearestUpscaler:
    """Enlarges by copying pixels, and lets the test interfere."""

    scale = 2
    size_multiple = 1

    def __init__(
        self, on_call: Callable[[ImageF32, int], None] | None = None, *, overlap_px: int = 2
    ) -> None:
        self.overlap_px = overlap_px
        self.calls = 0
        self._on_call = on_call

    def upscale(self, lr: ImageF32, *, where: Region) -> ImageF32:
        assert (where.height, where.width) == lr.shape[:2]
        self.calls += 1
        if self._on_call is not None:
            self._on_call(lr, self.calls)
        return lr.repeat(2, axis=0).repeat(2, axis=1)


def enlarged(runner: TiledRunner, source: Layers, folder: Path) -> Layers:
    scale = runner.upscaler.scale
    target = Layers.like(
        source,
        width_px=source.color.width_px * scale,
        height_px=source.color.height_px * scale,
        scratch_folder=folder,
    )
    runner.run(source, target)
    return target


def test_pixels_come_back_enlarged_and_nothing_is_left_out(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (33, 47, 3)).astype(np.uint8)
    runner = TiledRunner(upscaler=NearestUpscaler(), tile_px=16)
    target = enlarged(runner, layers_of(pixels, tmp_path), tmp_path)
    expected = pixels.repeat(2, axis=0).repeat(2, axis=1)
    np.testing.assert_array_equal(target.color.read(target.color.whole), expected)


def test_sixteen_bit_in_gives_every_sixteen_bit_code_out(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 65536, (20, 20, 3)).astype(np.uint16)
    target = enlarged(
        TiledRunner(upscaler=NearestUpscaler(), tile_px=16), layers_of(pixels, tmp_path), tmp_path
    )
    assert target.color.dtype == np.uint16
    np.testing.assert_array_equal(
        target.color.read(target.color.whole), pixels.repeat(2, axis=0).repeat(2, axis=1)
    )


def test_gray_goes_through_a_color_network_and_stays_gray(tmp_path: Path) -> None:
    network = NetworkUpscaler(plan_network(tiny_model(tmp_path)))
    gray = to_uint(soft_picture(20, 25, channels=1), np.uint8)
    target = enlarged(
        TiledRunner(upscaler=network, tile_px=16), layers_of(gray, tmp_path), tmp_path
    )
    assert target.color.channels == 1
    where = Region(left=0, top=0, width=25, height=20)
    color = network.upscale(np.repeat(to_float(gray), 3, axis=2), where=where)
    expected = to_uint(color.mean(axis=2, keepdims=True), np.uint8)
    got = target.color.read(target.color.whole).astype(int)
    assert np.abs(got - expected).max() <= 1


def test_opaque_alpha_stays_opaque_and_mixed_alpha_stays_in_its_range(tmp_path: Path) -> None:
    network = NetworkUpscaler(plan_network(tiny_model(tmp_path, strength=0.5)))
    color = to_uint(soft_picture(40, 40), np.uint8)
    alpha = np.full((40, 40, 1), 255, np.uint8)
    alpha[:, :8] = 0
    alpha[:, 8:10] = 100
    source = layers_of(color, tmp_path, alpha)
    target = enlarged(TiledRunner(upscaler=network, tile_px=20), source, tmp_path)
    assert target.alpha is not None
    got = target.alpha.read(target.alpha.whole)
    assert (got[:, 22:] == 255).all()
    assert (got[:, :14] == 0).all()
    assert 0 < got[:, 16:20].mean() < 255


def test_tiles_and_progress_are_reported_as_they_finish(tmp_path: Path) -> None:
    seen: list[TileDone] = []
    steps: list[Progress] = []
    pixels = np.zeros((20, 30, 3), np.uint8)
    runner = TiledRunner(
        upscaler=NearestUpscaler(), tile_px=16, on_progress=steps.append, on_tile=seen.append
    )
    target = enlarged(runner, layers_of(pixels, tmp_path), tmp_path)
    assert sum(tile.region.pixel_count for tile in seen) == 40 * 60
    assert all(tile.layers is target for tile in seen)
    assert [step.done_tiles for step in steps] == list(range(1, steps[0].total_tiles + 1))
    assert steps[-1].fraction == 1
    assert steps[-1].eta_s == 0
    assert steps[0].eta_s > 0


def test_cancelling_stops_before_the_next_tile(tmp_path: Path) -> None:
    token = CancelToken()
    upscaler = NearestUpscaler(lambda lr, call: token.cancel() if call == 2 else None)
    runner = TiledRunner(upscaler=upscaler, tile_px=16, token=token)
    with pytest.raises(JobCancelled):
        enlarged(runner, layers_of(np.zeros((64, 64, 3), np.uint8), tmp_path), tmp_path)
    assert upscaler.calls == 2


def test_paused_work_waits_before_the_next_tile(tmp_path: Path) -> None:
    waited_at: list[int] = []

    class ResumedWhileWaiting(CancelToken):
        @override
        def check(self) -> None:
            if self.is_paused:
                # Here another thread would wait; this one resumes itself.
                waited_at.append(upscaler.calls)
                self.resume()
            super().check()

    token = ResumedWhileWaiting()
    upscaler = NearestUpscaler(lambda lr, call: token.pause() if call in {1, 3} else None)
    runner = TiledRunner(upscaler=upscaler, tile_px=16, token=token)

    enlarged(runner, layers_of(np.zeros((64, 64, 3), np.uint8), tmp_path), tmp_path)

    assert waited_at == [1, 3]


@pytest.mark.parametrize("error", [OutOfMemoryError("full"), MemoryError()])
def test_tile_is_halved_when_memory_runs_out(tmp_path: Path, error: Exception) -> None:
    def fail_when_large(lr: ImageF32, call: int) -> None:
        if lr.shape[0] > 32:
            raise error

    pixels = np.random.default_rng(1).integers(0, 256, (100, 90, 3)).astype(np.uint8)
    runner = TiledRunner(upscaler=NearestUpscaler(fail_when_large), tile_px=512)
    source = layers_of(pixels, tmp_path)
    target = Layers.like(source, width_px=180, height_px=200, scratch_folder=tmp_path)
    report = runner.run(source, target)
    assert report.tile_px <= 32
    assert "Memory ran out" in report.notes[0]
    np.testing.assert_array_equal(
        target.color.read(target.color.whole), pixels.repeat(2, axis=0).repeat(2, axis=1)
    )


def test_finished_bands_are_not_done_again_with_smaller_tiles(tmp_path: Path) -> None:
    tops: list[int] = []

    def fail_late(lr: ImageF32, call: int) -> None:
        if call == 4:
            raise OutOfMemoryError("full")

    pixels = np.random.default_rng(1).integers(0, 256, (128, 30, 3)).astype(np.uint8)
    runner = TiledRunner(
        upscaler=NearestUpscaler(fail_late),
        tile_px=32,
        on_tile=lambda tile: tops.append(tile.region.top),
    )
    target = enlarged(runner, layers_of(pixels, tmp_path), tmp_path)
    assert tops.count(0) == 1
    np.testing.assert_array_equal(
        target.color.read(target.color.whole), pixels.repeat(2, axis=0).repeat(2, axis=1)
    )


@pytest.mark.parametrize("failing_call", [2, 4, 7])
def test_progress_never_runs_back_when_the_tile_is_halved(
    tmp_path: Path, failing_call: int
) -> None:
    def fail_once(lr: ImageF32, call: int) -> None:
        if call == failing_call:
            raise OutOfMemoryError("full")

    steps: list[Progress] = []
    pixels = np.random.default_rng(1).integers(0, 256, (128, 90, 3)).astype(np.uint8)
    runner = TiledRunner(
        upscaler=NearestUpscaler(fail_once),
        tile_px=48,
        stage=Stage(name="upscale", start=0.25, share=0.5),
        on_progress=steps.append,
    )
    enlarged(runner, layers_of(pixels, tmp_path), tmp_path)

    fractions = [step.fraction for step in steps]
    assert fractions == sorted(fractions)
    assert fractions[0] > 0.25
    assert fractions[-1] == pytest.approx(0.75)


def test_memory_that_never_suffices_ends_in_an_error_with_advice(tmp_path: Path) -> None:
    def fail(lr: ImageF32, call: int) -> None:
        raise OutOfMemoryError("full")

    runner = TiledRunner(upscaler=NearestUpscaler(fail), tile_px=64)
    with pytest.raises(OutOfMemoryError, match="12 px; close other programs"):
        enlarged(runner, layers_of(np.zeros((64, 64, 3), np.uint8), tmp_path), tmp_path)


def test_tile_smaller_than_the_context_is_refused(tmp_path: Path) -> None:
    runner = TiledRunner(upscaler=NearestUpscaler(overlap_px=20), tile_px=32)
    with pytest.raises(TilePlanError, match="tile_px=32"):
        enlarged(runner, layers_of(np.zeros((64, 64, 3), np.uint8), tmp_path), tmp_path)


def test_smallest_tile_is_a_multiple() -> None:
    assert smallest_tile_px(2, 1) == 12
    assert smallest_tile_px(3, 4) == 16
