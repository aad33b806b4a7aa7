from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.core import file_guard
from engine.core.file_guard import FileGuard
from engine.core.file_identity import FileIdentity, file_identity

PHOTO = Path("/elsewhere/photo.jpg")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    (folder / "sub").mkdir(parents=True)
    for name in ("a.jpg", "b.jpg"):
        (folder / name).touch()
    return folder


@pytest.mark.parametrize(
    "spelling",
    ["a.jpg", "../pictures/a.jpg", "sub/../a.jpg", "../linked/a.jpg", "a-link.jpg", "a-hard.jpg"],
)
def test_an_original_is_known_under_all_its_names(pictures: Path, spelling: str) -> None:
    (pictures.parent / "linked").symlink_to(pictures)
    (pictures / "a-link.jpg").symlink_to("a.jpg")
    (pictures / "a-hard.jpg").hardlink_to(pictures / "a.jpg")
    guard = FileGuard([pictures / "a.jpg"])
    assert not guard.is_free(pictures / spelling, PHOTO)
    assert not guard.is_free(pictures / spelling, pictures / "a.jpg")
    assert guard.is_free(pictures / "b.jpg", PHOTO)
    assert guard.is_free(pictures / "new.jpg", PHOTO)


def test_an_original_that_is_a_link_is_kept_and_what_it_leads_to(pictures: Path) -> None:
    (pictures / "a-link.jpg").symlink_to("a.jpg")
    guard = FileGuard([pictures / "sub" / ".." / "a-link.jpg"])
    assert not guard.is_free(pictures / "a-link.jpg", PHOTO)
    assert not guard.is_free(pictures / "a.jpg", PHOTO)


def test_an_original_that_is_written_anew_or_comes_later_stays_protected(pictures: Path) -> None:
    guard = FileGuard([pictures / "a.jpg", pictures / "later.jpg"])
    (pictures / "new").touch()
    (pictures / "new").replace(pictures / "a.jpg")
    assert not guard.is_free(pictures / "sub" / ".." / "a.jpg", PHOTO)
    assert not guard.is_free(pictures / "later.jpg", PHOTO)


@pytest.mark.parametrize(
    ("original", "wanted"),
    [
        ("Photo.JPG", "photo.jpg"),
        ("STRASSE.jpg", "straße.jpg"),
        (unicodedata.normalize("NFD", "Größe.jpg"), unicodedata.normalize("NFC", "Größe.jpg")),
        (unicodedata.normalize("NFC", "CAFÉ.jpg"), unicodedata.normalize("NFD", "café.jpg")),
    ],
)
def test_a_disk_that_takes_two_spellings_for_one_file_is_believed(
    pictures: Path, monkeypatch: pytest.MonkeyPatch, original: str, wanted: str
) -> None:
    (pictures / original).touch()
    guard = FileGuard([pictures / original])
    assert guard.is_free(pictures / wanted, PHOTO)

    monkeypatch.setattr(file_guard, "file_identity", _one_spelling(file_identity))
    assert not FileGuard([pictures / original]).is_free(pictures / wanted, PHOTO)
    # Also where the file was written anew after the job began.
    (pictures / "new").touch()
    (pictures / "new").replace(pictures / original)
    assert not guard.is_free(pictures / wanted, PHOTO)


def test_results_belong_to_their_photos(pictures: Path) -> None:
    guard = FileGuard([pictures / "a.jpg"])
    result = pictures / "sub" / "result.png"
    result.touch()
    guard.give(result, PHOTO)
    (pictures / "link.png").symlink_to(result)
    assert guard.is_free(result, PHOTO)
    assert not guard.is_free(result, Path("/elsewhere/other.jpg"))
    assert not guard.is_free(pictures / "link.png", Path("/elsewhere/other.jpg"))
    # A result that an earlier run recorded may be an original by now.
    guard.give(pictures / "a.jpg", PHOTO)
    assert not guard.is_free(pictures / "a.jpg", PHOTO)


def test_a_number_that_a_disk_gives_to_another_file_means_nothing(
    pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, result = pictures / "gone.png", pictures / "result.png"
    gone.touch()
    numbers = {gone: (1, 7)}
    monkeypatch.setattr(file_guard, "file_identity", lambda path, **_options: numbers.get(path))
    guard = FileGuard([pictures / "a.jpg"])
    guard.give(gone, PHOTO)
    assert not guard.is_free(result.with_name("gone.png"), Path("/elsewhere/other.jpg"))
    numbers = {result: (1, 7)}
    assert guard.is_free(result, Path("/elsewhere/other.jpg"))


def test_a_disk_that_numbers_no_files_is_known_by_its_names(
    pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_guard, "file_identity", lambda _path, **_options: None)
    (pictures.parent / "linked").symlink_to(pictures)
    guard = FileGuard([pictures / "a.jpg"])
    assert not guard.is_free(pictures.parent / "linked" / "a.jpg", PHOTO)
    assert guard.is_free(pictures / "b.jpg", PHOTO)


def _one_spelling(
    identity: Callable[..., FileIdentity | None],
) -> Callable[..., FileIdentity | None]:
    """Return an identity as a disk has it that minds neither case nor Unicode form."""

    def found(path: Path, *, follow_links: bool = True) -> FileIdentity | None:
        wanted = unicodedata.normalize("NFC", path.name).casefold()
        for other in path.parent.iterdir():
            if unicodedata.normalize("NFC", other.name).casefold() == wanted:
                return identity(other, follow_links=follow_links)
        return None

    return found
