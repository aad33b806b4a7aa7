"""Fits a generator to photos by their mean absolute error."""

from __future__ import annotations

import copy
import logging
import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from torch.optim import Adam

from engine.config.recipes import TrainRecipe
from engine.core.cancellation import CancelToken
from engine.core.errors import EngineError, JobCancelled
from engine.data.patches import PatchSampler
from engine.data.photo_store import PhotoStore, open_photo_store
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.runs.events import (
    Checkpoint,
    Event,
    Failed,
    Finished,
    Metric,
    Progress,
    Started,
    Warned,
)
from engine.runs.run_folder import RunFolder
from engine.training.checkpoints import (
    TrainState,
    load_checkpoint,
    load_fitting,
    save_checkpoint,
)
from engine.training.schedule import learning_rate_at
from engine.training.validation import ValidationSet

logger = logging.getLogger(__name__)
Report = Callable[[Event], None]


class NonFiniteLossError(EngineError):
    """The loss became infinite or not a number."""

    code = "non-finite-loss"


def train_psnr(
    recipe: TrainRecipe, folder: RunFolder, *, token: CancelToken, report: Report
) -> None:
    """Train until the recipe's last step, going on from the newest checkpoint if there is one.

    Args:
        recipe: What to do.
        folder: Where checkpoints, events and the status go.
        token: Stops the run; a checkpoint is written first.
        report: Receives each event after it was written to the folder.

    Raises:
        NonFiniteLossError: If the loss stops being a number; the batch is saved.
        JobCancelled: If the token was cancelled.
    """
    run = _Run(recipe, folder, report)
    with _stops_on_sigterm(token):
        try:
            run.train(token)
        except JobCancelled:
            folder.write_status("cancelled")
            raise
        except EngineError as error:
            run.say(Failed(code=error.code, text=str(error)))
            folder.write_status("failed")
            raise


class _Run:
    """The moving parts of one run."""

    def __init__(self, recipe: TrainRecipe, folder: RunFolder, report: Report) -> None:
        self._recipe = recipe
        self._folder = folder
        self._report = report
        if recipe.threads:
            torch.set_num_threads(recipe.threads)
        torch.manual_seed(recipe.seed)
        generator = build_generator(recipe.generator)
        if recipe.init_weights:
            self._start_from(generator, Path(recipe.init_weights))
        generator.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._state = TrainState(
            generator=generator,
            averaged=copy.deepcopy(generator).requires_grad_(requires_grad=False),
            optimizer=Adam(generator.parameters(), betas=(0.9, 0.99)),
        )
        self._validation = (
            ValidationSet(Path(recipe.validation_folder), scale=generator.scale)
            if recipe.validation_folder
            else None
        )

    def say(self, event: Event) -> None:
        self._folder.append(event)
        self._report(event)

    def train(self, token: CancelToken) -> None:
        recipe, state = self._recipe, self._state
        sampler = PatchSampler(
            open_store(recipe),
            scale=recipe.generator.scale,
            patch_px=recipe.data.patch_px,
            batch_size=recipe.data.batch_size,
            seed=recipe.seed,
        )
        first = load_checkpoint(self._folder.checkpoints, state)
        self.say(Started(step=first))
        self._folder.write_status("running")
        started_s, losses = time.monotonic(), []
        for step in range(first, recipe.schedule.steps):
            losses.append(self._step(step, sampler))
            done = step + 1
            if done % recipe.log_every == 0:
                self._log(done, losses, (time.monotonic() - started_s) / (done - first))
                losses = []
            self._folder.beat()
            if done % recipe.checkpoint_every == 0 or token.is_cancelled:
                self._save(done)
            if self._validation and done % recipe.validate_every == 0:
                self._validate(done)
            token.check()
        self._save(recipe.schedule.steps)
        self.say(Finished(step=recipe.schedule.steps))
        self._folder.write_status("finished")

    def _step(self, step: int, sampler: PatchSampler) -> float:
        recipe, state = self._recipe, self._state
        lr, hr = sampler.batch(step)
        lr = lr.contiguous(memory_format=torch.channels_last)
        for group in state.optimizer.param_groups:
            group["lr"] = learning_rate_at(step, recipe.schedule)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=recipe.precision == "bf16"):
            sr = state.generator(lr)
        loss = functional.l1_loss(sr.float(), hr)
        value = loss.item()
        if not math.isfinite(value):
            raise self._non_finite(step, lr, hr)
        state.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(state.generator.parameters(), recipe.clip_norm)
        state.optimizer.step()
        self._average(step)
        return value

    def _average(self, step: int) -> None:
        # Early on the average forgets faster, or it would keep the random start for long.
        decay = min(self._recipe.ema_decay, (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_lerp_(
                list(self._state.averaged.parameters()),
                list(self._state.generator.parameters()),
                1 - decay,
            )

    def _log(self, done: int, losses: list[float], step_s: float) -> None:
        total = self._recipe.schedule.steps
        self.say(Metric(step=done, name="loss_l1", value=sum(losses) / len(losses)))
        self.say(Progress(done=done, total=total, eta_s=step_s * (total - done)))

    def _validate(self, done: int) -> None:
        assert self._validation is not None
        averaged = self._state.averaged
        assert isinstance(averaged, Generator)
        self.say(Metric(step=done, name="psnr_y_db", value=self._validation.psnr_y_db(averaged)))

    def _save(self, done: int) -> None:
        save_checkpoint(self._folder.checkpoints, self._state, step=done)
        self.say(Checkpoint(step=done))

    def _start_from(self, generator: Generator, path: Path) -> None:
        missing = load_fitting(generator, path)
        if missing:
            self.say(
                Warned(code="partial-weights", text=f"{path}: not taken: {', '.join(missing)}")
            )

    def _non_finite(self, step: int, lr: torch.Tensor, hr: torch.Tensor) -> NonFiniteLossError:
        from safetensors.torch import save_file  # noqa: PLC0415 - only on this path

        path = self._folder.path / f"bad-batch-{step}.safetensors"
        save_file({"lr": lr.contiguous(), "hr": hr.contiguous()}, path)
        return NonFiniteLossError(
            f"The loss of step {step} is not finite; its batch is in {path}. "
            "Lower schedule.learning_rate and resume."
        )


def open_store(recipe: TrainRecipe) -> PhotoStore:
    """Open the training photos of ``recipe``."""
    folder = Path(recipe.data.folder)
    cache = Path(recipe.data.cache_folder) if recipe.data.cache_folder else folder / ".decoded"
    return open_photo_store(folder, cache, scale=recipe.generator.scale)


@contextmanager
def _stops_on_sigterm(token: CancelToken) -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, lambda *_: token.cancel())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
