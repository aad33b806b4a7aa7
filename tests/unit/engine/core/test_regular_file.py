from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from engine.core.regular_file import open_regular, read_regular


def test_a_file_and_a_link_to_one_are_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    (tmp_path / "link").symlink_to("a")
    for name in ("a", "link"):
        with open_regular(tmp_path / name) as file:
            assert file.read() == b"content"
        assert read_regular(tmp_path / name, max_bytes=7) == b"content"


def test_a_file_that_is_too_large_is_refused_by_its_size(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    with pytest.raises(OSError, match="larger than 6 bytes"):
        read_regular(tmp_path / "a", max_bytes=6)


def test_what_is_no_file_is_refused_at_once_and_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
    for path, kind in (
        (tmp_path / "pipe", "a named pipe"),
        (tmp_path / "link", "a named pipe"),
        (tmp_path / "socket", "a socket"),
        (Path("/dev/null"), "a device"),
        (tmp_path, "a folder"),
    ):
        with pytest.raises(OSError, match=f"it is {kind}, not a file"):
            open_regular(path)


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for name in ("none", "loop"):
        with pytest.raises(OSError, match=name):
            open_regular(tmp_path / name)


def test_a_pipe_that_takes_the_place_of_a_file_meanwhile_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").touch()
    os.mkfifo(tmp_path / "pipe")
    swapped = os.open

    def swap(path: Path, flags: int) -> int:
        (tmp_path / "pipe").replace(tmp_path / "a")
        return swapped(path, flags)

    monkeypatch.setattr(os, "open", swap)
    with pytest.raises(OSError, match="it is a named pipe"):
        open_regular(tmp_path / "a")
