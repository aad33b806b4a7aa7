"""Compares the speed of our training loop with plain loops written by hand, in turns.

The plain loops do the same with the same network and the same batches: forward,
mean absolute error, backward, clipped Adam step, EMA weights. One of them cuts
its batches itself, as a simple script does. The other has them ready in memory,
which no real training can, and so is the upper bound.
"""

from __future__ import annotations

import copy
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import torch
from torch import nn
from torch.nn import functional

from engine.config.recipe_file import dump_recipe
from engine.config.recipes import PsnrRecipe
from engine.core.cancellation import CancelToken
from engine.data.batch import Batch
from engine.data.photo_store import PhotoStore
from engine.models.generators.base import Generator
from engine.runs.events import Event, Metric, Progress, Started
from engine.runs.run_folder import RunFolder
from engine.training.batch_source import BatchSource, build_batch_source
from engine.training.checks import choose_device
from engine.training.ema import Ema
from engine.training.loop import Loop
from engine.training.method import MethodContext
from engine.training.methods.psnr import PsnrMethod
from engine.training.run_generator import build_run_generator
from engine.training.run_photos import open_store

OURS, PLAIN, READY = "ours", "plain", "plain-ready"
_READY_BATCHES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ThroughputReport:
    """The measured speed of the loops.

    Attributes:
        device: Device of the training.
        threads: CPU threads of torch.
        batch_size: Patches per batch.
        patch_px: Side of the HR patches.
        precision: Numeric precision of the training.
        steps: Steps per round.
        images_per_s: HR patches per second, round by round, of ``ours``, ``plain``
            (cuts its batches in the loop) and ``plain-ready`` (has them in memory).
        ratio_to_plain: Speed of ours relative to plain, median over the rounds.
        ratio_to_ready: Speed of ours relative to plain-ready, median over the rounds.
        data_wait_share: Share of the time that our loop waited for batches, median.
    """

    device: str
    threads: int
    batch_size: int
    patch_px: int
    precision: str
    steps: int
    images_per_s: dict[str, tuple[float, ...]]
    ratio_to_plain: float
    ratio_to_ready: float
    data_wait_share: float


