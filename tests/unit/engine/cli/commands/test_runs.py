from __future__ import annotations

import csv
import io
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


def test_a_folder_without_runs_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["runs", "list", "--runs", str(tmp_path)]) == 0

    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"no runs in {tmp_path}" in printed.err


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


def test_the_list_shows_latest_and_best_and_which_runs_are_damaged(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    RunFolder(runs / "first-run").append(Metric(step=8, name="psnr_y_db", value=29.25))
    (runs / "second-run" / "recipe.yaml").write_bytes(b"a: [1")

    assert run(["runs", "list", "--runs", str(runs)]) == 0

    reply = capsys.readouterr()
    lines = {line.split()[0]: line.split()[2:] for line in reply.out.splitlines()}
    assert lines["first-run"] == ["finished", "5", "10", "29.25", "30.00", "-"]
    assert lines["second-run"][0] == "damaged"
    assert "second-run/recipe.yaml: is not YAML" in reply.err.replace("\n", "")


def test_a_damaged_run_is_shown_as_such(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (runs / "second-run" / "status.json").write_bytes(b"{}")

    assert run(["runs", "show", "second", "--runs", str(runs)]) == 2
    assert "is damaged: " in capsys.readouterr().err


def test_show_lists_the_course_of_metrics(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = RunFolder(runs / "first-run")
    for step, value in ((6, 33.0), (7, 32.5)):
        folder.append(Metric(step=step, name="psnr_y_db", value=value))

    assert run(["runs", "show", "first", "--runs", str(runs)]) == 0

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["figure", "first", "halfway", "newest", "least", "most"] in lines
    assert ["psnr_y_db", "30", "33", "32.5", "30", "33"] in lines


def test_clean_deletes_decoded_photos_and_leftovers_only(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = tmp_path / "cache"
    cached = cache / "rgb8-1" / "ab" / f"{'ab' * 32}-x2.npy"
    old, own = cache / f"{'0' * 16}-x4.rgb", cache / "holiday.npy"
    part = runs / "first-run" / "checkpoints" / "step-7.part" / "generator.safetensors"
    for path in (cached, old, own, part):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(100))
    words = ["clean", "--runs", str(runs), "--cache", str(cache)]

    document = answer(capsys, "runs", *words)
    assert document == {"cached": 2, "leftovers": 1, "bytes": 300, "is_deleted": False}
    assert cached.exists()
    assert answer(capsys, "runs", *words, "--yes")["is_deleted"] is True

    assert not any(path.exists() for path in (cached, old, part, part.parent))
    assert own.exists()
    assert (runs / "first-run" / "recipe.yaml").exists()


def test_clean_asks_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cached = tmp_path / f"{'0' * 16}-x4.rgb"
    cached.write_bytes(bytes(100))
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))

    assert run(["runs", "clean", "--runs", str(tmp_path / "r"), "--cache", str(tmp_path)]) == 130
    assert cached.exists()
    assert "100 B" in capsys.readouterr().out


def test_clean_keeps_what_a_running_run_writes(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = RunFolder(runs / "first-run")
    part = folder.checkpoints / "step-7.part"
    part.mkdir(parents=True)

    with folder.locked():
        folder.write_status("running")
        words = ["--runs", str(runs), "--cache", str(tmp_path / "cache"), "--yes"]
        assert answer(capsys, "runs", "clean", *words)["leftovers"] == 0

    assert part.exists()


def test_a_run_of_no_calendar_is_shown(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (runs / "first-run" / "events.jsonl").write_bytes(b'{"kind":"started","time_s":1e12}\n')

    assert run(["runs", "show", "first", "--runs", str(runs)]) == 0
    assert "no calendar" in capsys.readouterr().out


def test_the_course_of_a_run_is_written_as_csv(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = RunFolder(runs / "first-run")
    folder.append(Metric(time_s=3.5, step=9, name='loss,"a"', value=0.5))
    folder.append(Started(time_s=60.0, step=5))

    assert run(["runs", "series", "first", "--runs", str(runs)]) == 0

    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] == ["metric", "step", "value", "trained_s", "is_abandoned"]
    assert [row[:3] + row[4:] for row in rows[1:]] == [
        ["psnr_y_db", "5", "30.0", "0"],
        ['loss,"a"', "9", "0.5", "1"],
    ]


def test_one_metric_is_chosen_by_its_name(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["runs", "series", "first", "--runs", str(runs), "--metric"]

    assert run([*words, "psnr_y_db"]) == 0
    assert capsys.readouterr().out.count("\n") == 2
    assert run([*words, "lpips"]) == 2
    assert "psnr_y_db" in capsys.readouterr().err


def test_a_damaged_log_is_exported_with_a_warning(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = runs / "first-run" / "events.jsonl"
    log.write_bytes(b"{}\n" + log.read_bytes())

    assert run(["runs", "series", "first", "--runs", str(runs)]) == 0

    reply = capsys.readouterr()
    assert "psnr_y_db,5,30.0" in reply.out
    assert "were skipped: 1" in reply.err.replace("\n", " ")


def test_diff_lists_the_values_that_differ(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["runs", "diff", "first", "second", "--runs", str(runs)]

    document = answer(capsys, *words)
    assert document["differences"] == {"name": ["first-run", "second-run"], "seed": ["0", "1"]}
    assert run(words) == 0
    assert "seed" in capsys.readouterr().out
    assert run([*words[:3], "first", *words[4:]]) == 0
    assert "do not differ" in capsys.readouterr().err


def test_a_recipe_file_is_compared_with_a_run(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "my.yaml"
    file.write_text("name: first-run\nschedule: {steps: 10, learning_rate: 1e-4}\n", "utf-8")

    document = answer(capsys, "runs", "diff", str(file), "first", "--runs", str(runs))

    assert document["differences"] == {"schedule.learning_rate": ["0.0001", "0.001"]}


@pytest.mark.parametrize("command", ["pause", "stop"])
def test_a_running_run_is_asked_through_its_folder(
    runs: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = RunFolder(runs / "first-run")
    with folder.locked():
        folder.write_status("running")
        assert run(["runs", command, "first", "--runs", str(runs), "--wait", "0.3"]) == 0

    assert f"asked to {command}" in capsys.readouterr().err.replace("\n", " ")
    assert json.loads((folder.path / "request.json").read_bytes())["request"] == command


@pytest.mark.parametrize("command", ["pause", "stop", "resume"])
def test_a_finished_run_cannot_be_controlled(
    runs: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["runs", command, "first", "--runs", str(runs)]) == 2
    assert "finished" in capsys.readouterr().err
