from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.errors import UnreadableImageError
from engine.imaging.codecs import loading
from engine.imaging.codecs.loading import loaded_picture
from engine.imaging.vips import FileSource
from tests.helpers.pictures import noise, vips_image


def test_a_file_that_goes_away_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(UnreadableImageError, match=r"a\.png: cannot be read \(No such file"),
        loaded_picture(tmp_path / "a.png", "png", pixels=True),
    ):
        pass


def test_a_disk_that_fails_while_it_is_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    vips_image(noise(64, 64)).pngsave(str(path))

    class FailingFile:
        def __init__(self, file: object) -> None:
            self._file = file

        def read(self, size: int) -> bytes:
            if self._file.tell() >= 4096:  # type: ignore[attr-defined]
                raise OSError(5, "Input/output error")
            return self._file.read(size)  # type: ignore[attr-defined, no-any-return]

        def seek(self, offset: int, whence: int) -> int:
            return self._file.seek(offset, whence)  # type: ignore[attr-defined, no-any-return]

    source = FileSource
    monkeypatch.setattr(loading, "FileSource", lambda file: source(FailingFile(file)))  # type: ignore[arg-type]

    with (
        pytest.raises(UnreadableImageError, match=r"a\.png: cannot be read \(Input/output error"),
        loaded_picture(path, "png", pixels=True) as picture,
    ):
        picture.image.avg()


def test_a_blank_picture_stands_in_while_only_the_head_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.pgm").write_bytes(b"P5 7 5 65535\n")

    with loaded_picture(tmp_path / "a.pgm", "ppm", pixels=False) as picture:
        assert (picture.image.width, picture.image.height) == (7, 5)
        assert (picture.image.format, picture.image.interpretation) == ("ushort", "grey16")
