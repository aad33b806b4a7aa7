"""Degradation: makes LR pictures from HR pictures as a recipe describes, on any device.

`build_degradation` is the one place that knows all kinds: bicubic downsampling alone, one pass,
two passes, or a mix that is drawn picture by picture.
"""

from __future__ import annotations

from typing import Protocol

import msgspec
import numpy as np
import torch
from torch import Tensor

from engine.config.degradation import (
    LIGHT,
    MILD,
    DegradationName,
    DegradationRecipe,
    MixPart,
    OnePassRecipe,
)
from engine.core.images import ImageU8
from engine.data.batch import Batch
from engine.data.one_pass import OnePassDegradation
from engine.data.sharpening import sharpen
from engine.data.torch_resize import resize_bicubic_batch
from engine.data.two_pass import TwoPassDegradation

_KINDS: dict[str, DegradationName] = {
    "bicubic": "clean", "light": "light", "mild": "mild", "real": "strong",
}  # fmt: skip


class Degradation(Protocol):
    """Makes LR pictures from HR pictures."""

    def degrade(self, hr: Tensor, number: int) -> Tensor:
        """Return LR pictures of 8-bit values; ``number`` chooses the draws.

        Shape:
            - ``hr``: ``(N, 3, s·H, s·W)`` in ``[0, 1]``; result ``(N, 3, H, W)``.
        """
        ...


class CleanDegradation:
    """Antialiased bicubic downsampling and nothing else."""

    def __init__(self, *, scale: int) -> None:
        self._scale = scale

    def degrade(self, hr: Tensor, number: int) -> Tensor:
        """Return the LR pictures; see `Degradation`."""
        height_px, width_px = (side // self._scale for side in hr.shape[2:])
        images = resize_bicubic_batch(hr.contiguous(), height_px=height_px, width_px=width_px)
        # LR files have 8 bits, so networks must not be trained on finer values.
        return torch.round(images.clamp(0, 1) * 255) / 255


class MixedDegradation:
    """Draws the kind of degradation of each picture of a batch.

    Args:
        parts: The kinds, and what share of the pictures each degrades.
        seed: Start of the draws.
        process: Number of this process, so that each draws for its own pictures.
    """

    def __init__(
        self, parts: list[tuple[float, Degradation]], *, seed: int, process: int = 0
    ) -> None:
        shares = np.asarray([share for share, _ in parts])
        self._shares = shares / shares.sum()
        self._parts = [degradation for _, degradation in parts]
        self._seed = seed
        self._process = process

    def degrade(self, hr: Tensor, number: int) -> Tensor:
        """Return the LR pictures; see `Degradation`."""
        random = np.random.default_rng((self._seed, number, self._process, 4))
        kinds = random.choice(len(self._parts), size=len(hr), p=self._shares)
        # The size of LR is only known once the first part is made.
        lr: Tensor | None = None
        for kind, degradation in enumerate(self._parts):
            # Pictures of one kind are degraded together, as one smaller batch.
            places = torch.from_numpy(np.flatnonzero(kinds == kind)).to(hr.device)
            if not len(places):
                continue
            made = degradation.degrade(hr[places], number)
            lr = made.new_empty((len(hr), *made.shape[1:])) if lr is None else lr
            lr[places] = made
        assert lr is not None
        return lr


def build_degradation(
    recipe: DegradationRecipe, *, scale: int, seed: int, process: int = 0
) -> Degradation:
    """Return what degrades pictures as ``recipe`` describes.

    Args:
        recipe: Kind and numbers.
        scale: Factor between LR and HR.
        seed: Start of all randomness.
        process: Number of this process among those that train together.
    """
    if recipe.kind == "mix":
        parts = [
            (part.share, _build(part, recipe, scale=scale, seed=seed, process=process))
            for part in recipe.mix
        ]
        return MixedDegradation(parts, seed=seed, process=process)
    whole = MixPart(
        share=1.0,
        kind=_KINDS[recipe.kind],
        one_pass=recipe.one_pass,
        strength=recipe.strength,
    )
    return _build(whole, recipe, scale=scale, seed=seed, process=process)


def degrade_batch(batch: Batch, degradation: Degradation, step: int, *, sharpens: bool) -> Batch:
    """Return the batch of ``step`` with LR made from its HR, which ``sharpens`` sharpens first."""
    hr = sharpen(batch.hr) if sharpens else batch.hr
    lr = degradation.degrade(hr, step)
    # The teacher's picture stays that of the clean photo: the student learns to restore it.
    lr = lr.contiguous(memory_format=torch.channels_last)
    return Batch(lr=lr, hr=hr, teacher_sr=batch.teacher_sr)


def degrade_photo(
    hr: ImageU8, recipe: DegradationRecipe, *, scale: int, seed: int, number: int
) -> ImageU8:
    """Return the LR picture of one photo; one seed and number give one result.

    Shape:
        - ``hr``: ``(s·H, s·W, 3)`` uint8; result ``(H, W, 3)`` uint8.
    """
    planes = torch.from_numpy(np.array(hr)).permute(2, 0, 1)[None]
    degradation = build_degradation(recipe, scale=scale, seed=seed)
    lr = degradation.degrade(planes.to(torch.float32) / 255, number)[0]
    pixels = (lr * 255).round().to(torch.uint8)
    return np.ascontiguousarray(pixels.permute(1, 2, 0).numpy())


def _build(
    part: MixPart, recipe: DegradationRecipe, *, scale: int, seed: int, process: int
) -> Degradation:
    match part.kind:
        case "clean":
            return CleanDegradation(scale=scale)
        case "strong":
            chain = msgspec.structs.replace(recipe, kind="real", mix=(), strength=part.strength)
            return TwoPassDegradation(chain, scale=scale, seed=seed, process=process)
        case "light" | "mild":
            defaults: OnePassRecipe = LIGHT if part.kind == "light" else MILD
            return OnePassDegradation(
                part.one_pass or defaults,
                strength=part.strength,
                scale=scale,
                seed=seed,
                process=process,
            )
