from __future__ import annotations

import torch
from torch import Tensor

from engine.data.kernel_filter import filter_each


def noise(*shape: int) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(0))


def test_filtering_equals_a_plain_correlation() -> None:
    images, kernels = noise(2, 3, 24, 31), noise(2, 7, 7)

    found = filter_each(images, kernels)

    padded = torch.nn.functional.pad(images, (3, 3, 3, 3), mode="reflect")
    for number in range(2):
        weights = kernels[number].expand(3, 1, 7, 7)
        expected = torch.nn.functional.conv2d(padded[number][None], weights, groups=3)[0]
        assert torch.allclose(found[number], expected, atol=1e-4)
