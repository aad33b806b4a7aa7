from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from engine.config.search import TuningAlgorithmName
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled
from engine.runs.candidate_files import CandidateState
from engine.search.tuning_replay import read_table, replay
from tests.helpers.tuning_grid import grid_run

ALGORITHMS: tuple[TuningAlgorithmName, ...] = get_args(TuningAlgorithmName)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_finds_the_best_of_the_table_in_the_end(
    tmp_path: Path, algorithm: TuningAlgorithmName
) -> None:
    recipe, table = read_table(grid_run(tmp_path))

    curve = replay(recipe, table, algorithm, seed=1, budget=100, token=CancelToken())

    assert len(table) == 18
    assert len(curve) == 18
    assert curve == sorted(curve)
    assert curve[-1] == 30.0


def test_a_replay_depends_on_its_seed_alone(tmp_path: Path) -> None:
    recipe, table = read_table(grid_run(tmp_path))

    def curve(seed: int) -> list[float]:
        return replay(recipe, table, "random", seed=seed, budget=6, token=CancelToken())

    assert curve(3) == curve(3)
    assert len({tuple(curve(seed)) for seed in range(5)}) > 1


def test_less_may_be_better(tmp_path: Path) -> None:
    run = grid_run(tmp_path)
    text = (run / "recipe.yaml").read_text()
    (run / "recipe.yaml").write_text(text.replace("is_maximized: true", "is_maximized: false"))
    recipe, table = read_table(run)

    curve = replay(recipe, table, "tpe", seed=0, budget=18, token=CancelToken())

    assert curve == sorted(curve, reverse=True)
    assert curve[-1] == pytest.approx(30 - 16 - 0.3)


def test_trainings_that_failed_are_evaluations_without_a_value(tmp_path: Path) -> None:
    recipe, table = read_table(grid_run(tmp_path, state="failed"))

    curve = replay(recipe, table, "grid", seed=0, budget=3, token=CancelToken())

    assert list(table.values()).count(None) == 1
    assert curve[0] != curve[0]  # NaN: the first of the grid is the one that failed
    assert curve[1] == pytest.approx(14.0)


@pytest.mark.parametrize(("lacking", "state"), [(1, "complete"), (0, "pruned")])
def test_only_a_whole_grid_can_be_replayed(
    tmp_path: Path, lacking: int, state: CandidateState
) -> None:
    run = grid_run(tmp_path, lacking=lacking, state=state)

    with pytest.raises(ConfigError, match="18 trainings"):
        read_table(run)


def test_a_replay_can_be_stopped(tmp_path: Path) -> None:
    recipe, table = read_table(grid_run(tmp_path))
    token = CancelToken()
    token.cancel()

    with pytest.raises(JobCancelled):
        replay(recipe, table, "random", seed=0, budget=3, token=token)
