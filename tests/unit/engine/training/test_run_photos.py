from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from engine.config.recipes import PsnrRecipe
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError
from engine.runs.events import Event, Noted, Preparing, Warned
from engine.runs.run_folder import RunFolder
from engine.training.run_photos import RunPhotos, choose_held_out, open_run_photos, read_record
from tests.helpers.training import new_run, tiny_recipe, write_photos


def opened(recipe: PsnrRecipe, folder: RunFolder, said: list[Event] | None = None) -> RunPhotos:
    report = (said if said is not None else []).append
    return open_run_photos(recipe, folder, token=CancelToken(), report=report)


def with_photos(tmp_path: Path, count: int) -> PsnrRecipe:
    recipe = tiny_recipe(tmp_path)
    write_photos(Path(recipe.data.folder), count=count)
    return recipe


def names(photos: RunPhotos) -> set[str]:
    return {record.name for record in photos.train.records}


def texts(said: list[Event], code: str) -> list[str]:
    return [e.text for e in said if isinstance(e, (Noted, Warned)) and e.code == code]


def test_a_resumed_run_gets_the_same_photos(tmp_path: Path) -> None:
    recipe, folder = with_photos(tmp_path, 12), new_run(tmp_path)

    first, again = opened(recipe, folder), opened(recipe, folder)

    assert first.train.records == again.train.records
    assert np.array_equal(first.held_out[0].hr, again.held_out[0].hr)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda folder: (folder / "1.png").unlink(), r"1 missing \(1\.png\)"),
        (lambda folder: (folder / "9.png").write_bytes((folder / "0.png").read_bytes()),
         r"1 new \(9\.png\)"),
        (lambda folder: (folder / "0.png").write_bytes((folder / "1.png").read_bytes()),
         r"1 changed \(0\.png\)"),
        (lambda folder: (folder / "2.png").write_bytes(b"no picture"), r"1 missing \(2\.png\)"),
    ],
)  # fmt: skip
def test_other_photos_are_refused_by_name_with_a_way_out(
    tmp_path: Path, change: object, told: str
) -> None:
    recipe, folder = with_photos(tmp_path, 3), new_run(tmp_path)
    opened(recipe, folder)
    before = (folder.path / "photos.json").read_bytes()
    assert callable(change)
    change(Path(recipe.data.folder))

    with pytest.raises(ConfigError, match=rf"{told}.*mfagan resume .*--data FOLDER"):
        opened(recipe, folder)

    assert (folder.path / "photos.json").read_bytes() == before


def test_photos_that_were_moved_are_still_those(tmp_path: Path) -> None:
    recipe, folder = with_photos(tmp_path, 12), new_run(tmp_path)
    before = names(opened(recipe, folder))
    moved = Path(recipe.data.folder).rename(tmp_path / "moved")
    recipe = msgspec.structs.replace(
        recipe, data=msgspec.structs.replace(recipe.data, folder=str(moved))
    )

    assert names(opened(recipe, folder)) == before


def test_a_photo_that_was_left_out_stays_out_when_it_can_be_read(tmp_path: Path) -> None:
    recipe, folder, said = with_photos(tmp_path, 3), new_run(tmp_path), list[Event]()
    bad = Path(recipe.data.folder) / "bad.png"
    bad.write_bytes(b"no picture")
    assert names(opened(recipe, folder, said)) == {"0.png", "1.png", "2.png"}
    assert "1 of 4 photos is left out" in texts(said, "photos-left-out")[0]
    Image.new("RGB", (40, 40)).save(bad)

    assert names(opened(recipe, folder)) == {"0.png", "1.png", "2.png"}


def test_some_photos_are_held_out_and_never_trained_on(tmp_path: Path) -> None:
    recipe, folder, said = with_photos(tmp_path, 40), new_run(tmp_path), list[Event]()

    photos = opened(recipe, folder, said)

    record = read_record(folder)
    assert record is not None
    held_out = {photo.name for photo in record.held_out}
    assert len(held_out) == 2  # one in twenty
    assert not held_out & names(photos)
    assert len(held_out | names(photos)) == 40
    assert all(pair.hr.shape == (48, 48, 3) for pair in photos.held_out)
    assert "2 of 40 photos are held out" in texts(said, "held-out")[0]


@pytest.mark.parametrize(
    ("count", "share", "expected"),
    [(9, 0.5, 0), (10, 0.01, 1), (10, 0.0, 0), (10, 1.0, 9), (100, 0.1, 10), (900, 0.1, 16)],
)
def test_how_many_are_held_out(count: int, share: float, expected: int) -> None:
    sizes = np.full((count, 2), 30)

    assert len(choose_held_out(sizes, patch_px=24, share=share, seed=1)) == expected


def test_which_are_held_out_depends_on_the_seed(tmp_path: Path) -> None:
    sizes = np.full((200, 2), 30)
    sizes[:20] = 8

    chosen = [choose_held_out(sizes, patch_px=24, share=0.05, seed=seed) for seed in (1, 1, 2)]

    assert chosen[0] == chosen[1] != chosen[2]
    assert min(chosen[0]) >= 20


def test_few_photos_are_all_trained_on_and_reported(tmp_path: Path) -> None:
    recipe, said = with_photos(tmp_path, 3), list[Event]()

    photos = opened(recipe, new_run(tmp_path), said)

    assert (len(photos.train), photos.held_out) == (3, ())
    assert "validation_folder" in texts(said, "held-out")[0]


def test_with_a_validation_folder_nothing_is_held_out_and_its_changes_are_reported(
    tmp_path: Path,
) -> None:
    others = write_photos(tmp_path / "validation", count=2)
    recipe = msgspec.structs.replace(with_photos(tmp_path, 12), validation_folder=str(others))
    folder, said = new_run(tmp_path), list[Event]()
    assert len(opened(recipe, folder).train) == 12
    (others / "0.png").unlink()

    opened(recipe, folder, said)

    assert "1 missing (0.png)" in texts(said, "validation-changed")[0]


def test_a_run_without_a_record_resumes_with_all_its_photos(tmp_path: Path) -> None:
    recipe, folder, said = with_photos(tmp_path, 12), new_run(tmp_path), list[Event]()
    (folder.checkpoints / "step-2").mkdir()

    assert len(opened(recipe, folder, said).train) == 12
    assert texts(said, "photos-unknown")


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    recipe, folder = with_photos(tmp_path, 3), new_run(tmp_path)
    (folder.path / "photos.json").write_text(json.dumps({"train": 3}), encoding="utf-8")

    with pytest.raises(ConfigError, match=r"photos\.json: cannot be read"):
        opened(recipe, folder)


def test_decoding_reports_its_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.training.run_photos._REPORT_EVERY_S", -1.0)
    said: list[Event] = []

    opened(with_photos(tmp_path, 3), new_run(tmp_path), said)

    steps = [(event.done, event.total) for event in said if isinstance(event, Preparing)]
    assert steps == [(done, 6) for done in range(6)]
