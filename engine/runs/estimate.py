"""Estimates time and memory of a training before it starts.

Two ways, both from measurements on this computer: an earlier run with the same networks and
batches, found at once; or some steps of the very recipe, tried in a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec
import psutil

from engine.config.recipe_form import complete_recipe, parse_recipe
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, EngineError, OutOfMemoryError, UnexpectedError
from engine.core.processor import processor_name
from engine.core.typed_data import prepared
from engine.runs.launching import check_extra, child_environment
from engine.runs.run_folder import RunFolder
from engine.runs.series import RunSeries
from engine.runs.summary import find_runs

_LEAST_STEPS = 20
_POLL_S = 0.1
_TRIAL_S = 8.0
_LONGEST_S = 600.0
_MB = 1e6
# What neither changes the time of a step nor the memory it takes.
_FREE = (
    "name", "data.folder", "data.cache_folder", "data.held_out_share", "schedule.", "seed",
    "init_weights", "ema_decay", "clip_norm", "checkpoint_every", "log_every", "validat",
    "lpips_onnx", "sample_photos", "tensorboard",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingEstimate:
    """What a training will probably take; an estimate, however it was made.

    Attributes:
        seconds_per_step: Time of a step.
        steps: Number of steps of the training.
        preparing_s: Time before the first step, to decode photos that are not in the cache; None
            if unknown.
        memory_bytes: Largest memory of its process; None if unknown.
        gpu_memory_bytes: Largest memory on the GPU; None if unknown or none is used.
        free_memory_bytes: Memory that is available now.
        measured_steps: Number of steps that it was measured over.
        earlier_run: Name of the earlier run that it was taken from; None if the recipe itself
            was tried.
    """

    seconds_per_step: float
    steps: int
    preparing_s: float | None
    memory_bytes: int | None
    gpu_memory_bytes: int | None
    free_memory_bytes: int
    measured_steps: int
    earlier_run: str | None

    @property
    def total_s(self) -> float:
        """Estimated time of the whole training."""
        return (self.preparing_s or 0.0) + self.steps * self.seconds_per_step

    @property
    def fits_memory(self) -> bool | None:
        """Whether the memory that is available now is enough; None if it is unknown."""
        return None if self.memory_bytes is None else self.memory_bytes < self.free_memory_bytes


def estimate_from_runs(recipe: str, runs: Path) -> TrainingEstimate | None:
    """Return what the newest comparable run took, or None if there is none.

    Comparable is a run of this computer whose recipe differs in nothing that a step costs.

    Args:
        recipe: The recipe as YAML.
        runs: Folder of the runs to look at.

    Raises:
        ConfigError: If the recipe is wrong.
    """
    complete = complete_recipe(recipe)
    wanted = _costs(complete.text)
    steps = _steps(complete.text)
    # The names of runs begin with their day.
    for run in reversed(find_runs(runs)):
        try:
            if _is_comparable(run, wanted) and (found := _estimate(run, steps)):
                return found
        except (EngineError, OSError, ValueError):
            continue  # a damaged run is no measure
    return None


def measure_training(recipe: str, *, token: CancelToken | None = None) -> TrainingEstimate:
    """Try some steps of ``recipe`` in a process of its own, which takes 15 to 30 seconds.

    Args:
        recipe: The recipe as YAML.
        token: Ends the trial.

    Raises:
        ConfigError: If the recipe is wrong or names something that is missing.
        OutOfMemoryError: If the system ended the trial, as it does when memory runs out.
        MissingExtraError: If packages are missing.
        JobCancelled: If the token was cancelled.
        EngineError: As a training would.
    """
    complete = complete_recipe(recipe)
    if complete.kind in {"search", "tune"}:
        raise ConfigError(f"type={complete.kind}: only trainings can be tried")
    check_extra(complete.kind)
    with tempfile.TemporaryDirectory(prefix="mfagan-trial-") as scratch:
        file = Path(scratch) / "recipe.yaml"
        file.write_text(complete.text, encoding="utf-8")
        answer = _try(file, Path(scratch), token or CancelToken())
    if answer.text is not None:
        raise _error(answer.code, answer.text)
    return TrainingEstimate(
        seconds_per_step=answer.seconds_per_step,
        steps=_steps(complete.text),
        preparing_s=answer.seconds_per_photo * answer.photos,
        memory_bytes=answer.peak_memory_bytes,
        gpu_memory_bytes=answer.peak_gpu_bytes or None,
        free_memory_bytes=psutil.virtual_memory().available,
        measured_steps=answer.steps,
        earlier_run=None,
    )


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What ``engine.training.forecast`` prints: figures, or an error."""

    seconds_per_step: float = 0.0
    steps: int = 0
    photos: int = 0
    seconds_per_photo: float = 0.0
    peak_memory_bytes: int = 0
    peak_gpu_bytes: int = 0
    code: str = ""
    text: str | None = None


