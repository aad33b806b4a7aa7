from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError
from engine.search.comparison import hypervolume_after, write_comparison
from engine.search.report import SearchOutcome
from engine.search.run import run_search
from tests.helpers.toy_search import toy_recipe, toy_run


def search(folder: Path, **changes: object) -> Path:
    folder.mkdir()
    recipe = toy_recipe(folder, **changes)
    run = toy_run(folder, recipe)
    run_search(recipe, run, token=CancelToken(), report=lambda _: None)
    return run.path


def test_searches_are_compared_at_equal_evaluations(tmp_path: Path) -> None:
    runs = [
        search(tmp_path / "random", algorithm="random", budget=8),
        search(tmp_path / "uniform", algorithm="uniform", budget=8),
    ]

    page = write_comparison(runs, tmp_path / "page")

    uniform = SearchOutcome.read(runs[1])
    assert len(uniform.records) == 4
    # It has no more networks than these and keeps what it found.
    assert hypervolume_after(uniform, 8) == uniform.history[-1].hypervolume
    text = page.read_text()
    assert f"| uniform | 0 | 4 | {hypervolume_after(uniform, 2):.3f} |" in text
    assert (page.parent / "front.png").is_file()
    assert (page.parent / "hypervolume.png").is_file()


def test_searches_of_other_objectives_are_not_compared(tmp_path: Path) -> None:
    runs = [
        search(tmp_path / "one", budget=2),
        search(tmp_path / "other", budget=2, objectives=("psnr_y_db", "params")),
    ]

    with pytest.raises(ConfigError, match="other objectives"):
        write_comparison(runs, tmp_path / "page")


def test_searches_of_other_spaces_are_not_compared(tmp_path: Path) -> None:
    space = {"family": "mfanet", "channels": [4], "blocks": [1, 2], "inner": [4]}
    runs = [search(tmp_path / "one", budget=2), search(tmp_path / "other", budget=2, space=space)]

    with pytest.raises(ConfigError, match="other reference points"):
        write_comparison(runs, tmp_path / "page")
