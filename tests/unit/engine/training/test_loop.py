from __future__ import annotations

import sys
import threading
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from typing_extensions import override

from engine.config.degradation import DegradationRecipe
from engine.config.parts import TeacherRecipe
from engine.config.recipes import PsnrRecipe, SlimRecipe, TrainRecipe
from engine.core.errors import ConfigError, JobCancelled, MissingExtraError, NonFiniteLossError
from engine.imaging.codecs.rgb8 import load_rgb8
from engine.runs.events import (
    Checkpoint,
    Event,
    Failed,
    Finished,
    Metric,
    Paused,
    Progress,
    Resumed,
    Sample,
    Warned,
)
from engine.runs.run_folder import RunFolder
from engine.runs.summary import series
from engine.training.checkpoints import LoopState
from engine.training.method import MethodContext, TrainingMethod
from engine.training.methods.build import build_method
from engine.training.run import run_training
from tests.helpers.training import TINY, Recorder, new_run, tiny_recipe, write_photos


def train(recipe: TrainRecipe, folder: RunFolder, recorder: Recorder | None = None) -> Recorder:
    recorder = recorder or Recorder()
    run_training(recipe, folder, build_method=build_method, token=recorder.token, report=recorder)
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

    def break_method(recipe: TrainRecipe, start: MethodContext) -> TrainingMethod:
        method = build_method(recipe, start)
        with torch.no_grad():
            next(method.generator.parameters()).fill_(float("nan"))
        return method

    with pytest.raises(NonFiniteLossError, match=r"step 0.*bad-batch-0"):
        run_training(
            recipe,
            folder,
            build_method=break_method,
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
    deeper = msgspec.structs.replace(recipe.generator, blocks=2)
    start = small.checkpoints / "step-4" / "averaged.safetensors"

    events = train(
        msgspec.structs.replace(recipe, generator=deeper, init_weights=str(start)), large
    ).events

    warning = next(event for event in events if isinstance(event, Warned))
    assert "blocks.1.stage_1.kernel" in warning.text


def test_a_deeper_network_goes_on_from_the_loss_of_the_shallower_one(tmp_path: Path) -> None:
    small, same, large = (new_run(tmp_path, name) for name in ("small", "same", "large"))
    recipe = tiny_recipe(tmp_path)
    train(recipe, small)
    deeper = msgspec.structs.replace(recipe.generator, blocks=3)
    start = small.checkpoints / "step-4" / "averaged.safetensors"
    on = msgspec.structs.replace(recipe, init_weights=str(start))

    train(on, same)
    train(msgspec.structs.replace(on, generator=deeper), large)

    first = min(series(same, "loss_l1"))
    assert series(large, "loss_l1")[first] == series(same, "loss_l1")[first]


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


def test_a_float16_run_resumes_exactly_with_its_gradient_scale(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(tiny_recipe(tmp_path, steps=6), precision="fp16")
    whole, halved = new_run(tmp_path, "whole"), new_run(tmp_path, "halved")
    train(recipe, whole)

    with pytest.raises(JobCancelled):
        train(recipe, halved, Recorder(cancel_at=Checkpoint))
    newest = (halved.checkpoints / "last").read_text(encoding="utf-8")
    memory = msgspec.json.decode(
        (halved.checkpoints / newest / "loop.json").read_bytes(), type=LoopState
    )
    train(recipe, halved)

    assert memory.gradient_scales["generator"][0] >= 1
    assert series(halved, "loss_l1") == series(whole, "loss_l1")


def test_float16_cannot_slim(tmp_path: Path) -> None:
    plain = tiny_recipe(tmp_path)
    recipe = SlimRecipe(
        name="slim",
        data=plain.data,
        schedule=plain.schedule,
        teacher=TeacherRecipe(generator=TINY),
        precision="fp16",
    )

    with pytest.raises(ConfigError, match="use bf16"):
        train(recipe, new_run(tmp_path))


class _Holds(Recorder):
    """Holds the run at its second step and, once it is held, lets it go on or stop."""

    def __init__(self, *, stops: bool = False) -> None:
        super().__init__()
        self._stops = stops

    @override
    def __call__(self, event: Event) -> None:
        super().__call__(event)
        if isinstance(event, Metric) and event.step == 2:
            self.token.pause()
        if isinstance(event, Paused):
            request = self.token.cancel if self._stops else self.token.resume
            threading.Timer(0.01, request).start()


def test_a_held_run_says_so_and_goes_on_to_the_same_end(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path)
    whole, held = new_run(tmp_path, "whole"), new_run(tmp_path, "held")
    train(recipe, whole)

    events = train(recipe, held, _Holds()).events

    kinds = [type(event) for event in events]
    assert kinds.index(Paused) < kinds.index(Resumed) < kinds.index(Finished)
    assert series(held, "loss_l1") == series(whole, "loss_l1")


def test_a_held_run_can_be_stopped(tmp_path: Path) -> None:
    folder, recorder = new_run(tmp_path), _Holds(stops=True)

    with pytest.raises(JobCancelled):
        train(tiny_recipe(tmp_path), folder, recorder)

    assert not any(isinstance(event, Resumed) for event in recorder.events)
    status = folder.read_status()
    assert status is not None
    assert status.state == "cancelled"


@pytest.mark.parametrize("has_validation", [True, False])
def test_samples_show_the_same_crop_at_every_validation(
    tmp_path: Path, *, has_validation: bool
) -> None:
    recipe = msgspec.structs.replace(
        tiny_recipe(tmp_path),
        validate_every=2,
        validation_folder=str(write_photos(tmp_path / "judged")) if has_validation else None,
    )
    folder = new_run(tmp_path)

    events = train(recipe, folder).events

    said = [(event.step, event.path) for event in events if isinstance(event, Sample)]
    assert said == [(2, "samples/step-2/0.png"), (4, "samples/step-4/0.png")]
    wanted = load_rgb8(folder.path / "samples" / "hr" / "0.png")
    assert all(load_rgb8(folder.path / path).shape == wanted.shape for _, path in said)
    assert load_rgb8(folder.path / "samples" / "lr" / "0.png").shape == (24, 24, 3)


def test_validation_of_a_run_on_damaged_pictures_is_on_damaged_pictures(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(
        tiny_recipe(tmp_path), validation_folder=str(write_photos(tmp_path / "judged"))
    )
    real = msgspec.structs.replace(
        recipe.data, degradation=DegradationRecipe(kind="real", strength=(0.5, 1.0), pool_batches=2)
    )
    clean, damaged = new_run(tmp_path, "clean"), new_run(tmp_path, "damaged")

    train(recipe, clean)
    train(msgspec.structs.replace(recipe, data=real), damaged)

    assert series(damaged, "psnr_y_db")[4] < series(clean, "psnr_y_db")[4]
    shown = Path("samples") / "lr" / "0.png"
    assert not np.array_equal(load_rgb8(clean.path / shown), load_rgb8(damaged.path / shown))


def test_tensorboard_gets_figures_and_pictures(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(tiny_recipe(tmp_path), tensorboard=True)
    folder = new_run(tmp_path)

    train(recipe, folder)

    (file,) = (folder.path / "tensorboard").iterdir()
    content = file.read_bytes()
    assert content.count(b"loss_l1") == 4
    assert b"sample/0" in content


def test_tensorboard_without_its_package_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    recipe = msgspec.structs.replace(tiny_recipe(tmp_path), tensorboard=True)

    with pytest.raises(MissingExtraError, match=r"mfagan-studio\[tensorboard\]"):
        train(recipe, new_run(tmp_path))


def test_a_forecast_comes_before_the_first_figures(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(tiny_recipe(tmp_path, steps=22), log_every=22)

    events = train(recipe, new_run(tmp_path)).events

    said = [event for event in events if isinstance(event, Progress)]
    assert [event.done for event in said] == [20, 22]
    assert said[0].eta_s > 0
