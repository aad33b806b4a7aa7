"""Tests of one photo from file to file."""

from __future__ import annotations

import dataclasses
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
from engine.inference.job import upscale_photo as upscale_module
from engine.inference.job.progress import Progress
from engine.inference.job.target import OutputTarget
from engine.inference.job.upscale_photo import UpscaleRequest, forecast, upscale_photo
from engine.inference.network.assembly import ModelSettings
from tests.helpers.pictures import pixels_of
from tests.helpers.tiny_models import soft_picture, tiny_model


class Case(NamedTuple):
    folder: Path
    models: ModelSettings

    def request(
        self,
        pixels: np.ndarray,
        *,
        target: OutputTarget | None = None,
        output: OutputFormat = OutputFormat.PNG,
        bit_depth: Literal[8, 16] | None = None,
    ) -> UpscaleRequest:
        source = self.folder / "Früh ling.png"
        Image.fromarray(pixels).save(source)
        return UpscaleRequest(
            source=source,
            destination=self.folder / f"out{output.suffix}",
            target=target or OutputTarget.factor(2),
            models=self.models,
            encode=EncodeOptions(format=output, bit_depth=bit_depth),
            scratch_folder=self.folder / "scratch",
        )


@pytest.fixture
def case(tmp_path: Path) -> Case:
    (tmp_path / "scratch").mkdir()
    return Case(tmp_path, ModelSettings(models=(tiny_model(tmp_path),)))


def colors(channels: int = 3) -> np.ndarray:
    codes = (soft_picture(22, 30, channels=channels) * 255).astype(np.uint8)
    return codes[:, :, 0] if channels == 1 else codes


def test_photo_becomes_a_larger_file_with_a_full_report(case: Case) -> None:
    steps: list[Progress] = []
    report = upscale_photo(case.request(colors()), on_progress=steps.append)
    with Image.open(report.destination) as result:
        assert result.size == (60, 44)
        assert result.mode == "RGB"
    assert (report.source_width_px, report.source_height_px) == (30, 22)
    assert (report.width_px, report.height_px, report.passes) == (60, 44, (2,))
    assert report.size_bytes == report.destination.stat().st_size
    assert report.uses[0].provider == "cpu"
    assert report.consistency.max_codes > 0
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
    request = case.request(photo, target=OutputTarget.factor(factor), output=output, bit_depth=16)
    coarse = upscale_photo(replace(request, encode=EncodeOptions(format=output)))
    coarse_codes = pixels_of(coarse.destination)

    report = upscale_photo(request)

    codes = pixels_of(report.destination)
    assert codes.dtype == np.uint16
    if factor == 1:
        np.testing.assert_array_equal(codes, coarse_codes.astype(int) * 257)
        return
    # Most code values lie between those of 8 bits; rounding after one pass gives just those.
    assert (codes % 257 != 0).mean() > 0.9
    assert np.abs(codes / 257 - coarse_codes).max() <= (0.51 if factor == 2 else 3)


def test_16_bits_of_an_8_bit_alpha_hold_what_the_network_computes(case: Case) -> None:
    pixels = np.dstack([colors(), np.linspace(0, 255, 660).reshape(22, 30).astype(np.uint8)])

    report = upscale_photo(case.request(pixels, bit_depth=16))

    alpha = pixels_of(report.destination)[:, :, 3]
    assert (alpha % 257 != 0).mean() > 0.5


@pytest.mark.parametrize("output", [OutputFormat.JPEG, OutputFormat.WEBP])
def test_16_bits_are_not_computed_for_a_format_of_8(case: Case, output: OutputFormat) -> None:
    request = case.request(colors(), output=output, bit_depth=16)

    assert request.encode.working_bit_depth(8) == 8
    assert any("keeps 8 bits of 16" in note for note in upscale_photo(request).notes)


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
    report = upscale_photo(case.request(colors(1)))
    with Image.open(report.destination) as result:
        assert result.mode == "L"


def test_opaque_and_clear_pixels_stay_so(case: Case) -> None:
    pixels = np.dstack([colors(), np.full((22, 30), 255, np.uint8)])
    pixels[:, :10, 3] = 0
    report = upscale_photo(case.request(pixels))
    with Image.open(report.destination) as result:
        alpha = np.asarray(result)[:, :, 3]
    assert (alpha[:, :18] == 0).all()
    assert (alpha[:, 22:] == 255).all()


