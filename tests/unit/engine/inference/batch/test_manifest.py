from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from engine.core.errors import ConfigError
from engine.core.file_identity import file_stamp
from engine.inference.batch.manifest import Manifest, manifest_path
from engine.inference.batch.records import BatchHeader, PhotoRecord

HEADER = BatchHeader(output_folder="/out", settings="x4", photos=(("/in/a.jpg", "sub"),))


def record(photo: Path, **changes: object) -> PhotoRecord:
    values: dict[str, object] = {"outcome": "done", "stamp": file_stamp(photo)}
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


def test_a_failed_photo_is_not_finished_and_a_skipped_one_is_while_its_result_stands(
    tmp_path: Path,
) -> None:
    manifest = Manifest.start(tmp_path / "batch.jsonl", HEADER)
    failed, skipped = tmp_path / "f.jpg", tmp_path / "s.jpg"
    skipped.touch()
    manifest.add(record(failed, outcome="failed"))
    manifest.add(record(skipped, outcome="skipped", output=str(skipped)))
    assert not manifest.is_finished(failed)
    assert manifest.is_finished(skipped)
    gone = record(skipped, outcome="skipped", output=str(tmp_path / "deleted.png"))
    manifest.add(gone)
    assert not manifest.is_finished(skipped)


def test_other_settings_cannot_continue_a_batch(tmp_path: Path) -> None:
    manifest = Manifest.start(tmp_path / "batch.jsonl", HEADER)
    manifest.check_settings("x4")
    with pytest.raises(ConfigError, match="other settings"):
        manifest.check_settings("x2")


def test_what_is_no_manifest_is_none(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("hello\n{}\n", encoding="utf-8")
    assert Manifest.load(tmp_path / "bad.jsonl") is None
    assert Manifest.load(tmp_path / "missing.jsonl") is None


def announced(manifest: Manifest, photo: Path, result: Path, content: bytes) -> Path:
    """Announce a result of ``photo`` and return its temporary file."""
    part = result.with_name("part")
    part.write_bytes(content)
    manifest.announce(photo, part, result)
    return part


def test_a_result_that_got_its_name_before_a_kill_is_finished(tmp_path: Path) -> None:
    path, photo, result = tmp_path / "batch.jsonl", tmp_path / "a.jpg", tmp_path / "a.png"
    photo.write_bytes(b"photo")
    part = announced(Manifest.start(path, HEADER), photo, result, b"result")
    killed_before = Manifest.load(path)
    assert killed_before is not None
    assert not killed_before.is_finished(photo)
    part.rename(result)
    killed_after = Manifest.load(path)
    assert killed_after is not None
    assert killed_after.is_finished(photo)
    assert [r.output for r in killed_after.records()] == [str(result)]
    photo.write_bytes(b"another photo")
    assert not killed_after.is_finished(photo)


def test_another_file_under_an_announced_name_is_not_the_result(tmp_path: Path) -> None:
    path, photo, result = tmp_path / "batch.jsonl", tmp_path / "a.jpg", tmp_path / "a.png"
    photo.touch()
    announced(Manifest.start(path, HEADER), photo, result, b"result")
    result.write_bytes(b"precious")
    manifest = Manifest.load(path)
    assert manifest is not None
    assert not manifest.is_finished(photo)
    result.write_bytes(b"eulers")
    os.utime(result, (0, 0))
    assert not manifest.is_finished(photo)


def test_what_came_of_a_photo_counts_more_than_what_was_announced(tmp_path: Path) -> None:
    path, photo, result = tmp_path / "batch.jsonl", tmp_path / "a.jpg", tmp_path / "a.png"
    photo.touch()
    manifest = Manifest.start(path, HEADER)
    announced(manifest, photo, result, b"result").rename(result)
    manifest.add(record(photo, outcome="failed", code="output"))
    again = Manifest.load(path)
    assert again is not None
    assert not again.is_finished(photo)


def test_names_that_are_no_utf8_are_kept_exactly(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.jpg")
    path, photo, result = tmp_path / "batch.jsonl", tmp_path / name, tmp_path / f"{name}.png"
    photo.touch()
    header = BatchHeader(output_folder=name, settings="", photos=((str(photo), name),))
    manifest = Manifest.start(path, header)
    announced(manifest, photo, result, b"result").rename(result)
    again = Manifest.load(path)
    assert again is not None
    assert again.header == header
    assert again.is_finished(photo)
    again.add(record(photo, outcome="failed", reason=f"{photo}: is broken"))
    last = Manifest.load(path)
    assert last is not None
    assert [r.path for r in last.records()] == [str(photo)]
    assert str(last.records()[0].reason).endswith(r"caf\xe9.jpg: is broken")


def test_a_record_that_cannot_be_written_goes_on_among_the_results(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path, spare, photo = tmp_path / "file" / "batch.jsonl", tmp_path / "spare", tmp_path / "a.jpg"
    manifest = Manifest.start(path, HEADER, spare=spare)
    assert manifest.fault is None
    manifest.add(record(photo, outcome="failed"))
    again = Manifest.load(path, spare=spare)
    assert again is not None
    assert [r.path for r in again.records()] == [str(photo)]


def test_a_state_disk_that_fills_up_moves_the_record_among_the_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, spare = tmp_path / "state" / "batch.jsonl", tmp_path / "spare"
    first, second, result = (tmp_path / name for name in ("a.jpg", "b.jpg", "b.png"))
    manifest = Manifest.start(path, HEADER, spare=spare)
    manifest.add(record(first, outcome="failed"))
    fsync, full = os.fsync, [True]

    def fill(descriptor: int) -> None:
        if full:
            full.pop()
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fill)
    second.touch()
    announced(manifest, second, result, b"result").rename(result)
    assert manifest.fault is None
    again = Manifest.load(path, spare=spare)
    assert again is not None
    assert {r.path: r.outcome for r in again.records()} == {
        str(first): "failed", str(second): "done",
    }  # fmt: skip
    # The next batch begins where records belong, and what lay among the results goes.
    Manifest.start(path, HEADER, spare=spare)
    assert not spare.exists()


def test_a_record_that_can_be_written_nowhere_is_kept_in_mind(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path, photo = tmp_path / "file" / "batch.jsonl", tmp_path / "a.jpg"
    manifest = Manifest.start(path, HEADER, spare=tmp_path / "file" / "spare")
    manifest.add(record(photo, outcome="failed"))
    assert manifest.fault is not None
    assert "cannot be recorded" in manifest.fault
    assert manifest.record_of(photo) is not None


def test_nobody_else_can_read_what_was_enlarged(tmp_path: Path) -> None:
    path = tmp_path / "state" / "batch.jsonl"
    Manifest.start(path, HEADER)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_each_output_folder_has_its_own_manifest_in_the_users_state(
    tmp_path: Path, own_home: Path
) -> None:
    one, other = manifest_path(tmp_path / "a"), manifest_path(tmp_path / "b")
    assert one != other
    assert one.is_relative_to(own_home)
    assert manifest_path(tmp_path / "a") == one
