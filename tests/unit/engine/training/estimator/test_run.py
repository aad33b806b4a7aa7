from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled
from engine.core.file_hash import hash_file
from engine.inference.restoration.regressor import Regressor
from engine.training.estimator.card import read_estimator_card
from engine.training.estimator.damaged_crops import HR_PX
from engine.training.estimator.run import EstimatorSettings, TrainedEstimator, train_estimator
from tests.helpers.leaf_pictures import leaf_picture

SETTINGS = EstimatorSettings(photo_crops=1, drawn_crops=2, steps=3)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    picture = leaf_picture(height=HR_PX + 20, width=HR_PX + 20)
    for number in range(11):
        part = picture[number : HR_PX + number, number : HR_PX + number]
        Image.fromarray(part).save(folder / f"{number:02}.png")
    Image.fromarray(picture[:200]).save(folder / "small.png")
    return folder


def _trained(photos: Path, into: Path) -> TrainedEstimator:
    return train_estimator(photos, into, SETTINGS, command="mfagan train-estimator")


def test_weights_and_card_are_written(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.training.estimator.run._JUDGED_CROPS", 2)
    monkeypatch.setattr("engine.training.estimator.run._JUDGED_DRAWINGS", 2)
    (photos / "broken.png").write_bytes(b"nothing")

    trained = _trained(photos, tmp_path / "made")

    assert Regressor.load(trained.weights).layers[0][0].shape[1] == 58
    card = read_estimator_card(tmp_path / "made" / "restoration-estimator.json")
    assert card == trained.card
    assert card.sha256 == hash_file(trained.weights)
    # One of eleven is held out; too small ones take no part.
    assert (card.photos, len(card.held_out), card.photo_crops) == (10, 1, 10)
    assert sum(errors.crops for errors in card.errors) == 2 + 2
    assert [photo.name for photo in trained.left_out] == ["broken.png"]


def test_too_few_large_photos_are_refused(photos: Path, tmp_path: Path) -> None:
    for number in range(3):
        (photos / f"{number:02}.png").unlink()

    with pytest.raises(ConfigError, match="8 photos have 416x416 px or more"):
        _trained(photos, tmp_path / "made")


def test_a_cancelled_training_writes_nothing(photos: Path, tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()

    with pytest.raises(JobCancelled):
        train_estimator(photos, tmp_path / "made", SETTINGS, command="", token=token)

    assert not (tmp_path / "made").exists()
