"""The generator of TPSR, found by architecture search.

Paper: Lee et al. 2020, "Journey Towards Tiny Perceptual Super-Resolution",
arXiv 2007.04356. At 16 channels the published one has 61,097 parameters. It exists for x4.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.config.operations import TPSR_CELLS, Operation, is_separable, kernel_px
from engine.models.generators.base import Generator

# Mean color of DIV2K, as the paper subtracts it.
_MEAN = (0.4488, 0.4371, 0.4040)


class TpsrNet(Generator):
    """A searched graph of three branches at LR and two small PixelShuffle steps.

        lr ── stem ─┬─ early ─┬─ branch_a ─┐
                    │         └─ branch_b ─+─ merge ─ step_1 ─ step_2 ── sr
                    └─ shortcut ───────────┘

    Args:
        channels: Width.
        cells: Operations of the four chains: early, both branches and the shortcut. An empty
            chain returns what it gets.

    Raises:
        ValueError: If there are not four chains.
    """

    def __init__(
        self, *, channels: int = 16, cells: Sequence[Sequence[Operation]] = TPSR_CELLS
    ) -> None:
        super().__init__()
        if len(cells) != len(TPSR_CELLS):
            raise ValueError(
                f"cells has {len(cells)} chains; give early, two branches and the shortcut"
            )
        early, branch_a, branch_b, shortcut = cells
        self.scale = 4
        reaches = [sum(kernel_px(operation) // 2 for operation in chain) for chain in cells]
        longest = max(reaches[0] + max(reaches[1:3]), reaches[3])
        # The stem, the longest way, and a step each at LR and 2·LR.
        self.receptive_field_px = 2 * (1 + longest + 1 + 1) + 1
        # Not persistent: it is a constant of the architecture and not a weight.
        self.register_buffer("mean", torch.tensor(_MEAN).reshape(1, 3, 1, 1), persistent=False)
        self.mean: Tensor
        self.stem = nn.Conv2d(3, channels, 3, padding=1)
        self.early = _chain(channels, early)
        self.branch_a = _chain(channels, branch_a)
        self.branch_b = _chain(channels, branch_b)
        # A chain of one is that operation itself, by its name in checkpoints of all versions.
        only = _chain(channels, shortcut)
        self.shortcut = only[0] if len(only) == 1 else only
        self.merge = nn.PReLU()
        self.step_1 = nn.Conv2d(channels, 12, 3, padding=1)
        self.step_2 = nn.Conv2d(3, 12, 3, padding=1)

    @override
    def forward(self, lr: Tensor) -> Tensor:
        """Enlarge a batch; see `Generator`."""
        stem = self.stem(lr - self.mean)  # (N, channels, H, W)
        early = self.early(stem)
        merged = self.merge(self.branch_a(early) + self.branch_b(early) + self.shortcut(stem))
        half = functional.pixel_shuffle(self.step_1(merged), 2)  # (N, 3, 2·H, 2·W)
        return functional.pixel_shuffle(self.step_2(half), 2) + self.mean  # (N, 3, 4·H, 4·W)


def _chain(channels: int, operations: Sequence[Operation]) -> nn.Sequential:
    return nn.Sequential(*(_operation(channels, operation) for operation in operations))


def _operation(channels: int, operation: Operation) -> nn.Sequential:
    size = kernel_px(operation)
    if not is_separable(operation):
        return nn.Sequential(nn.Conv2d(channels, channels, size, padding=size // 2), nn.PReLU())
    return nn.Sequential(
        nn.Conv2d(channels, channels, size, padding=size // 2, groups=channels, bias=False),
        nn.PReLU(),
        nn.Conv2d(channels, channels, 1),
        nn.PReLU(),
    )
