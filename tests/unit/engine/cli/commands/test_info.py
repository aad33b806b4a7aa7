from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.unit.engine.cli.conftest import RunCommand


def test_info_shows_what_a_photo_holds(mfagan: RunCommand, photo: Path) -> None:
    said = mfagan("info", photo)
    assert said.code == 0
    assert "png, 24 x 16 px" in said.out
    assert "8-bit RGB" in said.out


def test_info_continues_after_an_unreadable_file(
    mfagan: RunCommand, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"nothing")
    said = mfagan("info", tmp_path / "bad.jpg", photo, "--json")
    assert said.code == 1
    assert [event["event"] for event in said.events] == ["failed", "info"]
    assert said.events[1]["width_px"] == 24
    assert said.events[1]["has_alpha"] is False


def test_info_shows_the_quality_of_a_jpeg(mfagan: RunCommand, tmp_path: Path) -> None:
    Image.new("RGB", (16, 16), "teal").save(tmp_path / "photo.jpg", quality=71)

    assert "JPEG quality about 71" in mfagan("info", tmp_path / "photo.jpg").out
    assert mfagan("info", tmp_path / "photo.jpg", "--json").events[0]["jpeg_quality"] == 71
