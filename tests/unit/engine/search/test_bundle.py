from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from PIL import Image

from engine.catalog.card_file import read_card
from engine.config.search_file import load_search
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, OutputExistsError
from engine.runs.candidate_files import CandidateFiles
from engine.runs.measured_latency import read_measured
from engine.runs.run_folder import RunFolder
from engine.runs.summary import read_summary
from engine.search.bundle import spread, write_bundle
from engine.search.report import SearchOutcome
from engine.search.run import run_search
from tests.helpers.toy_search import save_photos, toy_recipe, toy_run


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A finished search of six candidates."""
    recipe = toy_recipe(tmp_path, budget=6)
    folder = toy_run(tmp_path, recipe)
    run_search(recipe, folder, token=CancelToken(), report=lambda _: None)
    return folder.path


def test_a_bundle_is_read_like_its_run_and_holds_models(tmp_path: Path, run: Path) -> None:
    photo = save_photos(tmp_path / "thumbnail", count=1, side_px=200) / "0.png"

    made = write_bundle(run, tmp_path / "demo", members=2, photo=photo, token=CancelToken())

    bundled = SearchOutcome.read(made.folder)
    assert [one.id for one in bundled.records] == [one.id for one in CandidateFiles(run).all()]
    assert bundled.history[-1].hypervolume == SearchOutcome.read(run).history[-1].hypervolume
    assert read_summary(RunFolder.open(made.folder)).state == "finished"
    assert str(tmp_path) not in (made.folder / "recipe.yaml").read_text()
    assert load_search(made.folder / "recipe.yaml").budget == 6
    for candidate_id in made.ids:
        folder = made.folder / "candidates" / candidate_id
        measured = read_measured(folder)
        assert measured is not None
        assert measured.latency_ms > 0
        with Image.open(folder / "thumbnail.webp") as thumbnail:
            assert thumbnail.size == (192, 192)
        [card_file] = (folder / "model").glob("*.json")
        card = read_card(card_file)
        session = ort.InferenceSession(folder / "model" / card.variants[0].files[0].file)
        [sr] = session.run(None, {"lr": np.zeros((1, 3, 8, 8), dtype=np.float32)})
        assert sr.shape == (1, 3, 16, 16)
    assert len(made.ids) == min(2, len(bundled.members))


def test_an_existing_folder_is_not_touched(tmp_path: Path, run: Path) -> None:
    photo = save_photos(tmp_path / "thumbnail", count=1, side_px=200) / "0.png"

    with pytest.raises(OutputExistsError):
        write_bundle(run, tmp_path, members=2, photo=photo, token=CancelToken())


def test_a_photo_that_is_too_small_is_refused(tmp_path: Path, run: Path) -> None:
    photo = tmp_path / "photos" / "0.png"

    with pytest.raises(ConfigError, match="at least 192"):
        write_bundle(run, tmp_path / "demo", members=2, photo=photo, token=CancelToken())


def test_chosen_members_are_spread_with_both_ends(run: Path) -> None:
    records = CandidateFiles(run).all()

    chosen = spread(records, 3)

    assert (chosen[0], chosen[-1]) == (records[0], records[-1])
    assert len(spread(records, 50)) == len(records)
