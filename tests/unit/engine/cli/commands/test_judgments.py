from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace as with_fields

from engine.cli.main import EXIT_DONE, EXIT_MISUSE, run
from engine.judging.judgments import JudgmentFile, find_judgment_files, judging_folder
from engine.runs.run_folder import RunFolder
from tests.helpers.simulated_eye import SimulatedEye, judge, make_test


@pytest.fixture
def judged_run(tmp_path: Path) -> Path:
    """A run with a blind test in which c looks best, and b hardly differs from a."""
    folder = RunFolder.create_at(tmp_path / "runs" / "2026-my-search", recipe_yaml="type: search")
    test = make_test(3, 6)
    networks = tuple(
        with_fields(one, metrics={"lpips": lpips, "psnr_y_db": 30 + lpips})
        for one, lpips in zip(test.networks, (0.3, 0.2, 0.1), strict=True)
    )
    file = JudgmentFile.create(folder.path, with_fields(test, networks=networks))
    for judgment in judge(test, SimulatedEye({"a": 0.0, "b": 0.1, "c": 3.0}), answers=48):
        file.add(judgment)
    file.close()
    return folder.path


def test_the_ranking_with_what_cannot_be_told_apart(
    judged_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["judgments", "my-search", "--runs", str(judged_run.parent)]) == EXIT_DONE

    said = capsys.readouterr().out
    assert "1 blind test: 40 answers on 6 photos" in said
    assert said.index("network c") < said.index("network a")
    assert "Cannot be told apart yet: " in said
    assert "The eye and LPIPS: Kendall's tau" in said
    assert "The eye and Y-PSNR: Kendall's tau" in said
    assert "Hidden repeats: " in said
    assert "Left side preferred in " in said


def test_programs_get_all_figures(judged_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [file] = find_judgment_files(judged_run)

    assert run(["judgments", str(file), "--json"]) == EXIT_DONE

    found = json.loads(capsys.readouterr().out)
    assert found["answers"] == 40
    assert found["ranking"][0]["id"] == "c"
    assert found["ranking"][0]["share_low"] > 0.5
    assert len(found["pairs"]) == 3
    assert found["consistency"]["repeats"] == 8
    assert {one["metric"] for one in found["agreements"]} == {"lpips", "psnr_y_db"}
    assert found["intervals_of"] == "photos in general"


def test_a_damaged_line_is_said(judged_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [file] = find_judgment_files(judged_run)
    with file.open("ab") as stream:
        stream.write(b"?\n")

    assert run(["judgments", str(judged_run)]) == EXIT_DONE
    assert "1 damaged line(s) were skipped" in capsys.readouterr().err


def test_a_run_without_a_blind_test_says_where_one_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    RunFolder.create_at(tmp_path / "run", recipe_yaml="type: search")

    assert run(["judgments", str(tmp_path / "run")]) == EXIT_MISUSE
    assert "there is no blind test yet" in capsys.readouterr().err


def test_without_a_run_models_of_the_catalog_are_ranked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["judgments"]) == EXIT_MISUSE
    assert "Models of the catalog: there is no blind test yet" in capsys.readouterr().err
    file = JudgmentFile.create(judging_folder(None), make_test())
    file.close()

    assert run(["judgments"]) == EXIT_DONE
    assert "0 answers" in capsys.readouterr().out


def test_a_file_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text("{}\n")

    assert run(["judgments", str(path)]) == EXIT_MISUSE
    assert "is not a blind test" in capsys.readouterr().err
