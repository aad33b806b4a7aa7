from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.main import run
from engine.runs.events import Metric, Progress, Started
from engine.runs.run_folder import RunFolder


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    for number, name in enumerate(("first-run", "second-run")):
        yaml = f"type: psnr\nname: {name}\nseed: {number}\nschedule: {{steps: 10}}\n"
        folder = RunFolder.create_at(tmp_path / name, recipe_yaml=yaml)
        folder.append(Started(time_s=1.0))
        folder.append(Metric(step=5, name="psnr_y_db", value=30.0 + number))
        folder.append(Progress(done=5, total=10, eta_s=9.0))
        folder.write_status("finished")
    return tmp_path


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert run([*words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert isinstance(document, dict)
    return document


def test_list_gives_every_run(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = answer(capsys, "runs", "list", "--runs", str(runs))

    found = document["runs"]
    assert isinstance(found, list)
    assert [(row["name"], row["state"], row["step"]) for row in found] == [
        ("first-run", "finished", 5),
        ("second-run", "finished", 5),
    ]


def test_show_gives_series_and_recipe(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = answer(capsys, "runs", "show", "first", "--runs", str(runs))

    assert document["series"] == {"psnr_y_db": [[5, 30.0]]}
    assert document["recipe"] == {
        "type": "psnr",
        "name": "first-run",
        "seed": "0",
        "schedule.steps": "10",
    }


def test_compare_gives_what_differs(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = answer(capsys, "runs", "compare", "first-run", "second", "--runs", str(runs))

    assert document["differing"] == {"name": ["first-run", "second-run"], "seed": ["0", "1"]}


def test_tables_name_the_runs(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["runs", "list", "--runs", str(runs)])
    run(["runs", "compare", "first", "second", "--runs", str(runs)])

    out = capsys.readouterr().out
    assert "first-run" in out
    assert "31.00" in out


@pytest.mark.parametrize(("name", "message"), [("third", "No run is called"), ("run", "several")])
def test_an_unclear_name_is_misuse(
    runs: Path, name: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["runs", "show", name, "--runs", str(runs)])

    assert code == 2
    assert message in capsys.readouterr().err
