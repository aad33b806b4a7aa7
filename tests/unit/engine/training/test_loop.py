from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
import torch
from safetensors.torch import load_file
from typing_extensions import override

from engine.config.parts import TeacherRecipe
from engine.config.recipes import PsnrRecipe, SlimRecipe, TrainRecipe
from engine.core.errors import ConfigError, JobCancelled, NonFiniteLossError
from engine.data.batch import Batch
from engine.runs.events import (
    Checkpoint,
    Event,
    Failed,
    Finished,
    Metric,
    Paused,
    Progress,
    Resumed,
    Warned,
)
from engine.runs.requests import RunRequest, write_request
from engine.runs.run_folder import RunFolder
from engine.runs.summary import seen_state, series
from engine.training.checkpoints import LoopState
from engine.training.method import Losses, Memo, MethodContext, Phase, TrainingMethod
from engine.training.methods.build import build_method
from engine.training.methods.psnr import PsnrMethod
from engine.training.run import run_training
from engine.training.schedule import learning_rate_at
from engine.training.validation import ValidationSet
from tests.helpers.training import TINY, Recorder, new_run, tiny_recipe


def train(recipe: TrainRecipe, folder: RunFolder, recorder: Recorder | None = None) -> Recorder:
    recorder = recorder or Recorder()
    run_training(recipe, folder, build_method=build_method, token=recorder.token, report=recorder)
    return recorder


def weights(folder: RunFolder, name: str) -> dict[str, torch.Tensor]:
    newest = (folder.checkpoints / "last").read_text(encoding="utf-8")
    return load_file(folder.checkpoints / newest / f"{name}.safetensors")


class _DiesAfterStep(Recorder):
    def __init__(self, step: int) -> None:
        super().__init__()
        self._step = step

    @override
    def __call__(self, event: Event) -> None:
        if isinstance(event, Metric) and event.step == self._step:
            raise KeyboardInterrupt


class _Pauses(Recorder):
    """Pauses the run at its second step and, once it is paused, resumes or stops it."""

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


class _AsksFolder(Recorder):
    """Asks the run through its folder at its second step, as another program does."""

    def __init__(self, folder: RunFolder, request: RunRequest) -> None:
        super().__init__()
        self._folder = folder
        self._request = request

    @override
    def __call__(self, event: Event) -> None:
        super().__call__(event)
        if isinstance(event, Metric) and event.step == 2 and not self.token.is_cancelled:
            write_request(self._folder.path, self._request)
            while not self.token.is_cancelled:
                time.sleep(0.01)


class _Remembers(PsnrMethod):
    """Two phases; the second checks what the first left for the same part of the batch."""

    def __init__(self, context: MethodContext) -> None:
        super().__init__(context, clip_norm=1.0)
        group = self.optimizer_groups["generator"]
        self.found: list[bool] = []
        self._both = (Phase(group=group, losses=self._first), Phase(group=group, losses=self._last))

    @override
    def phases(self, step: int) -> Sequence[Phase]:
        return self._both

    def _first(self, batch: Batch, memo: Memo) -> Losses:
        assert memo == {}
        memo["lr"] = batch.lr
        return {"first": self.generator(batch.lr).mean()}

    def _last(self, batch: Batch, memo: Memo) -> Losses:
        self.found.append(list(memo) == ["lr"] and torch.equal(memo["lr"], batch.lr))
        return {"last": self.generator(batch.lr).mean()}


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


