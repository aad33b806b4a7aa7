"""Tries a recipe for some steps and prints what they took: ``python -m engine.training.forecast``.

A process of its own, because peak memory is a property of a process. It trains as a run does,
with some of the photos and in a folder that is deleted, so that nothing is left out of the count:
decoding, degradation, teacher, losses, optimizer.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path

import msgspec
import torch

from engine.config.recipe_file import dump_recipe, load_recipe
from engine.config.recipes import AnyRecipe
from engine.core.cancellation import CancelToken
from engine.core.errors import EngineError, JobCancelled
from engine.core.peak_memory import peak_memory_bytes
from engine.data.photo_files import find_photos
from engine.runs.events import Event, Noted, Progress, Started
from engine.runs.run_folder import RunFolder
from engine.training.methods.build import build_method
from engine.training.run import run_training

_MOST_PHOTOS = 8
_WARM_UP_STEPS = 3
_MOST_STEPS = 200
_NEVER = 1 << 40  # a step that is not reached


def forecast(recipe: AnyRecipe, scratch: Path, *, limit_s: float) -> dict[str, float]:
    """Train some steps by ``recipe`` and return what they took.

    Args:
        recipe: The recipe of the run to be.
        scratch: Folder for everything that is written.
        limit_s: When to stop, in seconds after the first step.

    Returns:
        ``seconds_per_step``, ``steps``, ``photos`` (of the whole run), ``seconds_per_photo``
        (to decode and prepare one), ``peak_memory_bytes`` and ``peak_gpu_bytes``.

    Raises:
        EngineError: As a run would.
    """
    folder = Path(recipe.data.folder)
    photos = find_photos(folder)
    tried = _spread(photos, _MOST_PHOTOS)
    small = _changed(recipe, _copy_of(tried, scratch / "photos"), scratch / "cache")
    # An ONNX teacher enlarges each photo before the first step.
    teacher = getattr(recipe, "teacher", None)
    watch = _Watch(limit_s, has_teacher_pictures=bool(teacher and teacher.onnx))
    # Cancelled when the watch has seen enough.
    with suppress(JobCancelled):
        run_training(
            small,
            RunFolder.create_at(scratch / "run", recipe_yaml=dump_recipe(small)),
            build_method=build_method,
            token=watch.token,
            report=watch.take,
        )
    gpu_bytes = torch.cuda.max_memory_allocated() if torch.cuda.is_available() else 0
    return {
        "seconds_per_step": watch.seconds_per_step,
        "steps": watch.steps,
        "photos": len(photos),
        "seconds_per_photo": watch.preparing_s / len(tried),
        "peak_memory_bytes": peak_memory_bytes(),
        "peak_gpu_bytes": gpu_bytes,
    }


class _Watch:
    """Times the steps, and ends the trial when it has seen enough of them."""

    def __init__(self, limit_s: float, *, has_teacher_pictures: bool) -> None:
        self.token = CancelToken()
        self._has_teacher_pictures = has_teacher_pictures
        self.preparing_s = 0.0
        self.steps = 0
        self._limit_s = limit_s
        self._made_s = time.perf_counter()
        self._started_s = 0.0
        self._warm_s = 0.0
        self._last_s = 0.0

    @property
    def seconds_per_step(self) -> float:
        """The mean after the warm-up; a step of some methods takes longer than another."""
        warm = self.steps - _WARM_UP_STEPS
        if warm > 0:
            return (self._last_s - self._warm_s) / warm
        return (self._last_s - self._started_s) / max(1, self.steps)

    def take(self, event: Event) -> None:
        """Take note of ``event``."""
        now_s = time.perf_counter()
        match event:
            case Noted(code="held-out"):
                # All photos are decoded now.
                self.preparing_s = now_s - self._made_s
            case Started():
                self._started_s = self._last_s = now_s
                if self._has_teacher_pictures:
                    self.preparing_s = now_s - self._made_s
            case Progress(done=done):
                self.steps, self._last_s = done, now_s
                if done == _WARM_UP_STEPS:
                    self._warm_s = now_s
                if done >= _MOST_STEPS or now_s - self._started_s > self._limit_s:
                    self.token.cancel()
            case _:
                pass


def _changed(recipe: AnyRecipe, photos: Path, cache: Path) -> AnyRecipe:
    """Return ``recipe`` for a trial: every step is reported, and nothing but steps is done."""
    data = msgspec.structs.replace(
        recipe.data, folder=str(photos), lr_folder=None, cache_folder=str(cache), held_out_share=0.0
    )
    return msgspec.structs.replace(
        recipe,
        data=data,
        log_every=1,
        checkpoint_every=_NEVER,
        validation_folder=None,
        lpips_onnx=None,
        validate_every=_NEVER,
        sample_photos=0,
        tensorboard=False,
    )


def _spread(photos: list[Path], count: int) -> list[Path]:
    """Return ``count`` photos from all parts of the list."""
    if len(photos) <= count:
        return photos
    return [photos[number * len(photos) // count] for number in range(count)]


def _copy_of(photos: list[Path], folder: Path) -> Path:
    folder.mkdir(parents=True)
    for number, photo in enumerate(photos):
        name = folder / f"{number}{photo.suffix}"
        try:
            os.link(photo.resolve(), name)
        except OSError:
            # Another disk, or a file system without links.
            shutil.copyfile(photo, name)
    return folder


def _main(arguments: list[str]) -> int:
    recipe, scratch, limit_s = Path(arguments[0]), Path(arguments[1]), float(arguments[2])
    try:
        answer: dict[str, object] = {**forecast(load_recipe(recipe), scratch, limit_s=limit_s)}
    except EngineError as error:
        answer = {"code": error.code, "text": str(error)}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
