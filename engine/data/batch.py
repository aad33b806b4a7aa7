"""The batch of one training step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """LR patches and their HR patches, float32 in ``[0, 1]``.

    Attributes:
        lr: ``(N, 3, H, W)``.
        hr: ``(N, 3, s·H, s·W)``.
        teacher_sr: What a teacher made of the clean LR patches, ``(N, 3, s·H, s·W)``, where
            its pictures were computed before the training; else None.
        restoration: The restoration value of each LR patch, ``(N,)`` float32 in ``[0, 1]``,
            for a network with a dial; else None. It is always on the CPU.
    """

    lr: Tensor
    hr: Tensor
    teacher_sr: Tensor | None = None
    restoration: Tensor | None = None

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """What the generator is called with: LR, and the restoration values if there are any."""
        return (self.lr,) if self.restoration is None else (self.lr, self.restoration)

    def to(self, device: torch.device) -> Batch:
        """Return the batch on ``device``, channels last, the fastest layout for convolutions."""
        layout = torch.channels_last
        return self.map(lambda part: part.to(device, non_blocking=True, memory_format=layout))

    def map(self, change: Callable[[Tensor], Tensor]) -> Batch:
        """Return a batch of ``change`` of each of its tensors of pictures."""
        return Batch(
            lr=change(self.lr),
            hr=change(self.hr),
            teacher_sr=None if self.teacher_sr is None else change(self.teacher_sr),
            restoration=self.restoration,
        )

    def pick(self, places: slice | NDArray[np.int64]) -> Batch:
        """Return the batch of the patches at ``places``, in their order."""

        def picked(part: Tensor) -> Tensor:
            if isinstance(places, slice):
                return part[places]
            return part[torch.from_numpy(places).to(part.device)]

        batch = self.map(picked)
        told = None if self.restoration is None else picked(self.restoration)
        return replace(batch, restoration=told)

    def split(self, parts: int) -> list[Batch]:
        """Return the batch in ``parts`` parts of equal size.

        Raises:
            ValueError: If its size is not a multiple of ``parts``.
        """
        if self.lr.shape[0] % parts:
            raise ValueError(f"{self.lr.shape[0]} patches cannot be split into {parts} equal parts")
        size = self.lr.shape[0] // parts
        return [self.pick(slice(start, start + size)) for start in range(0, len(self.lr), size)]


def join_batches(batches: Sequence[Batch]) -> Batch:
    """Return one batch of all patches; all batches have the same kinds of tensors."""
    made = [batch.teacher_sr for batch in batches if batch.teacher_sr is not None]
    told = [batch.restoration for batch in batches if batch.restoration is not None]
    return Batch(
        lr=torch.cat([batch.lr for batch in batches]),
        hr=torch.cat([batch.hr for batch in batches]),
        teacher_sr=torch.cat(made) if made else None,
        restoration=torch.cat(told) if told else None,
    )
