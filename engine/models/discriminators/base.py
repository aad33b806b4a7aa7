"""What every discriminator promises."""

from __future__ import annotations

from abc import abstractmethod

from torch import Tensor, nn
from typing_extensions import override


class Discriminator(nn.Module):
    """A network that judges whether pictures are HR photos."""

    @abstractmethod
    @override
    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """DiscriminatorTrainer a batch.

        Returns:
            Feature maps from the first layer to the last; the last is the
            judgment, larger where the picture looks more like a photo.

        Shape:
            - ``image``: ``(N, 3, H, W)``, RGB in ``[0, 1]``.
            - maps: ``(N, C, h, w)`` each; the judgment ``(N, 1, h, w)``.
        """

    @override
    def __call__(self, image: Tensor) -> tuple[Tensor, ...]:
        """DiscriminatorTrainer a batch; typed, where `nn.Module` says Any."""
        result: tuple[Tensor, ...] = super().__call__(image)
        return result
