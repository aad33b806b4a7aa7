from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError
from engine.search.report import SearchOutcome, write_report
from engine.search.run import run_search
from tests.helpers.toy_search import toy_recipe, toy_run


def test_a_page_shows_front_and_hypervolume_with_its_reference_point(tmp_path: Path) -> None:
    recipe = toy_recipe(tmp_path, budget=6)
    run = toy_run(tmp_path, recipe)
    run_search(recipe, run, token=CancelToken(), report=lambda _: None)

    page = write_report(run.path)

    text = page.read_text()
    outcome = SearchOutcome.read(run.path)
    for record in outcome.members:
        assert record.id in text
    assert f"reference point {outcome.reference}" in text
    for name in ("front.png", "hypervolume.png"):
        assert f"({name})" in text
        with Image.open(page.parent / name) as picture:
            assert picture.width > 300
    assert "latency.png" not in text


def test_the_hypervolume_never_falls(tmp_path: Path) -> None:
    recipe = toy_recipe(tmp_path, budget=8)
    run = toy_run(tmp_path, recipe)
    run_search(recipe, run, token=CancelToken(), report=lambda _: None)

    curve = [state.hypervolume for state in SearchOutcome.read(run.path).history]

    assert len(curve) == 8
    assert curve == sorted(curve)


def test_a_run_without_candidates_has_no_page(tmp_path: Path) -> None:
    run = toy_run(tmp_path, toy_recipe(tmp_path))

    with pytest.raises(ConfigError, match="no candidates yet"):
        write_report(run.path)
