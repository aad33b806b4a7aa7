from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.file_identity import file_identity, is_folder


def test_a_file_has_one_identity_under_all_its_names(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).touch()
    (tmp_path / "link.jpg").symlink_to("a.jpg")
    identity = file_identity(tmp_path / "a.jpg")
    assert identity is not None
    assert file_identity(tmp_path / "sub" / ".." / "a.jpg") == identity
    assert file_identity(tmp_path / "link.jpg") == identity
    assert file_identity(tmp_path / "link.jpg", follow_links=False) != identity
    assert file_identity(tmp_path / "b.jpg") != identity


def test_folders_are_told_from_files(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    (tmp_path / "link").symlink_to(tmp_path)

    assert is_folder(tmp_path)
    assert is_folder(tmp_path / "link")
    assert not is_folder(tmp_path / "a.jpg")


@pytest.mark.parametrize("name", ["none.jpg", "a.jpg/under-a-file", "with\0zero", "n" * 5000])
def test_what_cannot_be_found_has_no_identity_and_is_no_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.jpg").touch()

    assert file_identity(tmp_path / name) is None
    assert not is_folder(tmp_path / name)
