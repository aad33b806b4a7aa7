from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.errors import ConfigError, OutputError
from engine.inference.manifest import (
    BatchHeader,
    Manifest,
    PhotoRecord,
    manifest_path,
    photo_stamp,
)

HEADER = BatchHeader(output_folder="/out", settings="x4", photos=(("/in/a.jpg", "sub"),))


def record(photo: Path, **changes: object) -> PhotoRecord:
    values: dict[str, object] = {"outcome": "done", "stamp": photo_stamp(photo)}
    return PhotoRecord(path=str(photo.absolute()), **(values | changes))  # type: ignore[arg-type]


def test_what_was_written_is_read_back_the_newest_line_counts(tmp_path: Path) -> None:
    path = tmp_path / "state" / "batch.jsonl"
    manifest = Manifest.start(path, HEADER)
    photo = tmp_path / "a.jpg"
    manifest.add(record(photo, outcome="failed", code="image", reason="broken"))
    manifest.add(record(photo, output="/out/ä.png", notes=("gray",), seconds=1.5))
    again = Manifest.load(path)
    assert again is not None
    assert again.header == HEADER
    assert again.records() == (record(photo, output="/out/ä.png", notes=("gray",), seconds=1.5),)


def test_a_line_cut_off_by_a_crash_is_ignored_and_never_continued(tmp_path: Path) -> None:
    path = tmp_path / "batch.jsonl"
    manifest = Manifest.start(path, HEADER)
    first, second, third = (tmp_path / name for name in ("a", "b", "c"))
    manifest.add(record(first))
    manifest.add(record(second))
    path.write_bytes(path.read_bytes()[:-9])
    again = Manifest.load(path)
    assert again is not None
    assert [r.path for r in again.records()] == [str(first)]
    again.add(record(third))
    last = Manifest.load(path)
    assert last is not None
    assert [r.path for r in last.records()] == [str(first), str(third)]


def test_a_photo_is_finished_while_it_and_its_result_stand_unchanged(tmp_path: Path) -> None:
    manifest = Manifest.start(tmp_path / "batch.jsonl", HEADER)
    photo, result = tmp_path / "a.jpg", tmp_path / "a.png"
    photo.write_bytes(b"one")
    result.touch()
    assert not manifest.is_finished(photo)
    manifest.add(record(photo, output=str(result)))
    assert manifest.is_finished(photo)
    result.unlink()
    assert not manifest.is_finished(photo)
    result.touch()
    photo.write_bytes(b"other")
    assert not manifest.is_finished(photo)


def test_a_failed_photo_is_not_finished_and_a_skipped_one_is(tmp_path: Path) -> None:
    manifest = Manifest.start(tmp_path / "batch.jsonl", HEADER)
    failed, skipped = tmp_path / "f.jpg", tmp_path / "s.jpg"
    skipped.touch()
    manifest.add(record(failed, outcome="failed"))
    manifest.add(record(skipped, outcome="skipped"))
    assert not manifest.is_finished(failed)
    assert manifest.is_finished(skipped)


def test_other_settings_cannot_continue_a_batch(tmp_path: Path) -> None:
    manifest = Manifest.start(tmp_path / "batch.jsonl", HEADER)
    manifest.check_settings("x4")
    with pytest.raises(ConfigError, match="other settings"):
        manifest.check_settings("x2")


def test_what_is_no_manifest_is_none(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("hello\n{}\n", encoding="utf-8")
    assert Manifest.load(tmp_path / "bad.jsonl") is None
    assert Manifest.load(tmp_path / "missing.jsonl") is None


def test_a_manifest_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file"):
        Manifest.start(tmp_path / "file" / "batch.jsonl", HEADER)


def test_each_output_folder_has_its_own_manifest_in_the_users_state(
    tmp_path: Path, own_home: Path
) -> None:
    one, other = manifest_path(tmp_path / "a"), manifest_path(tmp_path / "b")
    assert one != other
    assert one.is_relative_to(own_home)
    assert manifest_path(tmp_path / "a") == one
