"""Adaptors that accept maps of any width up to the supernet's."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override


class SliceableAdaptors(nn.Module):
    """Learned 1x1 convolutions to the teacher's widths that accept any student width.

    Args:
        student_width: The largest student width.
        teacher_widths: Channels of the teacher's map, per point.
    """

    def __init__(self, student_width: int, teacher_widths: Sequence[int]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Conv2d(student_width, width, 1, bias=False) for width in teacher_widths
        )

    @override
    def forward(self, maps: Sequence[Tensor]) -> list[Tensor]:
        """Return the maps in the teacher's widths.

        Shape:
            - ``maps``: one ``(N, any, H, W)`` a point; results ``(N, teacher, H, W)``.
        """
        adapted = []
        for layer, level in zip(self.layers, maps, strict=True):
            assert isinstance(layer, nn.Conv2d)
            adapted.append(functional.conv2d(level, layer.weight[:, : level.shape[1]]))
        return adapted
