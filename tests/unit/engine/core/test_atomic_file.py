from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.core.atomic_file import (
    LEFTOVER_SUFFIX,
    atomic_path,
    output_error,
    remove_leftovers,
    write_bytes_atomic,
)
from engine.core.errors import DiskFullError, OutputError


def _dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_file_appears_whole_and_replaces_the_old(tmp_path: Path) -> None:
    final = tmp_path / "a.txt"
    final.write_bytes(b"old")

    with atomic_path(final) as part:
        part.write_bytes(b"new")
        assert final.read_bytes() == b"old"
        assert part.name.endswith(".txt" + LEFTOVER_SUFFIX)

    assert final.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [final]


def test_bytes_are_written_in_one_step(tmp_path: Path) -> None:
    write_bytes_atomic(tmp_path / "a", b"content")

    assert (tmp_path / "a").read_bytes() == b"content"


def test_a_failed_block_leaves_the_old_file_alone(tmp_path: Path) -> None:
    final = tmp_path / "a.txt"
    final.write_bytes(b"old")

    def fail() -> None:
        with atomic_path(final) as part:
            part.write_bytes(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert final.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [final]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named(tmp_path: Path, number: int) -> None:
    def fill() -> None:
        with atomic_path(tmp_path / "a.txt"):
            raise OSError(number, "full")

    with pytest.raises(DiskFullError, match=r"a\.txt: the disk is full; free some space"):
        fill()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_a_disk_that_is_really_full_is_named(tmp_path: Path) -> None:
    def fill() -> None:
        with atomic_path(tmp_path / "a.txt") as part:
            part.symlink_to("/dev/full")
            part.write_bytes(b"content")

    with pytest.raises(DiskFullError):
        fill()
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match=r"cannot be written \(Not a directory\); choose another"):
        write_bytes_atomic(tmp_path / "file" / "a.txt", b"content")


def test_other_errors_are_told_with_their_reason() -> None:
    error = output_error(PermissionError(13, "Permission denied"), Path("a"))

    assert type(error) is OutputError
    assert "Permission denied" in str(error)


def test_leftovers_of_dead_processes_are_removed_and_no_others(tmp_path: Path) -> None:
    dead = tmp_path / f".{_dead_pid()}-0123abcd.png{LEFTOVER_SUFFIX}"
    living = tmp_path / f".{os.getpid()}-0123abcd.png{LEFTOVER_SUFFIX}"
    foreign = tmp_path / f".mine{LEFTOVER_SUFFIX}"
    for path in (dead, living, foreign):
        path.touch()

    assert remove_leftovers(tmp_path) == (dead,)
    assert sorted(tmp_path.iterdir()) == sorted([living, foreign])
