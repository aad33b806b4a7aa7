from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from engine.cli.main import EXIT_DONE, EXIT_MISUSE, run
from tests.helpers.toy_search import save_photos
from tests.helpers.tuning_grid import grid_run


def test_tuning_from_recipe_and_space_to_a_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = save_photos(tmp_path / "photos", count=12)
    space = tmp_path / "space.yaml"
    fields = {"generator.channels": {"choices": [4, 8]}}
    space.write_text(yaml.safe_dump({"fields": fields, "algorithm": "grid", "budget": 1}))
    changes = [
        "generator.scale=2",
        "generator.blocks=1",
        "schedule.steps=2",
        "validate_every=2",
        "data.patch_px=8",
        "data.batch_size=2",
        "sample_photos=0",
        "threads=1",
    ]
    out = tmp_path / "run"
    start = ["tune", "tiny", "--space", str(space), "--data", str(photos), "--out", str(out)]

    code = run([*start, "--budget", "2", *(word for one in changes for word in ("--set", one))])

    assert code == EXIT_DONE, capsys.readouterr().err
    capsys.readouterr()
    assert run(["tune", "show", str(out), "--json"]) == EXIT_DONE
    shown = json.loads(capsys.readouterr().out)
    assert [one["measurement"]["state"] for one in shown["trials"]] == ["complete", "complete"]
    assert run(["tune", "resume", str(out)]) == EXIT_DONE


@pytest.mark.parametrize(
    ("space", "said"),
    [
        ({"fields": {}}, "name at least one field"),
        ({"fields": {"seed": {"low": 3, "high": 1}}}, "above high"),
        ({"fields": {"seed": {}}}, "either choices, or low and high"),
        ({"fields": {"seed": {"choices": [1]}}, "algorithm": "annealing"}, "algorithm"),
    ],
)
def test_a_wrong_space_says_what_to_change(
    tmp_path: Path, space: dict[str, object], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "space.yaml"
    path.write_text(yaml.safe_dump(space))

    code = run(["tune", "tiny", "--space", str(path), "--data", str(save_photos(tmp_path / "p"))])

    assert code == EXIT_MISUSE
    assert said in capsys.readouterr().err


def test_algorithms_are_compared_over_a_grid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grid = grid_run(tmp_path)

    assert run(["tune", "compare", str(grid), "--replay", "2", "--budget", "4", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {name: len(curves) for name, curves in found["curves"].items()} == {
        "tpe": 2,
        "gp": 2,
        "random": 2,
        "grid": 1,
    }
    assert found["optimum"] == 30.0
    assert Path(found["path"]).is_file()


def test_a_replay_takes_one_grid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    grid = str(grid_run(tmp_path))

    assert run(["tune", "compare", grid, grid, "--replay", "2"]) == EXIT_MISUSE
    assert "takes one run" in capsys.readouterr().err
