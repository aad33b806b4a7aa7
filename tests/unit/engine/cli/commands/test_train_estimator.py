from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from engine.training.estimator.damaged_crops import HR_PX
from tests.helpers.leaf_pictures import leaf_picture
from tests.unit.engine.cli.conftest import RunCommand


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("engine.training.estimator.run._JUDGED_CROPS", 1)
    monkeypatch.setattr("engine.training.estimator.run._JUDGED_DRAWINGS", 1)
    folder = tmp_path / "my photos"
    folder.mkdir()
    picture = leaf_picture(height=HR_PX + 10, width=HR_PX + 10)
    for number in range(10):
        part = picture[number : HR_PX + number, number : HR_PX + number]
        Image.fromarray(part).save(folder / f"{number}.png")
    return folder


def test_the_estimator_is_trained_and_described(
    mfagan: RunCommand, photos: Path, tmp_path: Path
) -> None:
    options = ("--crops", 1, "--drawings", 2, "--steps", 2, "--seed", 4)

    said = mfagan("train-estimator", "--data", photos, "--into", tmp_path / "made", *options)

    assert said.code == 0, said.err
    assert "9 crops of 9 photos and 2 drawn ones" in said.out
    names = sorted(path.name for path in (tmp_path / "made").iterdir())
    assert names == ["restoration-estimator.json", "restoration-estimator.npz"]
    again = mfagan(
        "train-estimator", "--data", photos, "--into", tmp_path / "again", *options, "--json"
    )
    card = again.events[0]
    assert card["command"] == (
        "mfagan train-estimator --data 'my photos' --crops 1 --drawings 2 --steps 2 --seed 4"
    )
    # The same command makes the same weights.
    for name in names:
        assert (tmp_path / "made" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_a_folder_with_too_few_photos_is_refused(
    mfagan: RunCommand, photos: Path, tmp_path: Path
) -> None:
    (photos / "0.png").unlink()

    said = mfagan("train-estimator", "--data", photos, "--into", tmp_path / "made")

    assert said.code != 0
    assert "at least 10 are needed" in said.err
