"""Random training patches."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.core.errors import ConfigError
from engine.data.photo_store import PhotoStore


class PatchSampler:
    """Draws batches of LR patches and the HR patches that belong to them.

    Each batch depends on the seed and the step alone, so a resumed run sees
    the batches that the uninterrupted one would have seen.

    Args:
        store: Photos to cut from.
        scale: Factor between LR and HR.
        patch_px: Side of an LR patch.
        batch_size: Patches a batch.
        seed: Start of all randomness.

    Raises:
        ConfigError: If no photo is as large as a patch.
    """

    def __init__(
        self, store: PhotoStore, *, scale: int, patch_px: int, batch_size: int, seed: int
    ) -> None:
        self._store = store
        self._scale = scale
        self._patch_px = patch_px
        self._batch_size = batch_size
        self._seed = seed
        self._usable = [
            number for number in range(len(store)) if min(store[number].lr.shape[:2]) >= patch_px
        ]
        if not self._usable:
            raise ConfigError(
                f"patch_px={patch_px}: no training photo has {patch_px * scale} pixels a side; "
                "use larger photos or smaller patches"
            )

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Return the batch of ``step``.

        Returns:
            ``lr`` ``(N, 3, patch, patch)`` and ``hr`` ``(N, 3, s·patch, s·patch)``,
            float32 in ``[0, 1]``.
        """
        random = np.random.default_rng((self._seed, step))
        pairs = [self._patch(random) for _ in range(self._batch_size)]
        return _to_batch([lr for lr, _ in pairs]), _to_batch([hr for _, hr in pairs])

    def _patch(self, random: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        pair = self._store[int(random.choice(self._usable))]
        side, scale = self._patch_px, self._scale
        top = int(random.integers(pair.lr.shape[0] - side + 1))
        left = int(random.integers(pair.lr.shape[1] - side + 1))
        lr = pair.lr[top : top + side, left : left + side]
        hr = pair.hr[scale * top : scale * (top + side), scale * left : scale * (left + side)]
        turn = int(random.integers(8))
        return _turned(lr, turn), _turned(hr, turn)


def _turned(patch: NDArray[np.uint8], turn: int) -> NDArray[np.uint8]:
    """Return one of the eight symmetries of a square patch."""
    if turn & 1:
        patch = patch[::-1]
    if turn & 2:
        patch = patch[:, ::-1]
    return patch.transpose(1, 0, 2) if turn & 4 else patch


def _to_batch(patches: list[NDArray[np.uint8]]) -> Tensor:
    stacked = torch.from_numpy(np.stack(patches))
    return stacked.permute(0, 3, 1, 2).to(torch.float32).div_(255)
