from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from app.state import state_files
from app.state.state_files import UnusableFileError, keep_copy, read_json


def test_json_is_read_and_a_missing_file_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    assert read_json(path) is None
    assert read_json(tmp_path / "file" / "below") is None

    path.write_text('{"a": [1, 2.5]}')

    assert read_json(path) == {"a": [1, 2.5]}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"\xff\xfe", b"[" * 100_000], ids=lambda c: str(c[:6])
)
def test_what_is_not_json_is_unusable(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(content)

    with pytest.raises(UnusableFileError):
        read_json(path)


def test_a_number_of_ten_thousand_digits_does_not_spoil_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text(f'{{"long": {"9" * 10_000}, "short": 9}}')

    content = read_json(path)

    assert isinstance(content, dict)
    assert content["short"] == 9
    assert content["long"] == float("inf")


def test_folders_links_into_nothing_and_huge_files_are_unusable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state_files, "LIMIT_BYTES", 10)
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    (tmp_path / "huge").write_text("[" + "1," * 20 + "1]")

    for name, reason in (("folder", "ordinary"), ("link", "nowhere"), ("huge", "too large")):
        with pytest.raises(UnusableFileError, match=reason):
            read_json(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(UnusableFileError, match="ordinary"):
        read_json(tmp_path / "pipe")


def test_copies_are_numbered_and_equal_ones_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    copies = []
    for content in ("first", "first", "second"):
        path.write_text(content)
        copies.append(keep_copy(path))

    names = [None if copy is None else copy.name for copy in copies]
    assert names == ["file.json.broken-1", "file.json.broken-1", "file.json.broken-2"]
    assert path.read_text() == "second"
    moved = keep_copy(path, is_moved=True)
    assert moved is not None
    assert not path.exists() or moved.read_text() == path.read_text()


def test_a_full_disk_still_keeps_the_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy_nothing(*_files: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfileobj", copy_nothing)
    path = tmp_path / "file.json"
    path.write_text("content")

    copy = keep_copy(path)

    assert copy is not None
    path.unlink()
    assert copy.read_text() == "content"


def test_without_a_free_name_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "gone.json"

    assert keep_copy(path) is None
    assert list(tmp_path.iterdir()) == []
