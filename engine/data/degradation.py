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
from engine.data.levels import Degraded, LevelMeter, join_degraded
from engine.data.one_pass import OnePassDegradation
from engine.data.photo_pair import PhotoPair
from engine.data.sharpening import sharpen
from engine.data.torch_resize import resize_bicubic_batch
from engine.data.two_pass import TwoPassDegradation

_KINDS: dict[str, DegradationName] = {
    "bicubic": "clean", "light": "light", "mild": "mild", "real": "strong",
}  # fmt: skip


class Degradation(Protocol):
    """Makes LR pictures from HR pictures."""

    def degrade(self, hr: Tensor, number: int) -> Degraded:
        """Return LR pictures of 8-bit values, and their levels; ``number`` chooses the draws.

        Shape:
            - ``hr``: ``(N, 3, s·H, s·W)`` in ``[0, 1]``; result ``(N, 3, H, W)``.
        """
        ...


class CleanDegradation:
    """Antialiased bicubic downsampling and nothing else."""

    def __init__(self, *, scale: int) -> None:
        self._scale = scale

    def degrade(self, hr: Tensor, number: int) -> Degraded:
        """Return the LR pictures; see `Degradation`."""
        height_px, width_px = (side // self._scale for side in hr.shape[2:])
        images = resize_bicubic_batch(hr.contiguous(), height_px=height_px, width_px=width_px)
        # LR files have 8 bits, so networks must not be trained on finer values.
        lr = torch.round(images.clamp(0, 1) * 255) / 255
        return Degraded(lr=lr, levels=LevelMeter(hr, scale=self._scale).levels())


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

    def degrade(self, hr: Tensor, number: int) -> Degraded:
        """Return the LR pictures; see `Degradation`."""
        random = np.random.default_rng((self._seed, number, self._process, 4))
        kinds = random.choice(len(self._parts), size=len(hr), p=self._shares)
        made, places = [], []
        for kind in sorted(set(kinds.tolist())):
            # Pictures of one kind are degraded together, as one smaller batch.
            own = torch.from_numpy(np.flatnonzero(kinds == kind)).to(hr.device)
            made.append(self._parts[kind].degrade(hr[own], number))
            places.append(own)
        return join_degraded(made, places)


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


def degrade_batch(
    batch: Batch, degradation: Degradation, step: int, *, sharpens: bool, tells: bool = False
) -> Batch:
    """Return the batch of ``step`` with LR made from its HR.

    Args:
        batch: The clean batch.
        degradation: What is done to it.
        step: Chooses the draws.
        sharpens: Whether HR is sharpened first.
        tells: Whether the batch gets the restoration value of each picture.
    """
    hr = sharpen(batch.hr) if sharpens else batch.hr
    made = degradation.degrade(hr, step)
    scale = hr.shape[-1] // made.lr.shape[-1]
    return Batch(
        lr=made.lr.contiguous(memory_format=torch.channels_last),
        hr=hr,
        # That of the clean photo: the student learns to restore it.
        teacher_sr=batch.teacher_sr,
        restoration=made.levels.restoration(scale=scale) if tells else None,
    )


def degrade_photo(
    hr: ImageU8, recipe: DegradationRecipe, *, scale: int, seed: int, number: int
) -> PhotoPair:
    """Return one photo with its LR picture; one seed and number give one result.

    Shape:
        - ``hr``: ``(s·H, s·W, 3)`` uint8.
    """
    planes = torch.from_numpy(np.array(hr)).permute(2, 0, 1)[None]
    degradation = build_degradation(recipe, scale=scale, seed=seed)
    made = degradation.degrade(planes.to(torch.float32) / 255, number)
    pixels = (made.lr[0] * 255).round().to(torch.uint8)
    return PhotoPair(
        hr=hr,
        lr=np.ascontiguousarray(pixels.permute(1, 2, 0).numpy()),
        restoration=float(made.levels.restoration(scale=scale)),
    )


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
