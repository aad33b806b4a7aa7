"""Builds the source of a run's batches: patches of its photos, degraded by its recipe."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from engine.config.parts import DialRecipe
from engine.config.recipes import TrainRecipe, dial_of
from engine.core.errors import ConfigError
from engine.data.batch import Batch
from engine.data.degradation import build_degradation, degrade_batch
from engine.data.patches import PatchSampler
from engine.data.photo_store import PhotoStore
from engine.data.shuffled_pool import ShuffledPool
from engine.data.teacher_pictures import TeacherPictures
from engine.runs.events import Event, Warned
from engine.training.processes import process_count, rank

BatchSource = Callable[[int], Batch]
"""Returns the batch of a step, always the same one for a step."""

Report = Callable[[Event], None]


def build_sampler(
    recipe: TrainRecipe, store: PhotoStore, teacher: TeacherPictures | None = None
) -> PatchSampler:
    """Return the sampler for this process's part of every batch."""
    return PatchSampler(
        store,
        scale=recipe.generator.scale,
        patch_px=recipe.data.patch_px,
        batch_size=recipe.data.batch_size,
        seed=recipe.seed,
        part=rank(),
        parts=process_count(),
        teacher=teacher,
    )


def build_batch_source(
    recipe: TrainRecipe,
    store: PhotoStore,
    device: torch.device,
    *,
    teacher: TeacherPictures | None = None,
    report: Report = lambda event: None,
) -> BatchSource:
    """Return the source of this process's part of each batch; degraded ones are on ``device``.

    Args:
        recipe: The recipe of the run.
        store: The photos.
        device: Where batches are degraded.
        teacher: A teacher's pictures of the photos, to cut from with them.
        report: Receives a warning if photos are smaller than a patch.
    """
    sampler = build_sampler(recipe, store, teacher)
    if sampler.unused:
        _warn_of_small(recipe, store, sampler.unused, report)
    settings, dial = recipe.data.degradation, dial_of(recipe)
    if dial is not None:
        _check_groups(recipe, dial)
    if settings.is_clean:
        return sampler.batch
    degradation = build_degradation(
        settings, scale=recipe.generator.scale, seed=recipe.seed, process=rank()
    )

    # On the device: blurring and compressing a batch on the CPU would take longer than a step.
    def degraded(step: int) -> Batch:
        batch = sampler.batch(step).to(device)
        return degrade_batch(
            batch, degradation, step, sharpens=settings.sharpen_target, tells=dial is not None
        )

    # Pictures of one batch share some random choices; a pool mixes those of several batches.
    if settings.pool_batches == 1 and dial is None:
        return degraded
    group = None if dial is None else dial.group
    return ShuffledPool(degraded, length=settings.pool_batches, seed=recipe.seed, group=group).batch


def _check_groups(recipe: TrainRecipe, dial: DialRecipe) -> None:
    own = recipe.data.batch_size // process_count() * recipe.data.degradation.pool_batches
    if own % dial.group:
        raise ConfigError(
            f"dial.group={dial.group}: the {own} pictures of a pool of each process are no whole "
            "number of such groups; change data.batch_size or degradation.pool_batches"
        )


def _warn_of_small(
    recipe: TrainRecipe, store: PhotoStore, unused: Sequence[str], report: Report
) -> None:
    side_px = recipe.data.patch_px * recipe.generator.scale
    names = ", ".join(unused[:3]) + (", ..." if len(unused) > 3 else "")
    text = (
        f"{len(unused)} of {len(store)} photos are smaller than a patch ({side_px} x {side_px} px) "
        f"and are not used: {names}; --set data.patch_px=SIZE takes smaller patches"
    )
    report(Warned(code="small-photos", text=text))
