from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.main import EXIT_DONE, EXIT_MISUSE, run
from engine.config.search_file import dump_search
from engine.runs.candidate_files import CandidateFiles
from tests.helpers.toy_search import toy_recipe
from tests.helpers.toy_tpsr import toy_discriminators, toy_generators


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "toy.yaml"
    path.write_text(dump_search(toy_recipe(tmp_path, budget=4, population=2)))
    return path


def test_a_search_from_the_recipe_to_a_page(
    tmp_path: Path, recipe: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"

    assert run(["search", str(recipe), "--out", str(out)]) == EXIT_DONE
    assert len(CandidateFiles(out).all()) == 4
    # More evaluations than at first; those that are there are not repeated.
    assert run(["search", "resume", str(out), "--set", "budget=6"]) == EXIT_DONE
    assert len(CandidateFiles(out).all()) == 6

    capsys.readouterr()
    assert run(["search", "front", str(out), "--json"]) == EXIT_DONE
    front = json.loads(capsys.readouterr().out)["front"]
    least = min(one["metrics"]["gmacs"] for one in front)
    assert run(["search", "front", str(out), "--under", f"gmacs={least}", "--json"]) == EXIT_DONE
    [only] = json.loads(capsys.readouterr().out)["front"]
    assert only["metrics"]["gmacs"] == least

    assert run(["search", "report", str(out)]) == EXIT_DONE
    assert run(["search", "pick", str(out), only["id"], "--measure"]) == EXIT_DONE
    assert "Measured here" in capsys.readouterr().out
    assert run(["runs", "show", str(out)]) == EXIT_DONE
    assert "6" in capsys.readouterr().out


def test_options_may_come_first(tmp_path: Path, recipe: Path) -> None:
    assert run(["search", "--out", str(tmp_path / "run"), str(recipe)]) == EXIT_DONE


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "algorithm=annealing"], "algorithm"),
        (["--set", "budgt=3"], "did you mean 'budget'"),
        (["--set", "objectives=[latency_ms]"], "needs a device"),
        (["--set", "profile=no-such-device", "--set", "objectives=[latency_ms]"], "No device"),
    ],
)
def test_a_wrong_recipe_says_what_to_change(
    tmp_path: Path,
    recipe: Path,
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = run(["search", str(recipe), "--out", str(tmp_path / "run"), *arguments])

    assert code == EXIT_MISUSE
    assert said in capsys.readouterr().err


def test_a_resumed_search_keeps_what_makes_its_candidates_comparable(
    tmp_path: Path, recipe: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    run(["search", str(recipe), "--out", str(out)])

    assert run(["search", "resume", str(out), "--set", "seed=4"]) == EXIT_MISUSE
    assert "start a new search" in capsys.readouterr().err


def test_an_unknown_metric_is_refused_with_the_known_ones(
    tmp_path: Path, recipe: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    run(["search", str(recipe), "--out", str(out)])

    assert run(["search", "front", str(out), "--under", "latency=70"]) == EXIT_MISUSE
    assert "latency_ms" in capsys.readouterr().err


def test_a_generator_is_searched_and_then_a_discriminator_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generators, discriminators = tmp_path / "generators", tmp_path / "discriminators"
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text(dump_search(toy_generators(tmp_path, budget=2)))
    second.write_text(dump_search(toy_discriminators(tmp_path, tmp_path, budget=1)))

    assert run(["search", str(first), "--out", str(generators)]) == EXIT_DONE
    changes = ["--set", f"training.generator_run_folder={generators}"]
    changes += ["--set", "training.seeds=[5]"]
    assert run(["search", str(second), "--out", str(discriminators), *changes]) == EXIT_DONE

    capsys.readouterr()
    assert run(["search", "front", str(discriminators), "--json"]) == EXIT_DONE
    [found] = json.loads(capsys.readouterr().out)["front"]
    assert found["metrics"]["lpips"] > 0
    assert run(["search", "pick", str(discriminators), found["id"]]) == EXIT_DONE
    assert "trained.onnx" in capsys.readouterr().out
    assert run(["search", "report", str(discriminators)]) == EXIT_DONE
