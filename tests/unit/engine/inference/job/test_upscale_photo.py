"""Tests of one photo from file to file."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import psutil
import pytest
from PIL import Image

from engine.core.cancellation import CancelToken
from engine.core.errors import (
    FormatLimitError,
    ImageTooLargeError,
    JobCancelled,
    UnreadableImageError,
)
from engine.imaging.codecs.decode import DecodeLimits
from engine.imaging.codecs.encode import EncodeOptions
from engine.imaging.formats import OutputFormat
from engine.inference.job import dial_point
from engine.inference.job import upscale_photo as upscale_module
from engine.inference.job.plan import PhotoPlan, plan_photo
from engine.inference.job.progress import OnProgress, Progress
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.target import OutputTarget
from engine.inference.job.upscale_photo import UpscaleReport, upscale_photo
from engine.inference.network.dial import DialSetting
from engine.inference.network.model_source import ModelSource
from engine.inference.restoration.estimate import RestorationEstimate
from tests.helpers.pictures import pixels_of
from tests.helpers.tiny_models import soft_picture, tiny_dial, tiny_model


class Case(NamedTuple):
    folder: Path
    models: tuple[ModelSource, ...]

    def settings(
        self,
        pixels: np.ndarray,
        *,
        target: OutputTarget | None = None,
        output: OutputFormat = OutputFormat.PNG,
        bit_depth: Literal[8, 16] | None = None,
    ) -> UpscaleSettings:
        Image.fromarray(pixels).save(self.source)
        return UpscaleSettings(
            models=self.models,
            target=target or OutputTarget.factor(2),
            output_format=output,
            bit_depth=bit_depth,
            output_file=self.folder / f"out{output.suffix}",
        )

    @property
    def source(self) -> Path:
        return self.folder / "Früh ling.png"

    def plan(self, settings: UpscaleSettings) -> PhotoPlan:
        return plan_photo(self.source, settings)

    def upscale(
        self, settings: UpscaleSettings, *, on_progress: OnProgress | None = None
    ) -> UpscaleReport:
        return self.carry_out(self.plan(settings), on_progress=on_progress)

    def carry_out(
        self,
        plan: PhotoPlan,
        *,
        token: CancelToken | None = None,
        on_progress: OnProgress | None = None,
    ) -> UpscaleReport:
        scratch = self.folder / "scratch"
        return upscale_photo(plan, scratch_folder=scratch, token=token, on_progress=on_progress)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    (tmp_path / "scratch").mkdir()
    return Case(tmp_path, (tiny_model(tmp_path),))


def colors(channels: int = 3) -> np.ndarray:
    pixels = (soft_picture(22, 30, channels=channels) * 255).astype(np.uint8)
    return pixels[:, :, 0] if channels == 1 else pixels


def test_photo_becomes_a_larger_file_with_a_full_report(case: Case) -> None:
    steps: list[Progress] = []
    report = case.upscale(case.settings(colors()), on_progress=steps.append)
    with Image.open(report.destination) as result:
        assert result.size == (60, 44)
        assert result.mode == "RGB"
    assert (report.source_width_px, report.source_height_px) == (30, 22)
    assert (report.width_px, report.height_px, report.passes) == (60, 44, (2,))
    assert report.size_bytes == report.destination.stat().st_size
    assert report.uses[0].provider == "cpu"
    assert report.consistency.max_levels > 0
    assert report.peak_memory_bytes > 20_000_000
    assert report.total_s >= report.upscale_s > 0
    assert steps[-1].stage == "save"
    assert steps[-1].fraction == pytest.approx(1)
    fractions = [step.fraction for step in steps]
    assert fractions == sorted(fractions)
    assert list((case.folder / "scratch").iterdir()) == []


@pytest.mark.parametrize("output", [OutputFormat.PNG, OutputFormat.TIFF])
@pytest.mark.parametrize("factor", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 3])
def test_16_bits_of_an_8_bit_photo_hold_what_the_network_computes(
    case: Case, output: OutputFormat, factor: int, channels: int
) -> None:
    photo = colors(channels)
    settings = case.settings(photo, target=OutputTarget.factor(factor), output=output, bit_depth=16)
    coarse = case.upscale(replace(settings, bit_depth=None))
    coarse_pixels = pixels_of(coarse.destination)

    report = case.upscale(settings)

    pixels = pixels_of(report.destination)
    assert pixels.dtype == np.uint16
    if factor == 1:
        np.testing.assert_array_equal(pixels, coarse_pixels.astype(int) * 257)
        return
    # Most values lie between those of 8 bits; rounding after one pass gives just those.
    assert (pixels % 257 != 0).mean() > 0.9
    assert np.abs(pixels / 257 - coarse_pixels).max() <= (0.51 if factor == 2 else 3)


def test_16_bits_of_an_8_bit_alpha_hold_what_the_network_computes(case: Case) -> None:
    pixels = np.dstack([colors(), np.linspace(0, 255, 660).reshape(22, 30).astype(np.uint8)])

    report = case.upscale(case.settings(pixels, bit_depth=16))

    alpha = pixels_of(report.destination)[:, :, 3]
    assert (alpha % 257 != 0).mean() > 0.5


@pytest.mark.parametrize("output", [OutputFormat.JPEG, OutputFormat.WEBP])
def test_16_bits_are_not_computed_for_a_format_of_8(case: Case, output: OutputFormat) -> None:
    plan = case.plan(case.settings(colors(), output=output, bit_depth=16))

    assert plan.pixels.picture.bit_depth == 8
    assert any("keeps 8 bits of 16" in note for note in case.carry_out(plan).notes)


@pytest.mark.parametrize(
    ("photo", "wish", "output", "expected"),
    [
        (8, None, OutputFormat.PNG, 8),
        (8, 8, OutputFormat.PNG, 8),
        (8, 16, OutputFormat.AVIF, 16),
        (16, None, OutputFormat.JPEG, 16),
        (16, 8, OutputFormat.PNG, 16),
    ],
)
def test_the_depth_that_is_computed_is_never_less_than_the_photos(
    photo: int, wish: Literal[8, 16] | None, output: OutputFormat, expected: int
) -> None:
    options = EncodeOptions(format=output, bit_depth=wish)

    assert options.working_bit_depth(photo) == expected


def test_gray_stays_gray(case: Case) -> None:
    report = case.upscale(case.settings(colors(1)))
    with Image.open(report.destination) as result:
        assert result.mode == "L"


def test_opaque_and_clear_pixels_stay_so(case: Case) -> None:
    pixels = np.dstack([colors(), np.full((22, 30), 255, np.uint8)])
    pixels[:, :10, 3] = 0
    report = case.upscale(case.settings(pixels))
    with Image.open(report.destination) as result:
        alpha = np.asarray(result)[:, :, 3]
    assert (alpha[:, :18] == 0).all()
    assert (alpha[:, 22:] == 255).all()


def test_print_size_writes_its_resolution(case: Case) -> None:
    target = OutputTarget.print_size(0.5, unit="inch", dpi=120)
    report = case.upscale(case.settings(colors(), target=target))
    with Image.open(report.destination) as result:
        assert result.size == (60, 44)
        assert result.info["dpi"] == pytest.approx((120, 120), rel=0.01)


def test_format_limit_is_checked_before_the_work(case: Case) -> None:
    large = Case(case.folder, (tiny_model(case.folder, scale=8),))
    settings = large.settings(
        np.zeros((2, 300, 3), np.uint8), target=OutputTarget.factor(60), output=OutputFormat.WEBP
    )
    with pytest.raises(FormatLimitError, match="18000x120"):
        large.plan(settings)


def test_a_full_disk_is_reported_before_the_work(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(case.folder)._replace(free=1)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(ImageTooLargeError, match="1 B are free"):
        case.upscale(case.settings(colors()))


def test_a_guess_of_the_size_refuses_nothing(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = case.plan(case.settings(colors()))
    about_bytes = plan.estimate.output_bytes
    usage = shutil.disk_usage(case.folder)._replace(free=about_bytes // 2)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)

    assert case.carry_out(plan).destination.is_file()


def test_two_disks_are_checked_each(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upscale_module, "_is_same_disk", lambda first, second: False)
    usage = shutil.disk_usage(case.folder)._replace(free=1)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(ImageTooLargeError) as caught:
        case.upscale(case.settings(colors()))
    assert str(caught.value).startswith(f"{case.folder}:")


def test_short_memory_is_noted(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    class Short:
        available = 1000

    monkeypatch.setattr(psutil, "virtual_memory", Short)
    report = case.upscale(case.settings(colors()))
    assert any("Memory was short" in note for note in report.notes)


def test_cancelled_job_leaves_nothing_behind(case: Case) -> None:
    token = CancelToken()
    plan = case.plan(case.settings(colors()))
    with pytest.raises(JobCancelled):
        case.carry_out(plan, on_progress=lambda step: token.cancel(), token=token)
    assert not plan.output.exists()
    assert list((case.folder / "scratch").iterdir()) == []


def test_missing_photo_is_named(case: Case) -> None:
    settings = case.settings(colors())
    case.source.unlink()
    with pytest.raises(UnreadableImageError, match="Früh ling"):
        case.upscale(settings)


@pytest.mark.parametrize("output", list(OutputFormat))
def test_results_may_have_any_name_and_stand_deep(case: Case, output: OutputFormat) -> None:
    folder = case.folder
    for part in ("Grüße, 東京", "א ב", *(["d" * 200] * 12)):
        folder /= part
    folder.mkdir(parents=True)
    destination = folder / f"夜景 [page=2] 🌃{output.suffix}"
    settings = replace(case.settings(colors(), output=output), output_file=destination)

    report = case.upscale(settings)

    assert len(str(destination)) > 2400
    assert report.destination == destination
    assert [path.name for path in folder.iterdir()] == [destination.name]


def test_a_photo_that_grew_since_it_was_planned_is_not_stretched(case: Case) -> None:
    plan = case.plan(case.settings(colors()))
    Image.fromarray(np.zeros((44, 30, 3), np.uint8)).save(case.source)

    with pytest.raises(UnreadableImageError, match="was 30x22 px when it was planned"):
        case.carry_out(plan)
    assert not plan.output.exists()


def test_a_photo_that_grew_beyond_the_limit_since_it_was_planned_is_refused(case: Case) -> None:
    settings = replace(case.settings(colors()), decode_limits=DecodeLimits(max_pixels=660))
    plan = case.plan(settings)
    Image.fromarray(np.zeros((44, 30, 3), np.uint8)).save(case.source)

    with pytest.raises(ImageTooLargeError, match="30x44"):
        case.carry_out(plan)


def test_auto_is_resolved_once_after_decoding_and_reported(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    scales: list[int] = []

    def estimate(_photo: object, *, scale: int) -> RestorationEstimate:
        scales.append(scale)
        return RestorationEstimate(
            restoration=0.62,
            noise_levels=3.0,
            blur_levels=0.0,
            jpeg_quality=None,
            findings=("some noise",),
        )

    monkeypatch.setattr(dial_point, "estimate_restoration", estimate)
    settings = replace(
        case.settings(colors(), target=OutputTarget.factor(4)),
        models=(tiny_dial(case.folder, strength=0.3),),
    )

    auto = case.upscale(settings)
    chosen = case.upscale(
        replace(settings, restoration=0.62, output_file=case.folder / "chosen.png")
    )

    assert scales == [2]
    assert auto.dial == DialSetting(
        restoration=0.62, fidelity=0.15, is_auto=True, reason="Some noise"
    )
    assert chosen.dial == DialSetting(restoration=0.62, fidelity=0.15)
    assert [use.restoration for use in auto.uses] == [0.62, 0.0]
    # The same value gives the same pixels, whoever chose it.
    np.testing.assert_array_equal(pixels_of(auto.destination), pixels_of(chosen.destination))