def test_print_size_writes_its_resolution(case: Case) -> None:
    target = OutputTarget.print_size(0.5, unit="inch", dpi=120)
    report = upscale_photo(case.request(colors(), target=target))
    with Image.open(report.destination) as result:
        assert result.size == (60, 44)
        assert result.info["dpi"] == pytest.approx((120, 120), rel=0.01)


def test_format_limit_is_checked_before_the_work(case: Case) -> None:
    steps: list[Progress] = []
    target = OutputTarget.factor(60)
    models = ModelSettings(models=(tiny_model(case.folder, scale=8),))
    request = Case(case.folder, models).request(
        np.zeros((2, 300, 3), np.uint8), target=target, output=OutputFormat.WEBP
    )
    with pytest.raises(FormatLimitError):
        upscale_photo(request, on_progress=steps.append)
    assert steps == []


def test_full_disk_is_told_before_the_work(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(case.folder)._replace(free=1)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(ImageTooLargeError, match="1 B are free"):
        upscale_photo(case.request(colors()))


def test_a_guess_of_the_size_refuses_nothing(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    request = case.request(colors())
    about_bytes = forecast(request).estimate.output_bytes
    usage = shutil.disk_usage(case.folder)._replace(free=about_bytes // 2)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)

    assert upscale_photo(request).destination.is_file()


def test_two_disks_are_checked_each(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upscale_module, "_is_same_disk", lambda first, second: False)
    usage = shutil.disk_usage(case.folder)._replace(free=1)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    request = case.request(colors())
    with pytest.raises(ImageTooLargeError) as caught:
        upscale_photo(request)
    assert str(caught.value).startswith(f"{request.destination.parent}:")


def test_short_memory_is_noted(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    class Short:
        available = 1000

    monkeypatch.setattr(psutil, "virtual_memory", Short)
    report = upscale_photo(case.request(colors()))
    assert any("Memory was short" in note for note in report.notes)


def test_cancelled_job_leaves_nothing_behind(case: Case) -> None:
    token = CancelToken()
    request = case.request(colors())
    with pytest.raises(JobCancelled):
        upscale_photo(request, on_progress=lambda step: token.cancel(), token=token)
    assert not request.destination.exists()
    assert list((case.folder / "scratch").iterdir()) == []


def test_forecast_reads_the_header_only_and_tells_size_and_need(case: Case) -> None:
    ahead = forecast(case.request(colors(), target=OutputTarget.factor(3)), seconds_per_px=1e-3)
    assert (ahead.estimate.width_px, ahead.estimate.height_px) == (90, 66)
    assert ahead.plan.passes == (2, 2)
    assert ahead.info.width_px == 30
    assert ahead.estimate.output_bytes > 0
    assert ahead.estimate.time_basis == "measured on this machine"


def test_photo_that_needs_no_network_is_forecast_too(case: Case) -> None:
    ahead = forecast(case.request(colors(), target=OutputTarget.factor(1)))
    assert ahead.estimate.time_s < 0.01


def test_missing_photo_is_named(case: Case) -> None:
    request = case.request(colors())
    request.source.unlink()
    with pytest.raises(UnreadableImageError, match="Früh ling"):
        upscale_photo(request)


@pytest.mark.parametrize("output", list(OutputFormat))
def test_results_may_have_any_name_and_stand_deep(case: Case, output: OutputFormat) -> None:
    folder = case.folder
    for part in ("Grüße, 東京", "א ב", *(["d" * 200] * 12)):
        folder /= part
    folder.mkdir(parents=True)
    request = case.request(colors(), output=output)
    destination = folder / f"夜景 [page=2] 🌃{output.suffix}"

    report = upscale_photo(dataclasses.replace(request, destination=destination))

    assert len(str(destination)) > 2400
    assert report.destination == destination
    assert [path.name for path in folder.iterdir()] == [destination.name]


def test_a_photo_over_the_pixel_limit_is_refused_from_its_header(case: Case) -> None:
    request = dataclasses.replace(
        case.request(colors()), decode_limits=DecodeLimits(max_pixels=600)
    )

    with pytest.raises(ImageTooLargeError, match="30x22"):
        forecast(request)
