from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.core.errors import UnreadableImageError, UnsupportedFormatError
from engine.imaging.codecs.sniff import sniff_format, wrong_suffix_note


def _ftyp(*brands: bytes) -> bytes:
    return b"\0\0\0\x1cftyp" + brands[0] + b"\0\0\0\0" + b"".join(brands[1:])


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"II*\0", "tiff"),
        (b"MM\0+", "tiff"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (_ftyp(b"avif"), "avif"),
        (_ftyp(b"mif1", b"miaf", b"heic"), "heic"),
        (_ftyp(b"crx "), "raw"),
        (b"GIF89a", "gif"),
        (b"\xff\x0a", "jxl"),
        (b"FUJIFILMCCD-RAW 0201", "raw"),
        (b"BM", "bmp"),
        (b"\x28\0\0\0\x30\0\0\0\x24\0\0\0\1\0\x18\0", "bmp"),
        (b"P6 4 4 255 ", "ppm"),
    ],
)
def test_content_tells_the_format(tmp_path: Path, head: bytes, found: str) -> None:
    (tmp_path / "a.dat").write_bytes(head)

    assert sniff_format(tmp_path / "a.dat") == found


def test_a_tiff_named_as_camera_raw_is_camera_raw(tmp_path: Path) -> None:
    (tmp_path / "a.NEF").write_bytes(b"II*\0")

    assert sniff_format(tmp_path / "a.NEF") == "raw"


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7", b"<svg/>", b"RIFF\0\0\0\0WAVE", _ftyp(b"mp42", b"isom"), b"P3", b"\x28\0\0\0"],
)
def test_anything_else_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)

    with pytest.raises(UnsupportedFormatError, match=r"a\.png: not a picture"):
        sniff_format(tmp_path / "a.png")


def test_an_empty_file_is_named_so(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()

    with pytest.raises(UnreadableImageError, match=r"a\.png: the file is empty"):
        sniff_format(tmp_path / "a.png")


def test_a_missing_file_is_named_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableImageError, match=r"a\.png: cannot be read \(No such file"):
        sniff_format(tmp_path / "a.png")


def test_a_folder_is_named_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableImageError, match="a folder, not a picture"):
        sniff_format(tmp_path)


def test_a_file_without_rights_is_named_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The administrator may read everything, so the refusal is played.
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.png").touch()
    monkeypatch.setattr(os, "open", refuse)

    with pytest.raises(UnreadableImageError, match=r"Permission denied.*your permissions"):
        sniff_format(tmp_path / "a.png")


@pytest.mark.parametrize(
    ("name", "found", "note"),
    [
        ("a.JPEG", "jpeg", None),
        ("a.heic", "raw", None),
        ("a", "png", "The file is named without a suffix but holds PNG."),
    ],
)
def test_only_a_wrong_suffix_is_noted(name: str, found: str, note: str | None) -> None:
    assert wrong_suffix_note(Path(name), found) == note


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")

    with pytest.raises(UnreadableImageError, match=r"pipe\.jpg: .*a named pipe, not a file"):
        sniff_format(tmp_path / "pipe.jpg")
