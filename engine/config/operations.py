"""The operations that the cells of a searched network are made of."""

from __future__ import annotations

from typing import Literal, TypeAlias

Operation: TypeAlias = Literal["conv3", "conv5", "conv7", "sep3", "sep5", "sep7"]
"""A convolution, or a depthwise one followed by a 1x1 convolution, and the side of its kernel.

``conv3`` to ``conv7``, ``sep3`` and ``sep5`` occur in TPSR's published network.
"""

TPSR_CELLS: tuple[tuple[Operation, ...], ...] = (
    ("sep5", "conv7", "conv7"),
    ("conv3", "conv5", "sep3"),
    ("conv3", "conv5", "conv3"),
    ("conv7",),
)
"""The chains of TPSR's published generator: early, two branches, shortcut. arXiv 2007.04356."""


def kernel_px(operation: Operation) -> int:
    """Return the side of the operation's kernel."""
    return int(operation[-1])


def is_separable(operation: Operation) -> bool:
    """Return whether the operation is a depthwise and a 1x1 convolution."""
    return operation.startswith("sep")
