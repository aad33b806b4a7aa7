"""Files that cannot be decoded, very large ones, and decoding that is stopped."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from engine.core.cancellation import CancelToken
from engine.core.errors import (
    DiskFullError,
    ImageTooLargeError,
    JobCancelled,
    UnreadableImageError,
)
from engine.core.images import ImageUint
from engine.imaging.codecs.decode import DecodeLimits, open_photo
from engine.imaging.orientation import upright_pixels
from tests.helpers.pictures import (
    jpeg_bytes,
    noise,
    png_claiming,
    vips_image,
)
from tests.helpers.saved_pictures import decoded

ON_DISK = DecodeLimits(memory_limit_bytes=0)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp", ".gif", ".avif", ".bmp"])
@pytest.mark.parametrize("kept", [0.3, 0.7])
def test_a_truncated_file_is_an_error_and_leaves_nothing(
    tmp_path: Path, suffix: str, kept: float
) -> None:
    stream = io.BytesIO()
    kind = {".jpg": "JPEG", ".tif": "TIFF"}.get(suffix, suffix[1:].upper())
    Image.fromarray(noise(64, 64)).save(stream, kind)
    content = stream.getvalue()
    (tmp_path / f"a{suffix}").write_bytes(content[: int(len(content) * kept)])

    with pytest.raises(UnreadableImageError, match="damaged or incomplete"):
        open_photo(tmp_path / f"a{suffix}", scratch_folder=tmp_path, limits=ON_DISK)

    assert len(list(tmp_path.iterdir())) == 1


def test_a_broken_file_says_nothing_on_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    content = jpeg_bytes(noise(64, 64))
    (tmp_path / "a.jpg").write_bytes(content[: len(content) // 2])

    with pytest.raises(UnreadableImageError):
        open_photo(tmp_path / "a.jpg", scratch_folder=tmp_path)

    assert capfd.readouterr() == ("", "")


def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(png_claiming(200_000, 200_000))

    with pytest.raises(ImageTooLargeError, match="40000 megapixels, the limit is 500; raise"):
        open_photo(tmp_path / "bomb.png", scratch_folder=tmp_path)


def test_the_limit_can_be_set(tmp_path: Path) -> None:
    vips_image(noise(10, 10)).pngsave(str(tmp_path / "a.png"))

    with pytest.raises(ImageTooLargeError):
        open_photo(tmp_path / "a.png", scratch_folder=tmp_path, limits=DecodeLimits(max_pixels=99))


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("size", [(1, 300_000), (300_000, 1)])
def test_a_picture_of_one_row_or_column_is_read_in_pieces(
    tmp_path: Path, suffix: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = noise(size[0], size[1], 1)
    vips_image(pixels).write_to_file(str(tmp_path / f"a{suffix}"))
    heights = []

    def watched(band: ImageUint, orientation: int) -> ImageUint:
        heights.append(band.shape[0])
        return upright_pixels(band, orientation)

    monkeypatch.setattr("engine.imaging.codecs.decode.upright_pixels", watched)

    np.testing.assert_array_equal(decoded(tmp_path / f"a{suffix}", tmp_path)[1], pixels)
    assert max(heights) <= 1024


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("tile", [None, (16, 64)])
def test_a_very_wide_picture_is_read_exactly(
    tmp_path: Path, channels: int, dtype: type, tile: tuple[int, int] | None
) -> None:
    pixels = noise(5, 70_001, channels, dtype)
    if channels == 4:
        pixels[..., 3] |= 1
    extras = ["unassalpha"] if channels == 4 else None
    squeezed = pixels[..., 0] if channels == 1 else pixels
    photometric = "minisblack" if channels == 1 else "rgb"
    tifffile.imwrite(
        tmp_path / "a.tif", squeezed, photometric=photometric, extrasamples=extras, tile=tile
    )

    color = decoded(tmp_path / "a.tif", tmp_path)[1]

    np.testing.assert_array_equal(color, pixels[..., : min(channels, 3)])


def test_decoding_stops_between_two_pieces_of_a_tall_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vips_image(noise(9000, 1, 1)).pngsave(str(tmp_path / "a.png"))
    token = CancelToken()
    seen = []

    def cancelling(band: ImageUint, _: int) -> ImageUint:
        seen.append(band)
        token.cancel()
        return band

    monkeypatch.setattr("engine.imaging.codecs.decode.upright_pixels", cancelling)

    with pytest.raises(JobCancelled):
        open_photo(tmp_path / "a.png", scratch_folder=tmp_path, token=token)
    assert len(seen) == 1


def test_decoding_can_be_cancelled(tmp_path: Path) -> None:
    vips_image(noise(10, 10, 4)).pngsave(str(tmp_path / "a.png"))
    token = CancelToken()
    token.cancel()

    with pytest.raises(JobCancelled):
        open_photo(tmp_path / "a.png", scratch_folder=tmp_path, limits=ON_DISK, token=token)

    assert len(list(tmp_path.iterdir())) == 1


def test_a_full_scratch_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vips_image(noise(10, 10, 4)).pngsave(str(tmp_path / "a.png"))
    usage = shutil.disk_usage(tmp_path)._replace(free=5)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    with pytest.raises(DiskFullError):
        open_photo(tmp_path / "a.png", scratch_folder=tmp_path, limits=ON_DISK)


def test_the_library_loads_no_picture_by_accident() -> None:
    program = (
        "import sys, engine.imaging.codecs.decode, engine.imaging.codecs.encode;"
        "assert not {'pillow_heif', 'rawpy', 'imagecodecs', 'torch'} & set(sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
