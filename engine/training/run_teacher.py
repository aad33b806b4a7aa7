"""The pictures of a run's teacher, where they are made before the training."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.config.parts import TeacherRecipe
from engine.config.recipes import TrainRecipe
from engine.core.cancellation import CancelToken
from engine.data.photo_store import PhotoStore
from engine.data.teacher_pictures import TeacherPictures
from engine.runs.events import Event, Noted
from engine.training.onnx_teacher import onnx_picture_maker
from engine.training.processes import process_count, rank
from engine.training.run_photos import ProgressReporter


def open_teacher_pictures(
    recipe: TrainRecipe,
    store: PhotoStore,
    *,
    token: CancelToken,
    report: Callable[[Event], None],
) -> TeacherPictures | None:
    """Return the teacher's pictures of the photos, after making those that are not in the cache.

    Args:
        recipe: The recipe of the run.
        store: The photos that it trains on.
        token: Cancels the work; pictures that are finished stay in the cache.
        report: Receives a note and progress.

    Returns:
        None where the recipe has no teacher, or one that runs beside the student.

    Raises:
        ConfigError: If the teacher's file is missing or does not fit.
        DiskFullError: If the pictures do not fit on the disk.
        InferenceError: If the teacher cannot be run.
        JobCancelled: If the token was cancelled.
    """
    teacher = getattr(recipe, "teacher", None)
    if not isinstance(teacher, TeacherRecipe) or teacher.onnx is None:
        return None
    maker = onnx_picture_maker(teacher, device=recipe.device, threads=recipe.threads)
    pictures = TeacherPictures(store, store.cache, maker, scale=recipe.generator.scale)
    # No patch is ever cut from a photo that is smaller than one.
    used = np.flatnonzero(store.lr_sizes.min(axis=1) >= recipe.data.patch_px).tolist()
    missing = pictures.missing(used)
    kept = len(used) - len(missing)
    text = f"Teacher {maker.name}: {len(missing)} pictures to make once, {kept} in the cache."
    report(Noted(code="teacher-pictures", text=text))
    # Processes that train together share the work: each starts at another photo and skips
    # those that others have made, without waiting for any of them.
    first = len(missing) * rank() // process_count()
    order = [*missing[first:], *missing[:first]]
    pictures.make(order, token=token, progress=ProgressReporter(report))
    return pictures
