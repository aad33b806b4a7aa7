"""Tests of the forecast of a batch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePath

import numpy as np
import pytest
from PIL import Image

from engine.core.errors import ConfigError
from engine.inference.batch.inputs import PhotoInput
from engine.inference.batch.manifest import Manifest
from engine.inference.batch.records import PhotoRecord
from engine.inference.batch.run import BatchRequest, run_batch
from engine.inference.batch.work import BatchForecast, UpscaleWork
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.target import OutputTarget
from tests.helpers.plans import bare_plan
from tests.helpers.tiny_models import tiny_dial, tiny_model


@pytest.fixture
def settings(tmp_path: Path) -> UpscaleSettings:
    return UpscaleSettings(
        models=(tiny_model(tmp_path), tiny_model(tmp_path, model_id="large", scale=4)),
        target=OutputTarget.factor(2),
        output_folder=tmp_path / "out",
        tile_px=32,
    )


def test_a_forecast_is_the_sum_of_its_plans(tmp_path: Path) -> None:
    plans = []
    settings = UpscaleSettings(models=())
    for number in (1, 2, 3):
        plan = bare_plan(tmp_path / f"{number}.png", settings, tmp_path / "out.png")
        estimate = replace(
            plan.estimate,
            width_px=1000 * number,
            height_px=1000,
            memory_bytes=100 * number,
            scratch_bytes=10 * (4 - number),
            output_bytes=number,
            time_s=0.5,
        )
        plans.append(replace(plan, estimate=estimate))

    forecast = BatchForecast(plans=tuple(plans))

    # One photo at a time needs memory and scratch space; results and time add up.
    assert (forecast.memory_bytes, forecast.scratch_bytes) == (300, 30)
    assert (forecast.output_bytes, forecast.time_s, forecast.megapixels) == (6, 1.5, 6.0)
    assert BatchForecast(plans=()).memory_bytes == 0


def test_photos_that_cannot_be_used_are_listed_with_their_reason(
    tmp_path: Path, settings: UpscaleSettings
) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    Image.fromarray(np.zeros((16, 24, 3), np.uint8)).save(good)
    bad.write_bytes(b"no photo")
    photos = [PhotoInput(path=good, folder=PurePath("sub")), PhotoInput(path=bad)]
    work = UpscaleWork(settings, scratch_folder=tmp_path)

    forecast = work.forecast(photos, seconds_per_px=1.0)

    (plan,) = forecast.plans
    assert plan.output == tmp_path / "out" / "sub" / "good_tiny_x2.png"
    assert plan.estimate.time_s == pytest.approx(16 * 24, rel=0.01)
    assert forecast.is_measured
    ((path, reason),) = forecast.unusable
    assert path == bad
    assert "bad.png" in reason


def test_the_speed_is_measured_with_the_networks_of_the_settings(
    tmp_path: Path, settings: UpscaleSettings
) -> None:
    assert UpscaleWork(settings, scratch_folder=tmp_path).measure_speed() > 0
    blurred = replace(settings, fidelity=2.0)
    with pytest.raises(ConfigError, match="from 0 to 1"):
        UpscaleWork(blurred, scratch_folder=tmp_path).measure_speed()


def test_records_keep_where_the_dial_was_set_for_each_photo(
    tmp_path: Path, settings: UpscaleSettings
) -> None:
    photo = tmp_path / "photo.png"
    Image.fromarray(np.full((16, 24, 3), 99, np.uint8)).save(photo)
    dial = replace(settings, models=(tiny_dial(tmp_path),), restoration=0.3)

    def recorded(settings: UpscaleSettings) -> PhotoRecord:
        request = BatchRequest(photos=(PhotoInput(path=photo),), settings=settings)
        work = UpscaleWork(settings, scratch_folder=tmp_path)
        run_batch(request, work, manifest_file=tmp_path / "batch.jsonl")
        manifest = Manifest.load(tmp_path / "batch.jsonl")
        assert manifest is not None
        (record,) = manifest.records()
        assert record.outcome == "done"
        return record

    chosen = recorded(dial)
    assert (chosen.restoration, chosen.fidelity, chosen.is_auto) == (0.3, 0.15, False)
    auto = recorded(replace(dial, restoration=None, fidelity=1.0))
    assert (auto.fidelity, auto.is_auto) == (1.0, True)
    assert auto.restoration is not None
    plain = recorded(settings)
    assert (plain.restoration, plain.fidelity, plain.is_auto) == (None, None, False)


def test_the_speed_of_a_dial_is_measured_without_a_photo(
    tmp_path: Path, settings: UpscaleSettings
) -> None:
    dial = replace(settings, models=(tiny_dial(tmp_path),))
    assert UpscaleWork(dial, scratch_folder=tmp_path).measure_speed() > 0