def _try(recipe: Path, scratch: Path, token: CancelToken) -> _Answer:
    # -P: nothing in the current folder is taken for a module.
    command = [sys.executable, "-P", "-m", "engine.training.forecast"]
    out, err = scratch / "answer.json", scratch / "errors.txt"
    with out.open("wb") as answer, err.open("wb") as errors:
        process = subprocess.Popen(
            [*command, os.fspath(recipe), os.fspath(scratch), str(_TRIAL_S)],
            stdin=subprocess.DEVNULL,
            stdout=answer,
            stderr=errors,
            env=child_environment(),
        )
        try:
            _wait(process, token)
        finally:
            # Its scratch folder is deleted next.
            process.kill()
            process.wait()
    try:
        return msgspec.json.decode(out.read_bytes(), type=prepared(_Answer))
    except msgspec.MsgspecError as error:
        last = err.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]
        if not last:
            raise OutOfMemoryError(
                "the trial was ended by the system, as it does when memory runs out; make the "
                "batch smaller (data.batch_size, data.patch_px), or process it in parts "
                "(accumulate)"
            ) from error
        raise UnexpectedError(f"the recipe could not be tried: {last}") from error


def _wait(process: subprocess.Popen[bytes], token: CancelToken) -> None:
    end_s = time.monotonic() + _LONGEST_S
    while process.poll() is None:
        token.check()
        if time.monotonic() > end_s:
            raise UnexpectedError(f"the recipe was tried for {_LONGEST_S:g} s without an answer")
        time.sleep(_POLL_S)


def _error(code: str, text: str) -> EngineError:
    kinds: list[type[EngineError]] = [ConfigError, OutOfMemoryError]
    kind = next((kind for kind in kinds if kind.code == code), UnexpectedError)
    # The trial's own folder means nothing to the user.
    return kind(text)


class _Environment(msgspec.Struct, frozen=True, kw_only=True):
    """The part of ``environment.json`` that tells computers apart."""

    device: str = ""
    device_name: str = ""
    processes: int = 1


def _is_comparable(run: RunFolder, wanted: dict[str, object]) -> bool:
    content = (run.path / "environment.json").read_bytes()
    environment = msgspec.json.decode(content, type=prepared(_Environment))
    is_here = environment.device.startswith("cuda") or environment.device_name == processor_name()
    if not is_here or environment.processes != 1:
        return False
    text = (run.path / "recipe.yaml").read_text(encoding="utf-8")
    return _costs(text) == wanted


@lru_cache(maxsize=512)
def _costs(text: str) -> dict[str, object]:
    # Kept: reading the recipes of a hundred runs takes seconds.
    values = parse_recipe(text).values or {}
    return {name: value for name, value in values.items() if not name.startswith(_FREE)}


def _steps(text: str) -> int:
    steps = (parse_recipe(text).values or {}).get("schedule.steps")
    return steps if isinstance(steps, int) else 0


def _estimate(run: RunFolder, steps: int) -> TrainingEstimate | None:
    series = RunSeries(run.path)
    series.update()
    done = series.step + sum(cut.abandoned_to_step - cut.step for cut in series.cuts())
    if done < _LEAST_STEPS or not series.trained_s:
        return None
    return TrainingEstimate(
        seconds_per_step=series.trained_s / done,
        steps=steps,
        preparing_s=None,
        memory_bytes=_largest(series, "peak_memory_mb"),
        gpu_memory_bytes=_largest(series, "peak_gpu_memory_mb"),
        free_memory_bytes=psutil.virtual_memory().available,
        measured_steps=done,
        earlier_run=run.path.name,
    )


def _largest(series: RunSeries, name: str) -> int | None:
    values = series.values(name)[1]
    return int(values.max() * _MB) if values.size else None