def measure_throughput(
    recipe: PsnrRecipe,
    scratch: Path,
    *,
    steps: int,
    rounds: int,
    token: CancelToken,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ThroughputReport:
    """Time ``rounds`` rounds of ``steps`` steps of each loop, in turns.

    A first round warms up and is not counted.

    Args:
        recipe: Network, data and batch.
        scratch: Folder for the runs of our loop.
        steps: Steps per round.
        rounds: Counted rounds.
        token: Stops between two rounds.
        progress: Receives the number of finished loops and of all.

    Raises:
        ConfigError: If the recipe names a device or photos that are not available.
        JobCancelled: If the token was cancelled.
    """
    device = choose_device(recipe)
    if recipe.threads:
        torch.set_num_threads(recipe.threads)
    bench = _Bench(recipe, open_store(recipe), device, steps)
    speeds: dict[str, list[float]] = {OURS: [], PLAIN: [], READY: []}
    waits: list[float] = []
    for number in range(rounds + 1):
        for place, name in enumerate(speeds):
            token.check()
            speed, wait = bench.run(name, scratch / f"run-{number}")
            # The first round warms up caches, allocators and threads.
            if number:
                speeds[name].append(speed)
                waits += [wait] if name == OURS else []
            progress(3 * number + place + 1, 3 * (rounds + 1))
    return ThroughputReport(
        device=str(device),
        threads=torch.get_num_threads(),
        batch_size=recipe.data.batch_size,
        patch_px=recipe.data.patch_px,
        precision=recipe.precision,
        steps=steps,
        images_per_s={name: tuple(values) for name, values in speeds.items()},
        ratio_to_plain=_ratio(speeds[OURS], speeds[PLAIN]),
        ratio_to_ready=_ratio(speeds[OURS], speeds[READY]),
        data_wait_share=statistics.median(waits),
    )


def _ratio(ours: Sequence[float], other: Sequence[float]) -> float:
    return statistics.median(a / b for a, b in zip(ours, other, strict=True))


class _Bench:
    def __init__(
        self, recipe: PsnrRecipe, store: PhotoStore, device: torch.device, steps: int
    ) -> None:
        self._recipe = msgspec.structs.replace(
            recipe,
            schedule=msgspec.structs.replace(recipe.schedule, steps=steps),
            log_every=steps,
            # Only the last step writes one, and the clock stops before it.
            checkpoint_every=steps,
        )
        self._store = store
        self._device = device
        self._steps = steps

    def run(self, name: str, folder: Path) -> tuple[float, float]:
        """Return HR patches per second, and the share of the time waited for batches."""
        source = build_batch_source(self._recipe, self._store, self._device)
        if name == OURS:
            return self._run_ours(source, folder)
        if name == READY:
            ready = [source(step).to(self._device) for step in range(_READY_BATCHES)]
            return self._run_plain(lambda step: ready[step % _READY_BATCHES]), 0.0
        return self._run_plain(source), 0.0

    def _run_ours(self, source: BatchSource, path: Path) -> tuple[float, float]:
        generator = self._build()
        ema = Ema(generator, decay=self._recipe.ema_decay)
        start = MethodContext(generator=generator, averaged=ema.averaged, device=self._device)
        watch = _Watch(self._steps, self._device)
        loop = Loop(
            self._recipe,
            PsnrMethod(start, clip_norm=self._recipe.clip_norm, error=self._recipe.error),
            source,
            ema=ema,
            folder=RunFolder.create_at(path, recipe_yaml=dump_recipe(self._recipe)),
            device=self._device,
            report=watch.take,
        )
        loop.run(CancelToken())
        return self._speed(watch.elapsed_s), watch.wait_share

    def _run_plain(self, source: BatchSource) -> float:
        generator = self._build()
        averaged = copy.deepcopy(generator)  # the EMA weights
        optimizer = torch.optim.Adam(generator.parameters(), betas=(0.9, 0.99))
        _finish_work(self._device)
        started_s = time.perf_counter()
        for step in range(self._steps):
            self._plain_step(generator, averaged, optimizer, source(step).to(self._device))
        _finish_work(self._device)
        return self._speed(time.perf_counter() - started_s)

    def _plain_step(
        self,
        generator: Generator,
        averaged: Generator,
        optimizer: torch.optim.Optimizer,
        batch: Batch,
    ) -> None:
        half = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(self._recipe.precision)
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(self._device.type, dtype=half, enabled=half is not None):
            sr = generator(*batch.inputs).float()
        measure = functional.l1_loss if self._recipe.error == "l1" else functional.mse_loss
        measure(sr, batch.hr).backward()
        nn.utils.clip_grad_norm_(generator.parameters(), self._recipe.clip_norm)
        optimizer.step()
        with torch.no_grad():
            for own, new in zip(averaged.parameters(), generator.parameters(), strict=True):
                # An EMA as one fused operation per tensor.
                own.lerp_(new, 1 - self._recipe.ema_decay)

    def _build(self) -> Generator:
        # The same start for each loop and round.
        torch.manual_seed(self._recipe.seed)
        generator = build_run_generator(self._recipe).to(self._device)
        generator.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return generator

    def _speed(self, elapsed_s: float) -> float:
        return self._steps * self._recipe.data.batch_size / elapsed_s


class _Watch:
    """Times a run from its start to its last step, without its last checkpoint."""

    def __init__(self, steps: int, device: torch.device) -> None:
        self._steps = steps
        self._device = device
        self._started_s = 0.0
        self.elapsed_s = 0.0
        self.wait_share = 0.0

    def take(self, event: Event) -> None:
        """Record the times of ``event``."""
        match event:
            case Started():
                self._started_s = time.perf_counter()
            case Metric(name="data_wait_share", value=value):
                self.wait_share = value
            case Progress(done=done) if done == self._steps:
                _finish_work(self._device)
                self.elapsed_s = time.perf_counter() - self._started_s
            case _:
                pass


def _finish_work(device: torch.device) -> None:
    # CUDA runs asynchronously: without this only the launches would be timed.
    if device.type == "cuda":
        torch.cuda.synchronize(device)
