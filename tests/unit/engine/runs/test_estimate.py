from __future__ import annotations

import json
import subprocess
from pathlib import Path

import msgspec
import pytest

from engine.config.recipe_file import dump_recipe
from engine.config.recipes import TrainRecipe
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled, OutOfMemoryError, UnexpectedError
from engine.core.processor import processor_name
from engine.runs import estimate
from engine.runs.estimate import estimate_from_runs, measure_training
from engine.runs.events import Metric, Progress, Started
from engine.runs.run_folder import RunFolder
from tests.helpers.training import tiny_recipe


def make_run(
    runs: Path, name: str, recipe: TrainRecipe, *, seconds: float = 50.0, device: str = ""
) -> RunFolder:
    environment = {"device": "cpu", "device_name": device or processor_name(), "processes": 1}
    run = RunFolder.create_at(
        runs / name,
        recipe_yaml=dump_recipe(recipe),
        environment=json.dumps(environment).encode(),
    )
    run.append(Started(time_s=0.0))
    run.append(Metric(time_s=1.0, step=50, name="peak_memory_mb", value=300.0))
    run.append(Progress(time_s=seconds, done=100, total=100, eta_s=0.0))
    return run


def changed(recipe: TrainRecipe, **values: object) -> TrainRecipe:
    return msgspec.structs.replace(recipe, **values)


def test_a_run_of_the_same_networks_tells_how_long_it_takes(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path)
    make_run(tmp_path / "runs", "2026-01-01-tiny", recipe)
    schedule = msgspec.structs.replace(recipe.schedule, steps=400, learning_rate=1e-4)
    wanted = changed(recipe, name="another", schedule=schedule, seed=7, log_every=9)

    found = estimate_from_runs(dump_recipe(wanted), tmp_path / "runs")

    assert found is not None
    assert (found.seconds_per_step, found.total_s) == (0.5, 200.0)
    assert found.memory_bytes == 300_000_000
    assert found.fits_memory is (found.free_memory_bytes > 300_000_000)
    assert found.earlier_run == "2026-01-01-tiny"


def test_steps_that_were_lost_took_time_too(tmp_path: Path) -> None:
    run = make_run(tmp_path / "runs", "a", tiny_recipe(tmp_path))
    run.append(Started(time_s=500.0, step=60))
    run.append(Progress(time_s=510.0, done=80, total=100, eta_s=0.0))

    found = estimate_from_runs(dump_recipe(tiny_recipe(tmp_path)), tmp_path / "runs")

    assert found is not None
    assert found.seconds_per_step == 60 / 120


def test_the_newest_comparable_run_counts(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path)
    make_run(tmp_path / "runs", "2026-01-01-tiny", recipe, seconds=50)
    make_run(tmp_path / "runs", "2026-02-01-tiny", recipe, seconds=80)
    make_run(tmp_path / "runs", "2026-03-01-tiny", recipe, seconds=10, device="another computer")
    generator = msgspec.structs.replace(recipe.generator, channels=8)
    make_run(tmp_path / "runs", "2026-04-01-tiny", changed(recipe, generator=generator))
    (tmp_path / "runs" / "2026-05-01-tiny").mkdir()
    (tmp_path / "runs" / "2026-05-01-tiny" / "recipe.yaml").write_bytes(b"\xff")

    found = estimate_from_runs(dump_recipe(recipe), tmp_path / "runs")

    assert found is not None
    assert found.earlier_run == "2026-02-01-tiny"


def test_without_a_comparable_run_nothing_is_guessed(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path)
    make_run(tmp_path / "runs", "a", changed(recipe, precision="bf16"))

    assert estimate_from_runs(dump_recipe(recipe), tmp_path / "runs") is None
    assert estimate_from_runs(dump_recipe(recipe), tmp_path / "absent") is None


def test_a_recipe_is_tried_for_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate, "_TRIAL_S", 0.5)
    recipe = tiny_recipe(tmp_path, steps=4000)

    found = measure_training(dump_recipe(recipe))

    assert 0 < found.seconds_per_step < 10
    assert found.steps == 4000
    assert found.total_s >= 4000 * found.seconds_per_step
    assert found.measured_steps > 3
    assert found.memory_bytes is not None
    assert found.memory_bytes > 50_000_000
    assert found.earlier_run is None


def test_a_trial_says_what_is_missing(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path)
    data = msgspec.structs.replace(recipe.data, folder=str(tmp_path / "absent"))

    with pytest.raises(ConfigError, match="there is no such folder"):
        measure_training(dump_recipe(changed(recipe, data=data)))


def test_a_trial_can_be_cancelled(tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()

    with pytest.raises(JobCancelled):
        measure_training(dump_recipe(tiny_recipe(tmp_path)), token=token)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", OutOfMemoryError),
        ("raise RuntimeError('boom')", UnexpectedError),
    ],
)
def test_a_trial_that_dies_is_an_error_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, error: type[Exception]
) -> None:
    real = subprocess.Popen
    monkeypatch.setattr(
        subprocess,
        "Popen",
        lambda command, **settings: real([command[0], "-c", code], **settings),
    )

    with pytest.raises(error, match=r"memory runs out|boom"):
        measure_training(dump_recipe(tiny_recipe(tmp_path)))


def test_a_search_is_not_tried(tmp_path: Path) -> None:
    text = "type: search\nname: a\nsupernet: {run_folder: a}\nproxy: {folder: b}\n"

    with pytest.raises(ConfigError, match="only trainings"):
        measure_training(text)
