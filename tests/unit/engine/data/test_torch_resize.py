from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.data.torch_resize import resize_bicubic_batch
from engine.imaging.resample.bicubic import resize_bicubic


def noise(*shape: int) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("height", "width"), [(12, 9), (16, 48), (100, 61), (33, 40)])
def test_the_torch_resize_equals_the_reference_one(height: int, width: int) -> None:
    images = noise(2, 3, 48, 36)

    found = resize_bicubic_batch(images, height_px=height, width_px=width)

    for image, result in zip(images, found, strict=True):
        picture = np.ascontiguousarray(image.permute(1, 2, 0).numpy())
        expected = resize_bicubic(picture, height_px=height, width_px=width)
        assert np.abs(result.permute(1, 2, 0).numpy() - expected).max() * 255 < 1e-3
