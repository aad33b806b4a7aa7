from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path

import pytest

from engine.core.atomic_file import (
    atomic_path,
    make_folder,
    output_error,
    publish_new,
    temporary_part,
    write_bytes_atomic,
)
from engine.core.errors import DiskFullError, OutputError
from engine.core.leftovers import LEFTOVER_SUFFIX


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
            part.unlink()
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


def test_parts_are_private_and_finished_files_are_as_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with atomic_path(tmp_path / "a") as part:
            part.write_bytes(b"content")
            assert part.stat().st_mode & 0o777 == 0o600
        write_bytes_atomic(tmp_path / "b", b"content", is_private=True)
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600


class _RenamesOnlyPlainly:
    """A C library on a file system whose renaming takes no wishes."""

    @staticmethod
    def renameat2(*_arguments: object) -> int:
        ctypes.set_errno(errno.EINVAL)
        return -1


# What the C library is where neither links nor renaming without replacing are known.
_PLAIN = {"an old system": object(), "a plain file system": _RenamesOnlyPlainly()}


@pytest.fixture(params=["links", "no links", *_PLAIN])
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file system know less than ours does."""

    def refuse(*_names: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    if request.param != "links":
        monkeypatch.setattr(os, "link", refuse)
    if request.param in _PLAIN:
        monkeypatch.setattr(ctypes, "CDLL", lambda *_args, **_options: _PLAIN[request.param])


@pytest.mark.usefixtures("disk")
def test_a_new_file_gets_its_name_only_where_nothing_has_it(tmp_path: Path) -> None:
    final = tmp_path / "a.txt"
    with temporary_part(final) as part:
        part.write_bytes(b"new")
        publish_new(part, final, mode=0o644)
    assert final.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [final]

    dangling = tmp_path / "dangling.txt"
    dangling.symlink_to("nowhere")
    for taken in (final, dangling):
        with temporary_part(taken) as part:
            part.write_bytes(b"newer")
            with pytest.raises(FileExistsError):
                publish_new(part, taken, mode=0o644)
            assert part.read_bytes() == b"newer"
    assert final.read_bytes() == b"new"
    assert dangling.is_symlink()
    assert sorted(tmp_path.iterdir()) == [final, dangling]


def test_a_disk_that_fills_up_with_the_last_name_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_names: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def publish() -> None:
        with temporary_part(tmp_path / "a.txt") as part:
            publish_new(part, tmp_path / "a.txt", mode=0o644)

    monkeypatch.setattr(os, "link", fill)
    with pytest.raises(DiskFullError, match=r"a\.txt: the disk is full"):
        publish()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("disk", _PLAIN, indirect=True)
@pytest.mark.usefixtures("disk")
def test_a_name_that_was_taken_in_vain_is_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_part: Path, final: Path) -> None:
        assert final.read_bytes() == b""
        raise OSError(errno.EIO, "Input/output error")

    def publish() -> None:
        with temporary_part(tmp_path / "a.txt") as part:
            part.write_bytes(b"new")
            publish_new(part, tmp_path / "a.txt", mode=0o644)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OutputError, match=r"a\.txt: cannot be written \(Input/output error\)"):
        publish()
    assert not list(tmp_path.iterdir())


def test_a_link_that_was_made_and_reported_as_there_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    final, link = tmp_path / "a.txt", os.link

    def link_twice(part: Path, name: Path) -> None:
        link(part, name)
        link(part, name)

    monkeypatch.setattr(os, "link", link_twice)
    with temporary_part(final) as part:
        part.write_bytes(b"new")
        publish_new(part, final, mode=0o644)
    assert list(tmp_path.iterdir()) == [final]


def test_a_folder_is_made_with_those_above_it_and_may_exist(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"

    make_folder(folder)
    (folder / "mine").write_bytes(b"1")
    make_folder(folder)

    assert (folder / "mine").read_bytes() == b"1"


def test_a_private_folder_is_closed_to_others_also_if_it_existed(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir(mode=0o755)

    make_folder(folder, is_private=True)

    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("is_private", [True, False])
def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, is_private: bool) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(OutputError, match=r"file.sub: cannot be written .*choose another folder"):
        make_folder(tmp_path / "file" / "sub", is_private=is_private)
