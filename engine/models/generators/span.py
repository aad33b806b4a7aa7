"""A generator after SPAN, the swift parameter-free attention network.

Paper: Wan et al. 2023, "Swift Parameter-free Attention Network for Efficient
Super-Resolution", arXiv 2311.12770. Folded, 48 channels have 426,288
parameters and 28 have 150,688, as published. The branches that training adds
are ours (see `MergedConv3x3`), not the paper's.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.models.blocks.merged_conv import MergedConv3x3
from engine.models.generators.base import Generator, block_widths


class AttentionBlock(nn.Module):
    """Three convolutions whose result is also, through an odd function, its own attention."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        is_even = width == channels
        self.first = MergedConv3x3(channels, channels, identity=True)
        self.second = MergedConv3x3(channels, width, identity=is_even)
        self.third = MergedConv3x3(width, channels, identity=is_even)

    @override
    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return refined features and the result of the first convolution.

        Shape:
            - ``features`` and both results: ``(N, channels, H, W)``.
        """
        near: Tensor = self.first(features)
        # An odd function (sigmoid - 0.5) keeps the sign of the features; a plain sigmoid would
        # treat a strong negative response as no response.
        last: Tensor = self.third(functional.silu(self.second(functional.silu(near))))
        return (last + features) * (torch.sigmoid(last) - 0.5), near


class SpanNet(Generator):
    """Six attention blocks at LR; the stem, two of them and the last are aggregated.

    Args:
        scale: Factor between LR and SR sides.
        channels: Width.
        blocks: Number of attention blocks, at least 2.
        widths: Width inside each block; ``channels`` if not given.

    Raises:
        ValueError: If there are fewer than 2 blocks.
    """

    def __init__(
        self,
        *,
        scale: int = 4,
        channels: int = 48,
        blocks: int = 6,
        widths: Sequence[int] | None = None,
    ) -> None:
        super().__init__()
        if blocks < 2:
            raise ValueError(f"SPAN aggregates its first and its last block, {blocks} is too few")
        self.scale = scale
        self.receptive_field_px = 2 * (3 * blocks + 3) + 1
        self.head = MergedConv3x3(3, channels)
        self.blocks = nn.ModuleList(
            AttentionBlock(channels, width)
            for width in block_widths(widths, blocks=blocks, usual=channels)
        )
        self.after = MergedConv3x3(channels, channels)
        self.gather = nn.Conv2d(4 * channels, channels, 1)
        self.tail = nn.Conv2d(channels, 3 * scale**2, 3, padding=1)

    @override
    def forward(self, lr: Tensor) -> Tensor:
        """Enlarge a batch; see `Generator`."""
        head: Tensor = self.head(lr)  # (N, channels, H, W)
        # What is aggregated: the head, the body, the first block and the last one's first layer.
        features, near, early = head, head, head
        for number, block in enumerate(self.blocks):
            features, near = block(features)
            early = features if number == 0 else early
        joined = torch.cat([head, self.after(features), early, near], dim=1)
        return functional.pixel_shuffle(self.tail(self.gather(joined)), self.scale)

    @override
    def folded(self) -> Generator:
        """Return the same network with every branch folded into one plain convolution."""
        return fold_merged(self)


def fold_merged(network: Generator) -> Generator:
    """Return a copy of ``network`` with each `MergedConv3x3` folded into a plain convolution."""
    # A list first: replacing modules while they are iterated would skip some.
    plain = copy.deepcopy(network)
    for module in list(plain.modules()):
        for name, child in module.named_children():
            if isinstance(child, MergedConv3x3):
                setattr(module, name, child.folded())
    return plain.eval()
