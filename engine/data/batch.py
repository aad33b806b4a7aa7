"""The batch of one training step."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """LR patches and their HR patches, float32 in ``[0, 1]``.

    Attributes:
        lr: ``(N, 3, H, W)``.
        hr: ``(N, 3, s·H, s·W)``.
    """

    lr: Tensor
    hr: Tensor

    def to(self, device: torch.device) -> Batch:
        """Return the batch on ``device``, channels last, the fastest layout for convolutions."""
        layout = torch.channels_last
        return Batch(
            lr=self.lr.to(device, non_blocking=True, memory_format=layout),
            hr=self.hr.to(device, non_blocking=True, memory_format=layout),
        )

    def split(self, parts: int) -> list[Batch]:
        """Return the batch in ``parts`` parts of equal size.

        Raises:
            ValueError: If its size is not a multiple of ``parts``.
        """
        if self.lr.shape[0] % parts:
            raise ValueError(f"{self.lr.shape[0]} patches cannot be split into {parts} equal parts")
        pairs = zip(self.lr.chunk(parts), self.hr.chunk(parts), strict=True)
        return [Batch(lr=lr, hr=hr) for lr, hr in pairs]
