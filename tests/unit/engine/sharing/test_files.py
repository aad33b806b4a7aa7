from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled, OutputError, OutputExistsError
from engine.sharing.comparison import RgbImage
from engine.sharing.files import encode_animation, encode_picture, write_shared


def _picture(seed: int = 0) -> RgbImage:
    # Smooth, so that lossy formats come close.
    across = np.linspace(seed, 200, 48)[None, :, None]
    return np.broadcast_to(across, (32, 48, 3)).astype(np.uint8)


def _opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(
    ("suffix", "kind", "most"), [(".png", "PNG", 0), (".jpg", "JPEG", 3), (".webp", "WEBP", 4)]
)
def test_a_picture_is_written_in_each_format_with_its_profile(
    suffix: str, kind: str, most: int
) -> None:
    image = _opened(encode_picture(_picture(), suffix))

    assert image.format == kind
    assert "icc_profile" in image.info
    difference = np.abs(np.asarray(image.convert("RGB")).astype(int) - _picture())
    assert difference.max() <= most


@pytest.mark.parametrize("suffix", [".webp", ".gif"])
def test_an_animation_has_all_frames_and_repeats(suffix: str) -> None:
    frames = [_picture(seed) for seed in (0, 60, 120)]

    image = _opened(encode_animation(frames, suffix, frame_ms=80, token=CancelToken()))

    assert getattr(image, "n_frames", 1) == 3
    assert image.info["loop"] == 0
    image.seek(2)
    shown = np.asarray(image.convert("RGB")).astype(int)
    assert np.abs(shown - frames[2]).mean() < 6


def test_colors_that_only_a_later_frame_has_are_in_the_palette() -> None:
    red, green = np.zeros((2, 32, 48, 3), np.uint8)
    red[..., 0] = 220
    green[..., 1] = 180
    frames = [red, red, red, green]

    image = _opened(encode_animation(frames, ".gif", frame_ms=80, token=CancelToken()))

    image.seek(getattr(image, "n_frames", 1) - 1)
    assert np.abs(np.asarray(image.convert("RGB")).astype(int) - green).max() < 8


def test_an_animation_can_be_stopped() -> None:
    token = CancelToken()
    token.cancel()

    with pytest.raises(JobCancelled):
        encode_animation([_picture()], ".gif", frame_ms=80, token=token)


@pytest.mark.parametrize("suffix", [".bmp", ".html", ""])
def test_other_formats_are_refused_by_name(suffix: str) -> None:
    with pytest.raises(ConfigError, match="is written as"):
        encode_picture(_picture(), suffix)
    with pytest.raises(ConfigError, match=r"\.webp, \.gif"):
        encode_animation([_picture()], suffix, frame_ms=80, token=CancelToken())


def test_a_file_that_exists_is_kept_unless_the_user_agreed(tmp_path: Path) -> None:
    path = tmp_path / "shared.png"
    path.write_bytes(b"old")

    with pytest.raises(OutputExistsError, match=r"shared\.png: exists already"):
        write_shared(b"new", path, originals=[], may_replace=False)
    assert path.read_bytes() == b"old"

    write_shared(b"new", path, originals=[], may_replace=True)
    assert path.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["shared.png"]


def test_a_compared_photo_is_never_replaced_by_whatever_name(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"photo")
    link = tmp_path / "link.png"
    link.hardlink_to(photo)

    for path in (photo, link, tmp_path / "." / "photo.png"):
        with pytest.raises(OutputError, match="one of the compared photos"):
            write_shared(b"new", path, originals=[photo], may_replace=True)

    assert photo.read_bytes() == b"photo"


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"nowhere.*cannot be written"):
        write_shared(b"new", tmp_path / "nowhere" / "a.png", originals=[], may_replace=False)
