from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.main import EXIT_DONE, EXIT_MISUSE, run
from engine.config.search_file import dump_search
from tests.helpers.toy_search import save_photos, toy_recipe


@pytest.fixture
def search(tmp_path: Path) -> Path:
    recipe = tmp_path / "toy.yaml"
    recipe.write_text(dump_search(toy_recipe(tmp_path, budget=2, population=2)))
    assert run(["search", str(recipe), "--out", str(tmp_path / "run")]) == EXIT_DONE
    return tmp_path / "run"


def test_networks_are_drawn_trained_and_ranked(
    tmp_path: Path, search: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = tmp_path / "alone"
    photos = save_photos(tmp_path / "training")
    recipe = tmp_path / "psnr.yaml"
    recipe.write_text(
        "type: psnr\nname: alone\n"
        f"data: {{folder: {photos}, cache_folder: {tmp_path / 'cache'}, patch_px: 8,"
        " batch_size: 2}\nschedule: {steps: 2}\nsample_photos: 0\ndevice: cpu\nthreads: 1\n"
    )
    given = ["search", "ranking", str(search), str(alone)]

    assert run([*given, "--networks", "6"]) == EXIT_DONE
    assert len(list(alone.glob("*.json"))) == 6
    capsys.readouterr()
    assert run([*given, "--train", str(recipe), "--seeds", "1"]) == EXIT_DONE
    assert len(list(alone.glob("*-s0.safetensors"))) == 6
    assert "tau of MACs alone" in capsys.readouterr().out
    assert run([*given, "--json"]) == EXIT_DONE
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    [study] = last["studies"].values()
    assert study["networks"] == 6
    assert study["ceiling"] is None
    assert Path(last["path"]).is_file()


def test_a_folder_without_weights_says_what_to_do(
    tmp_path: Path, search: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["search", "ranking", str(search), str(tmp_path / "none")]) == EXIT_MISUSE
    assert "--networks and --train" in capsys.readouterr().err
