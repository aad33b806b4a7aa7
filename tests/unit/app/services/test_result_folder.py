from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from app.services.result_folder import is_ours, result_folder
from app.state.places import pasted_folder
from app.state.resources import resource_path


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "Pictures"
    monkeypatch.setattr(platformdirs, "user_pictures_dir", lambda: str(folder))
    return folder


def test_the_chosen_folder_wins(tmp_path: Path) -> None:
    assert result_folder(resource_path("samples", "house.jpg"), str(tmp_path)) == tmp_path


def test_a_result_is_beside_its_photo(tmp_path: Path) -> None:
    assert result_folder(tmp_path / "a.png", "") == tmp_path / "upscaled"


def test_results_of_samples_and_pasted_pictures_are_among_the_pictures(pictures: Path) -> None:
    for photo in (resource_path("samples", "house.jpg"), pasted_folder() / "pasted-1.png"):
        assert result_folder(photo, "") == pictures / "upscaled"


def test_a_folder_of_ours_is_known_by_any_spelling(tmp_path: Path) -> None:
    link = tmp_path / "linked"
    link.symlink_to(resource_path("samples"))

    assert is_ours(link / "house.jpg")
    assert is_ours(resource_path("models", "..", "samples", "house.jpg"))
    assert not is_ours(tmp_path / "house.jpg")


def test_a_link_in_a_circle_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")

    assert not is_ours(tmp_path / "a" / "photo.png")
