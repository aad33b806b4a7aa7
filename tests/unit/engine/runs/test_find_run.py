from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.errors import ConfigError, UnknownNameError
from engine.runs.find_run import new_run, open_run
from engine.runs.run_folder import RunFolder


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    for name in ("2026-01-01-gan-x4-ab12", "2026-01-02-gan-x4-cd34", "2026-01-02-gan"):
        RunFolder.create_at(tmp_path / "runs" / name, recipe_yaml="name: a\n")
    return tmp_path / "runs"


def test_a_run_is_found_by_its_folder_or_by_a_part_of_its_name(runs: Path) -> None:
    path = runs / "2026-01-01-gan-x4-ab12"

    assert open_run(str(path), runs).path == path
    assert open_run("ab12", runs).path == path


def test_a_whole_name_wins_over_parts_of_others(runs: Path) -> None:
    assert open_run("2026-01-02-gan", runs).path.name == "2026-01-02-gan"


def test_a_part_of_several_names_is_refused_and_they_are_listed(runs: Path) -> None:
    with pytest.raises(ConfigError, match=r"gan-x4-ab12, .*gan-x4-cd34"):
        open_run("gan-x4", runs)


def test_an_unknown_run_is_refused_and_the_known_are_listed(runs: Path) -> None:
    with pytest.raises(UnknownNameError, match="ab12"):
        open_run("slim", runs)
    with pytest.raises(UnknownNameError, match="there are: none"):
        open_run("slim", runs / "empty")


def test_a_new_run_goes_into_the_folder_of_runs_or_exactly_where_it_is_told(tmp_path: Path) -> None:
    named = new_run("mine", "type: psnr\n", runs=tmp_path / "runs")
    exact = new_run("mine", "type: psnr\n", runs=tmp_path / "runs", exact=tmp_path / "there")

    assert named.path.parent == tmp_path / "runs"
    assert "mine" in named.path.name
    assert exact.path == tmp_path / "there"
    assert (exact.path / "recipe.yaml").read_text() == "type: psnr\n"
