"""Random training patches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.core.errors import ConfigError
from engine.core.images import ImageU8
from engine.data.batch import Batch
from engine.data.photo_store import PhotoStore
from engine.data.teacher_pictures import TeacherPictures


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draw:
    """Where a patch is cut, in LR pixels, and which of the eight symmetries it gets."""

    photo: int
    top: int
    left: int
    turn: int


class PatchSampler:
    """Draws batches of LR patches and their HR patches.

    Every position in every photo is equally likely, so that a large photo counts for more, as
    in the field's data sets of equal crops.

    Each batch depends on the seed and the step alone, so a resumed run sees the batches that
    the uninterrupted one would have seen. Processes that train together draw the same batch
    and each cuts its own part of it.

    Args:
        store: Photos to cut from.
        teacher: A teacher's pictures of them, in the same order; patches are cut from these too.
        scale: Factor between LR and HR.
        patch_px: Side of an LR patch.
        batch_size: Patches per batch, over all processes.
        seed: Start of all randomness.
        part: Index of this process's part of each batch.
        parts: Number of parts.

    Attributes:
        unused: Names of photos that are smaller than a patch.

    Raises:
        ConfigError: If no photo is as large as a patch, or the batch cannot be shared equally.
    """

    def __init__(
        self,
        store: PhotoStore,
        *,
        scale: int,
        patch_px: int,
        batch_size: int,
        seed: int,
        part: int = 0,
        parts: int = 1,
        teacher: TeacherPictures | None = None,
    ) -> None:
        if batch_size % parts:
            raise ConfigError(
                f"data.batch_size={batch_size} cannot be shared by {parts} processes; "
                "use a multiple"
            )
        self._store = store
        self._teacher = teacher
        self._scale = scale
        self._patch_px = patch_px
        self._batch_size = batch_size
        self._seed = seed
        share = batch_size // parts
        self._own = range(part * share, (part + 1) * share)
        # Number of positions in each photo, and in all photos up to and including it.
        fits = np.maximum(store.lr_sizes - patch_px + 1, 0)
        places = fits[:, 0] * fits[:, 1]
        self._columns = fits[:, 1]
        self._ends = np.cumsum(places)
        self.unused = tuple(store.records[number].name for number in np.flatnonzero(places == 0))
        if not places.any():
            raise ConfigError(
                f"patch_px={patch_px}: no training photo has {patch_px * scale} pixels a side; "
                "use larger photos or smaller patches"
            )

    def batch(self, step: int) -> Batch:
        """Return this process's part of the batch of ``step``."""
        random = np.random.default_rng((self._seed, step))
        # All processes draw the whole batch: their random states must stay equal.
        draws = [self._draw(random) for _ in range(self._batch_size)]
        own = [draws[number] for number in self._own]
        teacher, scale = self._teacher, self._scale
        return Batch(
            lr=_to_tensor([self._cut(self._store[draw.photo].lr, draw) for draw in own]),
            hr=_to_tensor([self._cut(self._store[draw.photo].hr, draw, scale) for draw in own]),
            teacher_sr=_to_tensor([self._cut(teacher[draw.photo], draw, scale) for draw in own])
            if teacher
            else None,
        )

    def _draw(self, random: np.random.Generator) -> _Draw:
        # A position among all positions of all photos, numbered row by row.
        place = int(random.integers(self._ends[-1]))
        number = int(np.searchsorted(self._ends, place, side="right"))
        before = int(self._ends[number - 1]) if number else 0
        top, left = divmod(place - before, int(self._columns[number]))
        return _Draw(photo=number, top=top, left=left, turn=int(random.integers(8)))

    def _cut(self, picture: ImageU8, draw: _Draw, scale: int = 1) -> ImageU8:
        """Return the patch of ``draw`` from a picture that is ``scale`` times as large as LR."""
        top, left, side = (scale * px for px in (draw.top, draw.left, self._patch_px))
        return _turned(picture[top : top + side, left : left + side], draw.turn)


def _turned(patch: ImageU8, turn: int) -> ImageU8:
    """Return one of the eight symmetries of a square patch."""
    # Three bits: flip rows, flip columns, transpose; together they give all eight.
    if turn & 1:
        patch = patch[::-1]
    if turn & 2:
        patch = patch[:, ::-1]
    return patch.transpose(1, 0, 2) if turn & 4 else patch


def _to_tensor(patches: list[ImageU8]) -> Tensor:
    stacked = torch.from_numpy(np.stack(patches))
    return stacked.permute(0, 3, 1, 2).to(torch.float32).div_(255)
