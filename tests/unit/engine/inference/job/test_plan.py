"""Tests of what is decided about a photo before the work."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path, PurePath

import numpy as np
import pytest
from PIL import Image

from engine.core.errors import (
    ConfigError,
    FormatLimitError,
    ImageTooLargeError,
    UnknownNameError,
    UnreadableImageError,
)
from engine.imaging.codecs.decode import DecodeLimits
from engine.imaging.formats import OutputFormat
from engine.inference.job.plan import plan_photo
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.target import OutputTarget
from tests.helpers.plans import pixel_plan
from tests.helpers.tiny_models import tiny_model


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return write_photo(tmp_path / "Früh ling.PNG")


@pytest.fixture
def settings(tmp_path: Path) -> UpscaleSettings:
    models = (
        tiny_model(tmp_path, model_id="plain"),
        tiny_model(tmp_path, model_id="bright", kind="vivid"),
        tiny_model(tmp_path, model_id="large", scale=4),
    )
    return UpscaleSettings(
        models=models, target=OutputTarget.factor(2), output_folder=tmp_path / "out"
    )


def write_photo(path: Path, *, width_px: int = 30, kind: str = "PNG") -> Path:
    Image.fromarray(np.full((22, width_px, 3), 99, np.uint8)).save(path, format=kind)
    return path


def test_the_plan_has_size_steps_and_estimate(photo: Path, settings: UpscaleSettings) -> None:
    settings = replace(settings, models=settings.models[:1], target=OutputTarget.factor(3))

    plan = plan_photo(photo, settings, seconds_per_px=1e-3)

    estimate, picture = plan.estimate, plan.pixels.picture
    assert (estimate.width_px, estimate.height_px) == (90, 66)
    assert plan.pixels.size.passes == (2, 2)
    assert [network.card.id for network in plan.pixels.networks] == ["plain", "plain"]
    assert (picture.width_px, picture.height_px, picture.bit_depth) == (30, 22, 8)
    assert estimate.output_bytes > 0
    assert estimate.time_s > 30 * 22 * 1e-3
    assert estimate.time_basis == "measured on this machine"
    assert plan_photo(photo, settings).estimate.time_basis == "estimate"


def test_a_photo_that_needs_no_network_is_planned_without_one(
    photo: Path, settings: UpscaleSettings
) -> None:
    plan = plan_photo(photo, replace(settings, target=OutputTarget.factor(1)))

    assert plan.pixels.networks == ()
    assert plan.estimate.time_s < 0.01
    assert plan.output.name == "Früh ling_bicubic_x1.PNG"


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "Früh ling_plain_x2.PNG"),
        ({"fidelity": 0.25}, "Früh ling_plain_x2.PNG"),
        ({"target": OutputTarget.factor(3.5)}, "Früh ling_large_x3.5.PNG"),
        ({"output_format": OutputFormat.JPEG}, "Früh ling_plain_x2.jpg"),
        ({"name_template": "{name} {width}x{height}"}, "Früh ling 60x44.PNG"),
    ],
)
def test_the_result_is_named_for_what_is_done(
    photo: Path, settings: UpscaleSettings, changes: dict[str, object], name: str
) -> None:
    plan = plan_photo(photo, replace(settings, **changes), subfolder=PurePath("sub"))  # type: ignore[arg-type]

    assert plan.output == photo.parent / "out" / "sub" / name


def test_without_a_folder_the_result_is_beside_its_photo(
    photo: Path, settings: UpscaleSettings
) -> None:
    plan = plan_photo(photo, replace(settings, output_folder=None))

    assert plan.output == photo.parent / "Früh ling_plain_x2.PNG"


@pytest.mark.parametrize(
    ("kind", "asked", "file", "expected"),
    [
        ("PNG", None, None, OutputFormat.PNG),
        ("PPM", None, None, OutputFormat.PNG),
        ("TIFF", None, None, OutputFormat.TIFF),
        ("PNG", OutputFormat.WEBP, None, OutputFormat.WEBP),
        ("PNG", None, "result.avif", OutputFormat.AVIF),
        ("TIFF", None, "result.unknown", OutputFormat.TIFF),
    ],
)
def test_the_format_is_what_is_asked_for_or_the_photos_own(
    settings: UpscaleSettings,
    kind: str,
    asked: OutputFormat | None,
    file: str | None,
    expected: OutputFormat,
) -> None:
    folder = settings.models[0].folder
    photo = write_photo(folder / "photo", kind=kind)
    output_file = folder / file if file else None

    plan = plan_photo(photo, replace(settings, output_format=asked, output_file=output_file))

    assert plan.encode.format is expected
    assert plan.output == output_file or plan.output.suffix == expected.suffix


def test_the_depth_of_the_result_is_that_of_all_steps(
    photo: Path, settings: UpscaleSettings
) -> None:
    deep = replace(settings, bit_depth=16)

    assert plan_photo(photo, deep).pixels.picture.bit_depth == 16
    jpeg = replace(deep, output_format=OutputFormat.JPEG)
    assert plan_photo(photo, jpeg).pixels.picture.bit_depth == 8


def test_every_setting_reaches_the_plan(photo: Path, settings: UpscaleSettings) -> None:
    plan = plan_photo(
        photo,
        replace(
            settings,
            back_projection=True,
            precision="fp32",
            thread_count=3,
            tile_px=48,
            quality=7,
            bit_depth=16,
            keep_metadata=False,
        ),
    )

    (network,) = plan.pixels.networks
    assert network.is_back_projected
    assert network.thread_count == 3
    # "auto" would give the reason "the only one".
    assert network.reason == "fp32: as asked for"
    assert plan.pixels.tile_px == 48
    encode = plan.encode
    assert (encode.quality, encode.bit_depth, encode.keep_metadata) == (7, 16, False)


def test_transparency_and_gray_are_part_of_the_plan(
    tmp_path: Path, settings: UpscaleSettings
) -> None:
    path = tmp_path / "gray.png"
    Image.fromarray(np.full((22, 30, 2), 99, np.uint8)).save(path)

    picture = plan_photo(path, settings).pixels.picture

    assert (picture.channels, picture.has_alpha) == (1, True)


def test_the_estimate_counts_threads_and_back_projection(
    photo: Path, settings: UpscaleSettings
) -> None:
    def time_s(**changes: object) -> float:
        return plan_photo(photo, replace(settings, **changes)).estimate.time_s  # type: ignore[arg-type]

    one, two = time_s(thread_count=1), time_s(thread_count=2)
    assert one > two
    # 13 microseconds per pixel of the photo, see estimate.py.
    matched = time_s(thread_count=1, back_projection=True)
    assert matched - one == pytest.approx(22 * 30 * 13e-6, rel=0.01)


def test_the_estimate_of_the_file_depends_on_what_is_in_it(
    photo: Path, settings: UpscaleSettings
) -> None:
    def file_bytes(path: Path = photo, **changes: object) -> int:
        return plan_photo(path, replace(settings, **changes)).estimate.output_bytes  # type: ignore[arg-type]

    transparent = photo.with_name("transparent.png")
    Image.fromarray(np.full((22, 30, 4), 99, np.uint8)).save(transparent)
    small = photo.with_name("small.png")
    Image.fromarray(np.full((11, 15, 3), 99, np.uint8)).save(small)

    plain = file_bytes()
    assert file_bytes(transparent) > plain
    # Painted detail, and detail that is brought back, take more.
    assert file_bytes(models=settings.models[1:]) > plain
    assert file_bytes(back_projection=True) > plain
    # A picture that was enlarged more is smoother.
    assert file_bytes(small, target=OutputTarget.factor(4)) < plain


def test_a_print_size_sets_the_resolution_of_the_result(
    photo: Path, settings: UpscaleSettings
) -> None:
    target = OutputTarget.print_size(0.5, unit="inch", dpi=120)

    assert plan_photo(photo, replace(settings, target=target)).encode.dpi == 120


def test_what_cannot_be_done_is_refused_by_the_plan(photo: Path, settings: UpscaleSettings) -> None:
    with pytest.raises(ImageTooLargeError, match="30x22"):
        plan_photo(photo, replace(settings, decode_limits=DecodeLimits(max_pixels=600)))
    webp = replace(settings, output_format=OutputFormat.WEBP, target=OutputTarget.long_edge(18_000))
    wide = write_photo(photo.with_name("wide.png"), width_px=300)
    with pytest.raises(FormatLimitError, match="18000x1320 px"):
        plan_photo(wide, webp)
    with pytest.raises(ConfigError, match="at most 64 times"):
        plan_photo(photo, replace(settings, target=OutputTarget.factor(65)))
    with pytest.raises(UnknownNameError, match="Did you mean 'cpu'"):
        plan_photo(photo, replace(settings, device="cpi"))
    with pytest.raises(UnreadableImageError, match="none"):
        plan_photo(photo.with_name("none.png"), settings)


def test_the_preview_has_the_plan_of_the_file_whatever_its_format_can_hold(
    photo: Path, settings: UpscaleSettings
) -> None:
    large = replace(settings, target=OutputTarget.long_edge(1800))
    assert pixel_plan(large, 30, 22) == plan_photo(photo, large).pixels
    # A preview writes no file: the limits of a format are none of its own.
    too_large = replace(settings, target=OutputTarget.factor(16), output_format=OutputFormat.WEBP)
    assert pixel_plan(too_large, 2000, 22).size.width_px == 32_000


def test_a_plan_is_outdated_when_its_photo_is_another_file(
    photo: Path, settings: UpscaleSettings
) -> None:
    plan = plan_photo(photo, settings)
    seen = [plan.is_current]
    os.utime(photo, ns=(1, 1))
    seen.append(plan.is_current)
    photo.unlink()
    seen.append(plan.is_current)

    assert seen == [True, False, False]
