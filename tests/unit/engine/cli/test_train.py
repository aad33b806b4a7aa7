from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.main import run
from engine.cli.train import parse_overrides
from engine.core.errors import ConfigError
from engine.runs.run_folder import RunFolder
from tests.helpers.training import write_photos


def test_overrides_keep_equals_signs_of_their_values() -> None:
    assert parse_overrides(["a.b=1", "c=x=y"]) == {"a.b": "1", "c": "x=y"}


def test_an_override_without_equals_sign_is_misuse() -> None:
    with pytest.raises(ConfigError, match="KEY=VALUE"):
        parse_overrides(["steps"])


@pytest.mark.parametrize("words", [["train"], ["train", "a.yaml", "--preset", "tiny"]])
def test_exactly_one_recipe_must_be_named(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    assert "Name one recipe" in capsys.readouterr().err


def test_an_unknown_recipe_is_misuse_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "no-such-recipe", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "unknown-name"


def test_a_run_that_is_running_cannot_be_resumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = RunFolder.create_at(tmp_path / "run", recipe_yaml="name: a\n")
    folder.write_status("running")

    assert run(["resume", str(folder.path)]) == 2
    assert "is running" in capsys.readouterr().err


def test_bench_train_tells_the_ratio(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photos = write_photos(tmp_path / "photos")
    small = ["data.patch_px=8", "data.batch_size=2", "generator.channels=4", "generator.blocks=1"]
    small += [f"data.cache_folder={tmp_path / 'cache'}", "precision=fp32"]
    words = [word for value in small for word in ("--set", value)]

    code = run(
        ["bench", "train", "--data", str(photos), "--steps", "2", "--rounds", "1", "--json", *words]
    )

    report = json.loads(capsys.readouterr().out)
    assert code == 0
    assert report["ratio_to_plain"] > 0
    assert report["batch_size"] == 2


def test_bench_train_needs_a_plain_recipe(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "train", "gan-x4", "--data", "photos"]) == 2
    assert "type psnr" in capsys.readouterr().err
