from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.core import private_files
from engine.core.private_files import create_private_file, make_private_folder, shared_mode


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture(params=[0o022, 0o027, 0o077, 0o000], autouse=True)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_folders_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    make_private_folder(tmp_path / "a" / "b")
    make_private_folder(tmp_path / "a" / "b")
    assert [mode(tmp_path / "a"), mode(tmp_path / "a" / "b")] == [0o700, 0o700]


def test_a_folder_that_others_could_read_is_closed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0o755)
    make_private_folder(tmp_path / "a")
    assert mode(tmp_path / "a") == 0o700


def test_a_file_in_the_place_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(OSError, match="a"):
        make_private_folder(tmp_path / "a")
    with pytest.raises(OSError, match="a"):
        make_private_folder(tmp_path / "a" / "b")


def test_files_are_made_for_their_owner_alone_and_never_over_something(tmp_path: Path) -> None:
    os.close(create_private_file(tmp_path / "a"))
    assert mode(tmp_path / "a") == 0o600
    (tmp_path / "link").symlink_to(tmp_path / "victim")
    for name in ("a", "link"):
        with pytest.raises(FileExistsError):
            create_private_file(tmp_path / name)
    assert not (tmp_path / "victim").exists()


@pytest.mark.parametrize("knows_status", [True, False])
def test_results_get_what_the_umask_leaves(
    tmp_path: Path, umask: int, monkeypatch: pytest.MonkeyPatch, knows_status: bool
) -> None:
    if not knows_status:
        monkeypatch.setattr(private_files, "_STATUS", tmp_path / "none")
    assert shared_mode() == (0o666 & ~umask) | 0o600
    assert os.umask(umask) == umask


def test_a_result_is_never_more_open_than_what_it_is_made_of(tmp_path: Path, umask: int) -> None:
    photo = tmp_path / "a.jpg"
    photo.touch()
    for its_mode, kept in ((0o600, 0o600), (0o640, 0o640), (0o444, 0o644), (0o644, 0o644)):
        photo.chmod(its_mode)
        assert shared_mode(photo) == (kept & ~umask) | 0o600
    assert shared_mode(tmp_path / "none") == (0o666 & ~umask) | 0o600