def test_cancelling_saves_the_step_at_hand(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(tiny_recipe(tmp_path, steps=50), checkpoint_every=50)
    folder = new_run(tmp_path)

    with pytest.raises(JobCancelled):
        train(recipe, folder, Recorder(cancel_at=Metric))

    assert (folder.checkpoints / "last").read_text(encoding="utf-8") == "step-1"
    status = folder.read_status()
    assert status is not None
    assert status.state == "cancelled"


def test_a_loss_that_is_not_a_number_stops_the_run_and_saves_its_batch(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path)
    folder, recorder = new_run(tmp_path), Recorder()

    def break_method(recipe: TrainRecipe, context: MethodContext) -> TrainingMethod:
        method = build_method(recipe, context)
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


def test_a_batch_processed_in_parts_gives_the_same_losses(tmp_path: Path) -> None:
    whole, parts = new_run(tmp_path, "whole"), new_run(tmp_path, "parts")
    recipe = tiny_recipe(tmp_path)

    train(recipe, whole)
    train(msgspec.structs.replace(recipe, accumulate=2), parts)

    expected, found = series(whole, "loss_l1"), series(parts, "loss_l1")
    assert found == pytest.approx(expected, rel=1e-4)


def test_weights_that_fit_in_part_are_loaded_and_the_rest_is_named(tmp_path: Path) -> None:
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


def test_a_deeper_network_starts_from_the_loss_of_the_shallower_one(tmp_path: Path) -> None:
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


def test_a_folder_without_photos_fails_by_name(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path)
    (tmp_path / "empty").mkdir()
    data = msgspec.structs.replace(recipe.data, folder=str(tmp_path / "empty"))
    folder = new_run(tmp_path)

    with pytest.raises(ConfigError, match="contains no photos"):
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


def test_a_paused_run_says_so_and_resumes_to_the_same_end(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path)
    whole, paused = new_run(tmp_path, "whole"), new_run(tmp_path, "paused")
    train(recipe, whole)

    events = train(recipe, paused, _Pauses()).events

    kinds = [type(event) for event in events]
    assert kinds.index(Paused) < kinds.index(Resumed) < kinds.index(Finished)
    assert series(paused, "loss_l1") == series(whole, "loss_l1")


def test_a_paused_run_can_be_stopped(tmp_path: Path) -> None:
    folder, recorder = new_run(tmp_path), _Pauses(stops=True)

    with pytest.raises(JobCancelled):
        train(tiny_recipe(tmp_path), folder, recorder)

    assert not any(isinstance(event, Resumed) for event in recorder.events)
    status = folder.read_status()
    assert status is not None
    assert status.state == "cancelled"


def test_a_forecast_comes_before_the_first_figures(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(tiny_recipe(tmp_path, steps=22), log_every=22)

    events = train(recipe, new_run(tmp_path)).events

    said = [event for event in events if isinstance(event, Progress)]
    assert [event.done for event in said] == [20, 22]
    assert said[0].eta_s > 0


def test_a_phase_finds_what_an_earlier_one_left_for_the_same_part_and_step(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(tiny_recipe(tmp_path, steps=3), accumulate=2)
    built: list[_Remembers] = []
    recorder = Recorder()

    def build(recipe: TrainRecipe, context: MethodContext) -> TrainingMethod:
        built.append(_Remembers(context))
        return built[-1]

    run_training(
        recipe, new_run(tmp_path), build_method=build, token=recorder.token, report=recorder
    )

    assert built[0].found == [True] * (3 * 2)


def test_losses_of_an_older_checkpoint_continue_under_their_present_name(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path, steps=4)
    assert isinstance(recipe, PsnrRecipe)
    recipe = msgspec.structs.replace(recipe, color=1.0, log_every=4)
    whole, older = new_run(tmp_path, "whole"), new_run(tmp_path, "older")
    train(recipe, whole)
    with pytest.raises(JobCancelled):
        train(recipe, older, Recorder(cancel_at=Checkpoint))
    path = older.checkpoints / "step-2" / "loop.json"
    path.write_bytes(path.read_bytes().replace(b'"color"', b'"colour"'))

    train(recipe, older)

    assert series(older, "loss_color") == series(whole, "loss_color")


def test_the_log_has_learning_rate_speed_and_memory(tmp_path: Path) -> None:
    folder = new_run(tmp_path)
    recipe = tiny_recipe(tmp_path)

    train(recipe, folder)

    rates = series(folder, "learning_rate")
    assert rates == {step: learning_rate_at(step - 1, recipe.schedule) for step in (1, 2, 3, 4)}
    assert min(series(folder, "images_per_s").values()) > 0
    assert min(series(folder, "peak_memory_mb").values()) > 50


@pytest.mark.parametrize(("request_word", "state"), [("pause", "paused"), ("stop", "cancelled")])
def test_a_run_that_is_asked_through_its_folder_saves_its_state_and_ends(
    tmp_path: Path, request_word: RunRequest, state: str
) -> None:
    folder = new_run(tmp_path)
    recipe = msgspec.structs.replace(tiny_recipe(tmp_path), checkpoint_every=100)
    recorder = _AsksFolder(folder, request_word)

    with pytest.raises(JobCancelled):
        train(recipe, folder, recorder)

    assert (folder.checkpoints / "last").read_text(encoding="utf-8") == "step-2"
    assert seen_state(folder) == state
    assert any(isinstance(event, Paused) for event in folder.events()) is (state == "paused")
    assert not folder.is_running()

    train(recipe, folder)
    whole = new_run(tmp_path, "whole")
    train(recipe, whole)
    assert series(folder, "loss_l1") == series(whole, "loss_l1")
    assert seen_state(folder) == "finished"


def test_pictures_that_equal_their_references_do_not_damage_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    equal = {"psnr_y_db": math.inf}
    monkeypatch.setattr(ValidationSet, "measure", lambda validation, network: equal)
    folder = new_run(tmp_path)
    recipe = tiny_recipe(tmp_path)

    train(
        msgspec.structs.replace(recipe, validation_folder=recipe.data.folder, validate_every=1),
        folder,
    )

    # Every line can be read.
    assert isinstance(list(folder.events())[-1], Finished)
    assert series(folder, "psnr_y_db") == {}
