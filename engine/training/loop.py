"""The one loop that every scheme trains in."""

from __future__ import annotations

import logging
import math
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from engine.config.recipes import TrainRecipe
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, NonFiniteLossError
from engine.data.batch import Batch
from engine.data.prefetch import Prefetcher
from engine.models.generators.base import Generator
from engine.runs.events import (
    Checkpoint,
    Event,
    Finished,
    Metric,
    Paused,
    Progress,
    Resumed,
    Sample,
    Started,
    Warned,
)
from engine.runs.run_folder import RunFolder, State
from engine.training.batch_source import BatchSource
from engine.training.checkpoints import (
    LoopState,
    load_checkpoint,
    save_checkpoint,
    write_tensors,
)
from engine.training.ema import Ema
from engine.training.method import Phase, TrainingMethod
from engine.training.processes import is_any_true, mean_over_processes, rank
from engine.training.samples import SamplePictures
from engine.training.schedule import learning_rate_at
from engine.training.validation import ValidationSet

logger = logging.getLogger(__name__)
Report = Callable[[Event], None]
_HALVES = {"bf16": torch.bfloat16, "fp16": torch.float16}
_FORECAST_STEPS = 20
_HOLD_S = 0.05


class Loop:
    """Runs a scheme from its newest checkpoint to the recipe's last step.

    Args:
        recipe: What to do.
        scheme: How a step is made, with its networks on ``device``.
        ema: Follows the scheme's generator.
        batches: Gives the batch of a step, always the same one for a step.
        folder: Where checkpoints, events and the status go.
        device: Where the networks are.
        report: Receives each event after it was written to the folder.
        validation: Measures the averaged generator, as it would ship, during the run.
        samples: Shows what it makes, at every validation.
    """

    def __init__(
        self,
        recipe: TrainRecipe,
        scheme: TrainingMethod,
        batches: BatchSource,
        *,
        ema: Ema[Generator],
        folder: RunFolder,
        device: torch.device,
        report: Report,
        validation: ValidationSet | None = None,
        samples: SamplePictures | None = None,
    ) -> None:
        self._recipe = recipe
        self._scheme = scheme
        self._batches = batches
        self._folder = folder
        self._device = device
        self._report = report
        self._validation = validation
        self._samples = samples
        self._averager = ema
        self._networks: dict[str, nn.Module] = {
            "generator": scheme.generator,
            "averaged": self._averager.averaged,
            **scheme.networks,
        }
        self._sums: defaultdict[str, float] = defaultdict(float)
        self._count = 0
        self._half = _HALVES.get(recipe.precision)
        if recipe.precision == "fp16":
            for player in scheme.players.values():
                player.scale_gradients(device)

    def run(self, token: CancelToken) -> None:
        """Train.

        Raises:
            NonFiniteLossError: If a loss stops being a number; the batch is saved.
            JobCancelled: If the token was cancelled; a checkpoint was written.
        """
        first = self._restore()
        self.say(Started(step=first))
        self._write_status("running")
        steps = self._recipe.schedule.steps
        clock = _Clock(first=first, steps=steps)
        with Prefetcher(self._batches, first=first, end=steps) as batches:
            for step in range(first, steps):
                self._step(step, batches.take().to(self._device))
                self._after(step + 1, clock, batches)
                self._obey(step + 1, token, clock)
        if first < steps and steps % self._recipe.checkpoint_every:
            self._save(steps)
        if rank() == 0:
            self._scheme.finish(self._averager.averaged, self._folder.path / "artifacts")
        self.say(Finished(step=steps))

    def say(self, event: Event) -> None:
        """Write ``event`` to the run folder and report it; only the first process does."""
        if rank() == 0:
            self._folder.append(event)
            self._report(event)

    def _restore(self) -> int:
        restored = load_checkpoint(
            self._folder.checkpoints, networks=self._networks, players=self._scheme.players
        )
        for fault in restored.faults:
            text = f"{fault}. It is passed over; the run goes on from step {restored.step}."
            self.say(Warned(code="damaged-checkpoint", text=text))
        first, memory = restored.step, restored.loop
        self._sums, self._count = defaultdict(float, memory.loss_sums), memory.loss_count
        for name, scale in memory.gradient_scales.items():
            self._scheme.players[name].restore_gradient_scale(scale)
        return first

    def _step(self, step: int, batch: Batch) -> None:
        # All randomness of a step comes from its number, so that a resumed run repeats it.
        torch.manual_seed(self._recipe.seed * 1_000_003 + step)
        learning_rate = learning_rate_at(step, self._recipe.schedule)
        try:
            for phase in self._scheme.phases(step):
                self._update(phase, batch, learning_rate)
        except NonFiniteLossError as error:
            raise self._with_batch(error, step, batch) from error
        self._scheme.end_step(learning_rate)
        self._averager.follow(step)
        self._count += 1

    def _update(self, phase: Phase, batch: Batch, learning_rate: float) -> None:
        parts = batch.split(self._recipe.accumulate)
        phase.player.forget_gradients()
        for part in parts:
            with torch.autocast(
                self._device.type, dtype=self._half, enabled=self._half is not None
            ):
                terms = phase.losses(part)
            if not terms:
                raise ConfigError("the weight of every loss term is 0; nothing would be learned")
            total = torch.stack([term.float() for term in terms.values()]).sum()
            values = {name: term.item() for name, term in terms.items()}
            if not all(math.isfinite(value) for value in values.values()):
                bad = next(name for name, value in values.items() if not math.isfinite(value))
                raise NonFiniteLossError(f"the loss {bad!r} is not finite")
            phase.player.backward(total / len(parts))
            for name, value in values.items():
                self._sums[name] += value / len(parts)
        phase.player.move(learning_rate)

    def _after(self, done: int, clock: _Clock, batches: Prefetcher) -> None:
        is_last = done == self._recipe.schedule.steps
        if done % self._recipe.log_every == 0:
            self._log(done, clock, batches)
        elif is_last or clock.is_forecast_due(done):
            self._say_progress(done, clock)
        if rank() == 0:
            self._folder.beat()
        if done % self._recipe.checkpoint_every == 0:
            self._save(done)
        if rank() == 0 and (is_last or done % self._recipe.validate_every == 0):
            self._validate(done)

    def _validate(self, done: int) -> None:
        network = self._scheme.as_shipped(self._averager.averaged)
        if self._validation:
            psnr_y_db = self._validation.psnr_y_db(network)
            self.say(Metric(step=done, name="psnr_y_db", value=psnr_y_db))
        for path in self._samples.write(network, done) if self._samples else ():
            self.say(Sample(step=done, path=path))

    def _log(self, done: int, clock: _Clock, batches: Prefetcher) -> None:
        names = sorted(self._sums)
        means = mean_over_processes([self._sums[name] / self._count for name in names])
        for name, value in zip(names, means, strict=True):
            self.say(Metric(step=done, name=f"loss_{name}", value=value))
        share = clock.waited_share(batches.waited_s)
        self.say(Metric(step=done, name="data_wait_share", value=share))
        self._say_progress(done, clock)
        self._sums, self._count = defaultdict(float), 0

    def _say_progress(self, done: int, clock: _Clock) -> None:
        self.say(Progress(done=done, total=self._recipe.schedule.steps, eta_s=clock.eta_s(done)))

    def _save(self, done: int) -> None:
        if rank() == 0:
            players = self._scheme.players.items()
            scales = {name: player.gradient_scale() for name, player in players}
            save_checkpoint(
                self._folder.checkpoints,
                step=done,
                networks=self._networks,
                players=self._scheme.players,
                loop=LoopState(
                    loss_sums=dict(self._sums),
                    loss_count=self._count,
                    gradient_scales={name: scale for name, scale in scales.items() if scale},
                ),
            )
        self.say(Checkpoint(step=done))

    def _obey(self, done: int, token: CancelToken, clock: _Clock) -> None:
        """Hold or stop at this step if any process was asked to."""
        is_cancelled, is_paused = _asked(token)
        if not (is_cancelled or is_paused):
            return
        if done % self._recipe.checkpoint_every:
            self._save(done)
        if done % self._recipe.log_every:
            self._say_progress(done, clock)
        if is_paused and not is_cancelled:
            is_cancelled = self._hold(token, clock)
        if is_cancelled:
            token.cancel()
            token.check()

    def _hold(self, token: CancelToken, clock: _Clock) -> bool:
        """Wait until the run may go on; return whether it was cancelled instead."""
        self._write_status("paused")
        self.say(Paused())
        started_s = time.perf_counter()
        is_cancelled, is_paused = _asked(token)
        while is_paused and not is_cancelled:
            time.sleep(_HOLD_S)
            if rank() == 0:
                self._folder.beat("paused")
            is_cancelled, is_paused = _asked(token)
        clock.leave_out(time.perf_counter() - started_s)
        if not is_cancelled:
            self._write_status("running")
            self.say(Resumed())
        return is_cancelled

    def _write_status(self, state: State) -> None:
        if rank() == 0:
            self._folder.write_status(state)

    def _with_batch(self, error: NonFiniteLossError, step: int, batch: Batch) -> NonFiniteLossError:
        path: Path = self._folder.path / f"bad-batch-{step}.safetensors"
        write_tensors(path, {"lr": batch.lr.contiguous().cpu(), "hr": batch.hr.contiguous().cpu()})
        return NonFiniteLossError(
            f"step {step}: {error}; its batch is in {path}. "
            "Lower schedule.learning_rate in the run's recipe.yaml and resume."
        )


def _asked(token: CancelToken) -> tuple[bool, bool]:
    """Return whether any process was asked to stop, and to hold."""
    if not is_any_true(value=token.is_cancelled or token.is_paused):
        return False, False
    return is_any_true(value=token.is_cancelled), is_any_true(value=token.is_paused)


class _Clock:
    """Times the steps of this process."""

    def __init__(self, *, first: int, steps: int) -> None:
        self._first = first
        self._steps = steps
        self._started_s = time.perf_counter()

    def eta_s(self, done: int) -> float:
        """Return the seconds the rest may need."""
        return self._elapsed_s() / (done - self._first) * (self._steps - done)

    def is_forecast_due(self, done: int) -> bool:
        """Whether enough steps were done for a first forecast, and no more."""
        return done - self._first == _FORECAST_STEPS

    def leave_out(self, held_s: float) -> None:
        """Count ``held_s`` seconds as if they had not passed."""
        self._started_s += held_s

    def waited_share(self, waited_s: float) -> float:
        """Return which share of the time so far ``waited_s`` is."""
        return waited_s / max(self._elapsed_s(), 1e-9)

    def _elapsed_s(self) -> float:
        return time.perf_counter() - self._started_s
