"""Tests of closing a plan whose restoration is left to Auto."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.imaging.codecs.decode import open_photo
from engine.inference.job import dial_point
from engine.inference.job.dial_point import ResolvedRestoration, resolve_plan
from engine.inference.job.plan import PixelPlan, plan_photo
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.target import OutputTarget
from engine.inference.job.upscale_photo import UpscaleReport, upscale_photo
from tests.helpers.tiny_models import tiny_dial, tiny_model


@pytest.fixture
def settings(tmp_path: Path) -> UpscaleSettings:
    pixels = np.random.default_rng(0).integers(60, 190, (20, 26, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return UpscaleSettings(
        models=(tiny_dial(tmp_path, strength=0.3),),
        target=OutputTarget.factor(2),
        output_file=tmp_path / "result.png",
    )


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The scales for which an estimate was asked; the estimate is 0.62."""
    scales: list[int] = []

    def estimate(_photo: object, *, scale: int) -> ResolvedRestoration:
        scales.append(scale)
        return ResolvedRestoration(restoration=0.62, reason="some noise")

    monkeypatch.setattr(dial_point, "resolve_restoration", estimate)
    return scales


def run(settings: UpscaleSettings, folder: Path) -> UpscaleReport:
    return upscale_photo(plan_photo(folder / "photo.png", settings), scratch_folder=folder)


def closed(settings: UpscaleSettings, folder: Path) -> PixelPlan:
    plan = plan_photo(folder / "photo.png", settings).pixels
    with open_photo(folder / "photo.png", scratch_folder=folder) as photo:
        return resolve_plan(plan, photo)


def test_auto_is_resolved_once_after_decoding_and_reported(
    tmp_path: Path, settings: UpscaleSettings, asked: list[int]
) -> None:
    report = run(replace(settings, target=OutputTarget.factor(4)), tmp_path)

    assert asked == [2]
    assert report.dial is not None
    assert (report.dial.restoration, report.dial.fidelity) == (0.62, 0.15)
    assert (report.dial.is_auto, report.dial.reason) == (True, "some noise")
    assert [use.restoration for use in report.uses] == [0.62, 0.0]


def test_a_chosen_restoration_is_not_estimated(
    tmp_path: Path, settings: UpscaleSettings, asked: list[int]
) -> None:
    report = run(replace(settings, restoration=0.3, fidelity=1.0), tmp_path)

    assert asked == []
    assert report.dial is not None
    assert (report.dial.restoration, report.dial.fidelity) == (0.3, 1.0)
    assert (report.dial.is_auto, report.dial.reason) == (False, None)


@pytest.mark.usefixtures("asked")
def test_the_estimate_gives_the_pixels_of_the_same_value_chosen_by_hand(
    tmp_path: Path, settings: UpscaleSettings
) -> None:
    run(settings, tmp_path)
    chosen = replace(settings, restoration=0.62, output_file=tmp_path / "chosen.png")
    run(chosen, tmp_path)

    with Image.open(tmp_path / "result.png") as first, Image.open(tmp_path / "chosen.png") as other:
        np.testing.assert_array_equal(np.asarray(first), np.asarray(other))


def test_a_plan_without_an_open_value_stays_as_it_is(
    tmp_path: Path, settings: UpscaleSettings, asked: list[int]
) -> None:
    one_value = tiny_dial(tmp_path, model_id="one", axes=("fidelity",))
    for models in ((tiny_model(tmp_path),), (one_value,)):
        plan = closed(replace(settings, models=models), tmp_path)
        assert plan.dial is None or plan.dial.restoration is None
    assert closed(replace(settings, target=OutputTarget.factor(1)), tmp_path).networks == ()
    assert asked == []
