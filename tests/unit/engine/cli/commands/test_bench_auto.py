from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.helpers.catalogs import put_dial
from tests.helpers.leaf_pictures import leaf_picture
from tests.unit.engine.cli.conftest import RunCommand


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(2):
        picture = leaf_picture(height=130, width=130, seed=number)
        Image.fromarray(picture).save(folder / f"{number}.png")
    return folder


@pytest.fixture
def dial(own_home: Path) -> str:
    put_dial(own_home / "data" / "models", "dial")
    return "dial"


def test_auto_is_measured_against_known_degradations(
    mfagan: RunCommand, photos: Path, dial: str
) -> None:
    said = mfagan("bench", "auto", dial, "--data", photos, "--degrade", "light", "--threads", 1)

    assert said.code == 0, said.err
    assert "light (JPEG)" in said.out
    assert "middles of 320 px of 2 photos" in said.out
    assert "fidelity 0.15" in said.out


def test_its_figures_are_one_document(mfagan: RunCommand, photos: Path, dial: str) -> None:
    said = mfagan(
        "bench", "auto", dial, "--data", photos, "--degrade", "clean", "--threads", 1, "--json"
    )

    assert said.code == 0, said.err
    (document,) = said.events
    (clean,) = document["degradations"]
    assert (clean["degradation"], clean["photos"], clean["lpips"]) == ("clean", 2, None)
    assert [one["photo"] for one in document["photos"]] == ["0.png", "1.png"]


def test_photos_that_were_trained_on_can_be_left_out(
    mfagan: RunCommand, photos: Path, dial: str
) -> None:
    # The first one has the name of a photo that was held out.
    (photos / "0.png").rename(photos / "0104_0.avif")

    said = mfagan(
        "bench", "auto", dial, "--data", photos, "--held-out", "--degrade", "clean",
        "--threads", 1, "--json",
    )  # fmt: skip

    assert said.code == 0, said.err
    assert [one["photo"] for one in said.events[0]["photos"]] == ["0104_0.avif"]


def test_a_folder_without_held_out_photos_says_so(
    mfagan: RunCommand, photos: Path, dial: str
) -> None:
    said = mfagan("bench", "auto", dial, "--data", photos, "--held-out")

    assert said.code != 0
    assert "none of the photos" in said.err
