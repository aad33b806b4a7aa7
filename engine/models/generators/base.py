"""The interface of generators."""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import Collection, Sequence

from torch import Tensor, nn
from typing_extensions import override


def block_widths(widths: Sequence[int] | None, *, blocks: int, usual: int) -> tuple[int, ...]:
    """Return the width inside each block: the given ones, or the usual one for all.

    Raises:
        ValueError: If there are not as many as blocks.
    """
    if widths and len(widths) != blocks:
        raise ValueError(f"widths has the values of {len(widths)} blocks, but there are {blocks}")
    return tuple(widths) if widths else (usual,) * blocks


class Generator(nn.Module):
    """A network that maps an LR batch to an SR batch.

    Attributes:
        scale: Integer factor between the sides of LR and SR.
        receptive_field_px: Width of the LR window that one SR pixel depends on.
    """

    scale: int
    receptive_field_px: int

    @abstractmethod
    @override
    def forward(self, lr: Tensor) -> Tensor:
        """Enlarge a batch.

        Shape:
            - ``lr``: ``(N, 3, H, W)``, RGB, sRGB-encoded, in ``[0, 1]``.
            - result: ``(N, 3, s*H, s*W)``, not clamped.
        """

    def folded(self) -> Generator:
        """Return the network as it ships: the same function without what only training needs."""
        # A copy, because the network may go on training.
        return copy.deepcopy(self).eval()

    def silence_new_parts(self, names: Collection[str]) -> None:
        """Let whole parts that were not initialized from weights contribute nothing, if possible.

        A deeper network then starts as the shallower one whose weights were loaded.

        Args:
            names: The tensors of ``state_dict`` that were not loaded.
        """

    @override
    def __call__(self, lr: Tensor, *dial: Tensor) -> Tensor:
        """Enlarge a batch; typed, while `nn.Module` returns Any.

        Args:
            lr: Pictures; see `forward`.
            dial: For a network with a dial and no other: the restoration value of each picture,
                ``(N,)``, and then its fidelity.
        """
        result: Tensor = super().__call__(lr, *dial)
        return result
