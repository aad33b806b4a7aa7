from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
import yaml

from tests.helpers.training import TINY, tiny_data, write_photos
from tests.unit.engine.cli.conftest import RunCommand


def write_plan(tmp_path: Path) -> Path:
    recipe = {
        "data": msgspec.to_builtins(tiny_data(tmp_path)),
        "schedule": {"steps": 9},
        "generator": msgspec.to_builtins(TINY),
        "device": "cpu",
        "threads": 1,
    }
    arms = {"alone": {}, "softer": {"recipe": {"clip_norm": 0.5}, "against": "alone"}}
    path = tmp_path / "plan.yaml"
    path.write_text(yaml.safe_dump({"recipe": recipe, "arms": arms, "seeds": [0, 1]}))
    return path


def test_a_plan_becomes_a_table_and_figures(tmp_path: Path, mfagan: RunCommand) -> None:
    folder, photos = tmp_path / "out", write_photos(tmp_path / "bench", count=1)
    words = ["bench", "methods", write_plan(tmp_path), "--into", folder, "--data", photos]

    said = mfagan(*words, "--set", "recipe.schedule.steps=1", "--json")

    assert said.code == 0
    results = [event for event in said.events if event["event"] == "result"]
    assert [(r["arm"], r["seed"], r["steps"]) for r in results] == [
        ("alone", 0, 1), ("softer", 0, 1), ("alone", 1, 1), ("softer", 1, 1)
    ]  # fmt: skip
    document = json.loads((folder / "comparison.json").read_text())
    assert document["arms"][1]["differences"]["bench"]["psnr_y_db"]["seeds"] == 2
    assert document["plan"]["recipe"]["schedule"] == {"steps": 1}
    table = (folder / "comparison.md").read_text()
    assert [line.split(" |")[0] for line in table.splitlines()[2:]] == ["| alone", "| softer"]


@pytest.mark.parametrize("name", ["comparison.json", "comparison.md"])
def test_a_file_that_is_no_comparison_is_not_replaced(
    tmp_path: Path, mfagan: RunCommand, name: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / name).write_text('{"mine": 1}')

    said = mfagan("bench", "methods", write_plan(tmp_path), "--into", folder, "--data", tmp_path)

    assert said.code == 1
    assert name in said.err
    assert [path.name for path in folder.iterdir()] == [name]
    assert (folder / name).read_text() == '{"mine": 1}'


@pytest.mark.parametrize("name", ["methods", "schemes"])
def test_the_table_is_shown_without_training(tmp_path: Path, mfagan: RunCommand, name: str) -> None:
    folder = tmp_path / "out"

    said = mfagan(
        "bench", name, write_plan(tmp_path), "--into", folder, "--data", tmp_path, "--table"
    )

    assert said.code == 0
    assert said.out.splitlines() == [
        "| arm | seeds | params | steps | train s |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    assert not folder.exists()


def test_old_words_in_a_plan_are_warned_of(tmp_path: Path, mfagan: RunCommand) -> None:
    plan = write_plan(tmp_path)
    plan.write_text(plan.read_text().replace("clip_norm: 0.5", "colour: 1.0"))

    said = mfagan(
        "bench", "methods", plan, "--into", tmp_path / "out", "--data", tmp_path, "--table"
    )

    assert said.code == 0
    assert f"{plan}: arms.softer.recipe.colour is now called arms.softer.recipe.color" in said.err


def test_the_earlier_name_is_not_listed(mfagan: RunCommand) -> None:
    listed = mfagan("bench", "--help").out

    assert "methods" in listed
    assert "schemes" not in listed
