"""The interface of discriminators."""

from __future__ import annotations

from abc import abstractmethod

from torch import Tensor, nn
from typing_extensions import override


class Discriminator(nn.Module):
    """A network that classifies pictures as HR photos or as SR.

    The last layer of all of them is called ``judge``, which is part of its name in checkpoints.
    """

    @abstractmethod
    @override
    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Classify a batch.

        Returns:
            Feature maps from the first layer to the last; the last are the
            logits, larger where a picture looks more like a photo.

        Shape:
            - ``image``: ``(N, 3, H, W)``, RGB in ``[0, 1]``.
            - maps: ``(N, C, h, w)`` each; the logits ``(N, 1, h, w)``.
        """

    @override
    def __call__(self, image: Tensor) -> tuple[Tensor, ...]:
        """Classify a batch; typed, while `nn.Module` returns Any."""
        result: tuple[Tensor, ...] = super().__call__(image)
        return result
