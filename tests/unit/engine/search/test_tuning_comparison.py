from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.core.errors import ConfigError
from engine.search.tuning_comparison import (
    BestSoFar,
    best_table,
    curves_of_runs,
    reached_table,
    write_tuning_comparison,
)
from tests.helpers.tuning_grid import grid_run

CURVES = {
    "tpe": [[1.0, 3.0, 4.0, 4.0], [2.0, 4.0, 4.0, 4.0], [2.0, 3.0, 3.0, 4.0]],
    "random": [[1.0, 1.0, 2.0, 3.0], [3.0, 3.0, 3.0, 3.0], [1.0, 4.0, 4.0, 4.0]],
    "grid": [[1.0, 2.0]],
}


def best(*, optimum: float | None = 4.0) -> BestSoFar:
    return BestSoFar(metric="psnr_y_db", is_maximized=True, curves=CURVES, optimum=optimum)


def test_a_curve_that_ended_earlier_keeps_its_last_value() -> None:
    assert best().rows("grid").tolist() == [[1.0, 2.0, 2.0, 2.0]]


def test_the_interval_surrounds_the_mean_and_is_none_where_all_seeds_agree() -> None:
    low, high = best().interval("tpe")
    mean = best().rows("tpe").mean(axis=0)

    assert (low <= mean).all()
    assert (mean <= high).all()
    assert low[1] < high[1]
    assert (low[3], high[3]) == (4.0, 4.0)


def test_evaluations_until_a_value_are_counted_for_each_seed() -> None:
    assert best().reached_after("tpe", 4.0) == [3, 2, 4]
    assert best().reached_after("random", 4.0) == [None, None, 2]
    less = BestSoFar(metric="loss", is_maximized=False, curves={"tpe": [[3.0, 1.0]]})
    assert less.reached_after("tpe", 2.0) == [2]


def test_a_seed_that_never_came_there_is_later_than_all_others() -> None:
    table = reached_table(best())
    assert table is not None
    rows = {row[0]: row[1] for row in table[1]}

    assert rows["tpe"].startswith("3 (")
    assert rows["random"].startswith("never (2 to never")
    assert rows["grid"] == "never"


def test_without_all_combinations_there_is_no_optimum_to_reach() -> None:
    assert reached_table(best(optimum=None)) is None


def test_the_table_tells_the_mean_after_ever_more_evaluations() -> None:
    header, rows = best_table(best())

    assert header == ("algorithm", "seeds", "after 1", "after 2", "after 4")
    [tpe] = [row for row in rows if row[0] == "tpe"]
    assert tpe[1] == "3"
    assert tpe[-1] == "4.000 (4.000 to 4.000)"


def test_runs_of_one_space_are_compared_on_a_page(tmp_path: Path) -> None:
    run = grid_run(tmp_path)
    other = tmp_path / "other"
    shutil.copytree(run, other)
    recipe = other / "recipe.yaml"
    recipe.write_text(recipe.read_text().replace("algorithm: grid", "algorithm: random"))

    found = curves_of_runs([run, other])
    page = write_tuning_comparison(found, tmp_path / "out", heading="Compared").read_text()

    assert list(found.curves) == ["grid", "random"]
    assert np.isclose(found.rows("grid")[0, -1], 30.0)
    assert "| grid | 1 |" in page
    assert (tmp_path / "out" / "tuning.png").is_file()


def test_runs_that_tune_something_else_are_refused(tmp_path: Path) -> None:
    run = grid_run(tmp_path)
    other = tmp_path / "other"
    shutil.copytree(run, other)
    recipe = other / "recipe.yaml"
    recipe.write_text(recipe.read_text().replace("name: tiny", "name: large"))

    with pytest.raises(ConfigError, match="another recipe"):
        curves_of_runs([run, other])


def test_a_run_without_trainings_is_refused(tmp_path: Path) -> None:
    run = grid_run(tmp_path)
    shutil.rmtree(run / "candidates")

    with pytest.raises(ConfigError, match="no trainings yet"):
        curves_of_runs([run])
