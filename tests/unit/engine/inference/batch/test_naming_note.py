from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.inference.batch.naming_note import note_naming, noted_result


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", [b"photo.png", b"l\xe9on\n.png"], ids=["plain", "odd"])
def test_a_result_is_known_by_its_note_once_it_has_its_name(tmp_path: Path, name: bytes) -> None:
    photo = write(tmp_path / os.fsdecode(name), b"a photo")
    part, result = write(tmp_path / "part", b"a result"), tmp_path / os.fsdecode(b"r-" + name)
    note = tmp_path / "notes" / "one"
    note_naming(note, photo, part, result)
    assert noted_result(note, photo) is None
    part.rename(result)
    assert noted_result(note, photo) == result
    # The result of a photo that is gone is still its result.
    photo.unlink()
    assert noted_result(note, photo) == result
    assert noted_result(note, tmp_path / "another.png") is None


def test_only_its_owner_may_read_a_note(tmp_path: Path) -> None:
    photo, part = write(tmp_path / "photo.png", b"a photo"), write(tmp_path / "part", b"a result")
    note = tmp_path / "notes" / "one"
    note_naming(note, photo, part, tmp_path / "result.png")
    assert note.stat().st_mode & 0o077 == 0
    assert note.parent.stat().st_mode & 0o077 == 0


def test_an_older_note_does_not_speak_for_a_result_that_cannot_be_noted(tmp_path: Path) -> None:
    photo, part = write(tmp_path / "photo.png", b"a photo"), write(tmp_path / "part", b"a result")
    note, result = tmp_path / "notes" / "one", tmp_path / "result.png"
    note_naming(note, photo, part, result)
    part.rename(result)
    note_naming(note, photo, part, tmp_path / "result-2.png")
    assert noted_result(note, photo) is None


@pytest.mark.parametrize("content", [b"", b"[", b'{"kind":"naming"}', b"\xff" * 40])
def test_a_damaged_note_says_nothing(tmp_path: Path, content: bytes) -> None:
    photo, note = write(tmp_path / "photo.png", b"a photo"), write(tmp_path / "note", content)
    assert noted_result(note, photo) is None
