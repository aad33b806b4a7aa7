from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch
from safetensors.torch import load_file
from typing_extensions import override

from engine.config.recipes import PsnrRecipe, TrainRecipe
from engine.core.errors import ConfigError, JobCancelled, NonFiniteLossError
from engine.runs.events import Checkpoint, Event, Failed, Finished, Metric, Warned
from engine.runs.run_folder import RunFolder
from engine.runs.summary import series
from engine.training.build import build_scheme
from engine.training.run import run_training
from engine.training.scheme import Scheme, Start
from tests.helpers.training import Recorder, new_run, tiny_recipe, write_photos


def train(recipe: TrainRecipe, folder: RunFolder, recorder: Recorder | None = None) -> Recorder:
    recorder = recorder or Recorder()
    run_training(recipe, folder, build_scheme=build_scheme, token=recorder.token, report=recorder)
    return recorder


def weights(folder: RunFolder, name: str) -> dict[str, torch.Tensor]:
    newest = (folder.checkpoints / "last").read_text(encoding="utf-8")
    return load_file(folder.checkpoints / newest / f"{name}.safetensors")


def test_a_run_reports_every_step_and_leaves_a_checkpoint(tmp_path: Path) -> None:
    folder = new_run(tmp_path)

    events = train(tiny_recipe(tmp_path), folder).events

    assert list(series(folder, "loss_l1")) == [1, 2, 3, 4]
    assert isinstance(events[-1], Finished)
    assert (folder.checkpoints / "last").read_text(encoding="utf-8") == "step-4"
    status = folder.read_status()
    assert status is not None
    assert status.state == "finished"


def test_the_loss_falls_on_three_photos(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(tiny_recipe(tmp_path, steps=60), checkpoint_every=60)
    folder = new_run(tmp_path)

    train(recipe, folder)

    losses = list(series(folder, "loss_l1").values())
    assert sum(losses[-10:]) < 0.8 * sum(losses[:10])


def test_a_squared_error_is_reported_under_its_name(tmp_path: Path) -> None:
    absolute, squared = new_run(tmp_path, "absolute"), new_run(tmp_path, "squared")
    recipe = tiny_recipe(tmp_path)
    assert isinstance(recipe, PsnrRecipe)

    train(recipe, absolute)
    train(msgspec.structs.replace(recipe, error="l2"), squared)

    first = next(iter(series(absolute, "loss_l1").values()))
    assert 0 < next(iter(series(squared, "loss_l2").values())) < first


@pytest.mark.parametrize("log_every", [1, 3])
def test_an_interrupted_run_equals_the_uninterrupted_one(tmp_path: Path, log_every: int) -> None:
    recipe = msgspec.structs.replace(tiny_recipe(tmp_path, steps=6), log_every=log_every)
    whole, halved = new_run(tmp_path, "whole"), new_run(tmp_path, "halved")
    train(recipe, whole)

    with pytest.raises(JobCancelled):
        train(recipe, halved, Recorder(cancel_at=Checkpoint))
    train(recipe, halved)

    assert series(halved, "loss_l1") == series(whole, "loss_l1")
    for name in ("generator", "averaged"):
        expected, found = weights(whole, name), weights(halved, name)
        assert all(torch.equal(expected[key], found[key]) for key in expected)


def test_a_run_killed_between_checkpoints_repeats_the_lost_steps(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path, steps=6)
    whole, killed = new_run(tmp_path, "whole"), new_run(tmp_path, "killed")
    train(recipe, whole)
    with pytest.raises(KeyboardInterrupt):
        train(recipe, killed, _DiesAfterStep(3))
    with (killed.path / "events.jsonl").open("ab") as file:
        file.write(b'{"kind":"metric","ti')

    train(recipe, RunFolder(killed.path))

    assert series(killed, "loss_l1") == series(whole, "loss_l1")


class _DiesAfterStep(Recorder):
    def __init__(self, step: int) -> None:
        super().__init__()
        self._step = step

    @override
    def __call__(self, event: Event) -> None:
        if isinstance(event, Metric) and event.step == self._step:
            raise KeyboardInterrupt


def test_cancelling_saves_the_step_at_hand(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(tiny_recipe(tmp_path, steps=50), checkpoint_every=50)
    folder = new_run(tmp_path)

    with pytest.raises(JobCancelled):
        train(recipe, folder, Recorder(cancel_at=Metric))

    assert (folder.checkpoints / "last").read_text(encoding="utf-8") == "step-1"
    status = folder.read_status()
    assert status is not None
    assert status.state == "cancelled"


def test_a_loss_that_is_no_number_stops_the_run_and_keeps_its_batch(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path)
    folder, recorder = new_run(tmp_path), Recorder()

    def break_scheme(recipe: TrainRecipe, start: Start) -> Scheme:
        scheme = build_scheme(recipe, start)
        with torch.no_grad():
            next(scheme.generator.parameters()).fill_(float("nan"))
        return scheme

    with pytest.raises(NonFiniteLossError, match=r"step 0.*bad-batch-0"):
        run_training(
            recipe,
            folder,
            build_scheme=break_scheme,
            token=recorder.token,
            report=recorder,
        )

    saved = load_file(folder.path / "bad-batch-0.safetensors")
    assert saved["lr"].shape == (2, 3, 8, 8)
    assert isinstance(recorder.events[-1], Failed)
    assert recorder.events[-1].code == "non-finite-loss"


def test_a_batch_worked_off_in_parts_gives_the_same_losses(tmp_path: Path) -> None:
    whole, parts = new_run(tmp_path, "whole"), new_run(tmp_path, "parts")
    recipe = tiny_recipe(tmp_path)

    train(recipe, whole)
    train(msgspec.structs.replace(recipe, accumulate=2), parts)

    expected, found = series(whole, "loss_l1"), series(parts, "loss_l1")
    assert found == pytest.approx(expected, rel=1e-4)


def test_weights_that_fit_in_part_are_taken_and_the_rest_is_named(tmp_path: Path) -> None:
    small, large = new_run(tmp_path, "small"), new_run(tmp_path, "large")
    recipe = tiny_recipe(tmp_path)
    train(recipe, small)
    wider = msgspec.structs.replace(recipe.generator, blocks=2)
    start = small.checkpoints / "step-4" / "averaged.safetensors"

    events = train(
        msgspec.structs.replace(recipe, generator=wider, init_weights=str(start)), large
    ).events

    warning = next(event for event in events if isinstance(event, Warned))
    assert "blocks.1.stage_1.kernel" in warning.text


def test_validation_measures_the_averaged_generator(tmp_path: Path) -> None:
    bench = write_photos(tmp_path / "bench", count=1, side_px=32)
    recipe = msgspec.structs.replace(
        tiny_recipe(tmp_path, steps=2), validation_folder=str(bench), validate_every=1
    )
    folder = new_run(tmp_path)

    train(recipe, folder)

    values = list(series(folder, "psnr_y_db").values())
    assert len(values) == 2
    assert all(10 < value < 60 for value in values)


def test_a_folder_without_photos_fails_by_name(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path)
    (tmp_path / "empty").mkdir()
    data = msgspec.structs.replace(recipe.data, folder=str(tmp_path / "empty"))
    folder = new_run(tmp_path)

    with pytest.raises(ConfigError, match="holds no photos"):
        train(msgspec.structs.replace(recipe, data=data), folder)

    status = folder.read_status()
    assert status is not None
    assert status.state == "failed"
