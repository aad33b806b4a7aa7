"""The loop that every training method runs in."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import torch
from torch import Tensor, nn

from engine.config.recipes import TrainRecipe
from engine.config.renamed_keys import current_metric
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
from engine.training.method import Memo, Phase, TrainingMethod
from engine.training.pace import Pace, memory_metrics
from engine.training.processes import is_any_true, mean_over_processes, rank
from engine.training.samples import SamplePictures
from engine.training.schedule import learning_rate_at
from engine.training.validation import ValidationSet

Report = Callable[[Event], None]
Parts: TypeAlias = list[tuple[Batch, Memo]]
_HALVES = {"bf16": torch.bfloat16, "fp16": torch.float16}
_FORECAST_STEPS = 20  # the first estimate comes before the first metrics, and not too early
_PAUSE_POLL_S = 0.05


class Loop:
    """Runs a training method from its newest checkpoint to the recipe's last step.

        for each step:
            for each phase of the method (such as generator, then discriminator):
                for each part of the batch:  losses -> backward, gradients add up
                one optimizer step
            EMA; now and then metrics, a checkpoint, validation

    Args:
        recipe: The recipe of the run.
        method: How a step is computed, with its networks on ``device``.
        batches: Returns the batch of a step, always the same one for a step.
        ema: Averages the weights of the method's generator.
        folder: The run folder, for checkpoints, events and the status.
        device: Device of the networks.
        report: Receives each event after it was written to the folder.
        validation: Measures the averaged generator, as it would ship, during the run.
        samples: Writes the pictures that it makes, at every validation.
    """

    def __init__(
        self,
        recipe: TrainRecipe,
        method: TrainingMethod,
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
        self._method = method
        self._batches = batches
        self._folder = folder
        self._device = device
        self._report = report
        self._validation = validation
        self._samples = samples
        self._ema = ema
        self._networks: dict[str, nn.Module] = {
            "generator": method.generator,
            "averaged": self._ema.averaged,
            **method.networks,
        }
        self._sums: defaultdict[str, float] = defaultdict(float)
        self._count = 0
        self._pace = Pace(recipe.data.batch_size)
        self._half = _HALVES.get(recipe.precision)
        # bfloat16 has the exponents of float32 and needs no loss scaling.
        if recipe.precision == "fp16":
            for group in method.optimizer_groups.values():
                group.enable_loss_scaling(device)

    def run(self, token: CancelToken) -> None:
        """Train.

        Raises:
            NonFiniteLossError: If a loss stops being a number; the batch is saved.
            JobCancelled: If the token was cancelled; a checkpoint was written.
        """
        first = self._restore()
        self.emit(Started(step=first))
        self._write_status("running")
        steps = self._recipe.schedule.steps
        clock = _Clock(first=first, steps=steps)
        # A thread prepares the next batches while this one trains; as a batch depends on its step
        # alone, what is prepared does not depend on how far ahead the thread is.
        with Prefetcher(self._batches, first=first, end=steps) as batches:
            for step in range(first, steps):
                with self._pace.step():
                    self._step(step, batches.take().to(self._device))
                self._after(step + 1, clock, batches)
                self._handle_requests(step + 1, token, clock)
        # Without a checkpoint of the last step, resuming a finished run would train again.
        if first < steps and steps % self._recipe.checkpoint_every:
            self._save(steps)
        if rank() == 0:
            self._method.finish(self._ema.averaged, self._folder.path / "artifacts")
        self.emit(Finished(step=steps))

    def emit(self, event: Event) -> None:
        """Write ``event`` to the run folder and report it; only the first process does."""
        if rank() == 0:
            self._folder.append(event)
            self._report(event)

    def _restore(self) -> int:
        restored = load_checkpoint(
            self._folder.checkpoints,
            networks=self._networks,
            groups=self._method.optimizer_groups,
        )
        for fault in restored.faults:
            text = f"{fault}. It is skipped; the run resumes from step {restored.step}."
            self.emit(Warned(code="damaged-checkpoint", text=text))
        state = restored.loop
        for name, value in state.loss_sums.items():
            # A checkpoint of an earlier version may call a loss by its old name.
            self._sums[current_metric(f"loss_{name}").removeprefix("loss_")] = value
        self._count = state.loss_count
        for name, scale in state.gradient_scales.items():
            self._method.optimizer_groups[name].restore_gradient_scale(scale)
        return restored.step

    def _step(self, step: int, batch: Batch) -> None:
        # All randomness of a step comes from its number, so that a resumed run repeats it.
        torch.manual_seed(self._recipe.seed * 1_000_003 + step)
        learning_rate = learning_rate_at(step, self._recipe.schedule)
        try:
            # One memo per part: a part's discriminator phase reuses its generator phase's SR.
            parts: Parts = [(part, {}) for part in batch.split(self._recipe.accumulate)]
            for phase in self._method.phases(step):
                self._update(phase, parts, learning_rate)
        except NonFiniteLossError as error:
            raise self._with_batch(error, step, batch) from error
        self._method.end_step(learning_rate)
        self._ema.update(step)
        self._count += 1

    def _update(self, phase: Phase, parts: Parts, learning_rate: float) -> None:
        phase.group.zero_grad()
        for part, memo in parts:
            # Only the forward pass: backward uses the types of the forward operations by itself.
            with torch.autocast(
                self._device.type, dtype=self._half, enabled=self._half is not None
            ):
                terms = phase.losses(part, memo)
            if not terms:
                raise ConfigError("the weight of every loss term is 0; nothing would be learned")
            # Summed in float32: terms that differ a thousandfold would be lost in half precision.
            stacked = torch.stack([term.float() for term in terms.values()])
            self._add_losses(list(terms), stacked, parts=len(parts))
            # Gradients add up over the parts, so that they are those of the whole batch's mean.
            phase.group.backward(stacked.sum() / len(parts))
        phase.group.step(learning_rate)

    def _add_losses(self, names: Sequence[str], losses: Tensor, *, parts: int) -> None:
        # One transfer for all terms: on a GPU each waits until the queued work is done.
        for name, value in zip(names, losses.detach().tolist(), strict=True):
            if not math.isfinite(value):
                raise NonFiniteLossError(f"the loss {name!r} is not finite")
            self._sums[name] += value / parts

    def _after(self, done: int, clock: _Clock, batches: Prefetcher) -> None:
        is_last = done == self._recipe.schedule.steps
        if done % self._recipe.log_every == 0:
            self._log(done, clock, batches)
        elif is_last or clock.is_forecast_due(done):
            self._emit_progress(done, clock)
        if rank() == 0:
            self._folder.beat()
        # Saved before it is validated: if validation fails, the steps are not lost.
        if done % self._recipe.checkpoint_every == 0:
            self._save(done)
        if rank() == 0 and (is_last or done % self._recipe.validate_every == 0):
            self._validate(done)

    def _validate(self, done: int) -> None:
        network = self._method.as_shipped(self._ema.averaged)
        if self._validation:
            for name, value in self._validation.measure(network).items():
                # The PSNR of pictures that equal their references is infinite, which JSON cannot
                # say.
                if math.isfinite(value):
                    self.emit(Metric(step=done, name=name, value=value))
        for path in self._samples.write(network, done) if self._samples else ():
            self.emit(Sample(step=done, path=path))

    def _log(self, done: int, clock: _Clock, batches: Prefetcher) -> None:
        names = sorted(self._sums)
        means = mean_over_processes([self._sums[name] / self._count for name in names])
        for name, value in zip(names, means, strict=True):
            self.emit(Metric(step=done, name=f"loss_{name}", value=value))
        share = clock.waited_share(batches.waited_s)
        self.emit(Metric(step=done, name="data_wait_share", value=share))
        learning_rate = learning_rate_at(done - 1, self._recipe.schedule)
        self.emit(Metric(step=done, name="learning_rate", value=learning_rate))
        speed = self._pace.take_images_per_s()
        self.emit(Metric(step=done, name="images_per_s", value=speed))
        for name, value in memory_metrics(self._device).items():
            self.emit(Metric(step=done, name=name, value=value))
        self._emit_progress(done, clock)
        # The sums start anew after each metric, and are part of checkpoints between metrics, so
        # that a resumed run reports the same means.
        self._sums, self._count = defaultdict(float), 0

    def _emit_progress(self, done: int, clock: _Clock) -> None:
        self.emit(Progress(done=done, total=self._recipe.schedule.steps, eta_s=clock.eta_s(done)))

    def _save(self, done: int) -> None:
        if rank() == 0:
            groups = self._method.optimizer_groups
            scales = {name: group.gradient_scale() for name, group in groups.items()}
            save_checkpoint(
                self._folder.checkpoints,
                step=done,
                networks=self._networks,
                groups=groups,
                loop=LoopState(
                    loss_sums=dict(self._sums),
                    loss_count=self._count,
                    gradient_scales={name: scale for name, scale in scales.items() if scale},
                ),
            )
        self.emit(Checkpoint(step=done))

    def _handle_requests(self, done: int, token: CancelToken, clock: _Clock) -> None:
        """Pause or stop after this step if any process was asked to."""
        is_cancelled, is_paused = _asked(token)
        if not (is_cancelled or is_paused):
            return
        if done % self._recipe.checkpoint_every:
            self._save(done)
        if done % self._recipe.log_every:
            self._emit_progress(done, clock)
        if is_paused and not is_cancelled:
            is_cancelled = self._wait_while_paused(token, clock)
        if is_cancelled:
            # The request may have reached another process; now this one's token raises too.
            token.cancel()
            token.check()

    def _wait_while_paused(self, token: CancelToken, clock: _Clock) -> bool:
        """Wait until the run is resumed; return whether it was cancelled instead."""
        self._write_status("paused")
        self.emit(Paused())
        started_s = time.perf_counter()
        is_cancelled, is_paused = _asked(token)
        while is_paused and not is_cancelled:
            time.sleep(_PAUSE_POLL_S)
            if rank() == 0:
                # A paused process is alive: without a beat its run would be listed as dead.
                self._folder.beat("paused")
            is_cancelled, is_paused = _asked(token)
        clock.leave_out(time.perf_counter() - started_s)
        if not is_cancelled:
            self._write_status("running")
            self.emit(Resumed())
        return is_cancelled

    def _write_status(self, state: State) -> None:
        if rank() == 0:
            self._folder.write_status(state)

    def _with_batch(self, error: NonFiniteLossError, step: int, batch: Batch) -> NonFiniteLossError:
        path: Path = self._folder.path / f"bad-batch-{step}.safetensors"
        parts = {
            "lr": batch.lr,
            "hr": batch.hr,
            "teacher_sr": batch.teacher_sr,
            "restoration": batch.restoration,
        }
        given = {name: part.contiguous().cpu() for name, part in parts.items() if part is not None}
        write_tensors(path, given)
        return NonFiniteLossError(
            f"step {step}: {error}; its batch is in {path}. "
            "Lower schedule.learning_rate in the run's recipe.yaml and resume."
        )


def _asked(token: CancelToken) -> tuple[bool, bool]:
    """Return whether any process was asked to stop, and to pause.

    All processes must get the same answer at the same step: one that pauses alone would leave
    the others waiting for its gradients for good.
    """
    # One exchange between the processes in the usual case, that nothing was asked.
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
        """Return an estimate of the remaining seconds."""
        return self._elapsed_s() / (done - self._first) * (self._steps - done)

    def is_forecast_due(self, done: int) -> bool:
        """Whether just enough steps were done for the first estimate."""
        return done - self._first == _FORECAST_STEPS

    def leave_out(self, paused_s: float) -> None:
        """Count ``paused_s`` seconds as if they had not passed."""
        self._started_s += paused_s

    def waited_share(self, waited_s: float) -> float:
        """Return the share of the time so far that ``waited_s`` is."""
        return waited_s / max(self._elapsed_s(), 1e-9)

    def _elapsed_s(self) -> float:
        return time.perf_counter() - self._started_s
