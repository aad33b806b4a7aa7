from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from engine.data.jpeg import compress_jpeg
from tests.helpers.soft_pictures import smooth


def noise(*shape: int) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("subsampling", ["4:2:0", "4:4:4"])
@pytest.mark.parametrize("quality", [30, 60, 95])
def test_jpeg_does_what_a_real_encoder_does(quality: int, subsampling: str) -> None:
    images = smooth(64, count=1)
    codes = (images[0].permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
    stream = io.BytesIO()
    Image.fromarray(codes).save(stream, format="jpeg", quality=quality, subsampling=subsampling)
    with Image.open(stream) as decoded:
        real = np.asarray(decoded, dtype=np.float32) / 255

    full = torch.tensor([subsampling == "4:4:4"])
    ours = compress_jpeg(images, torch.tensor([float(quality)]), has_full_chroma=full)

    assert np.abs(ours[0].permute(1, 2, 0).numpy() - real).mean() * 255 < 2.0


def test_chroma_keeps_its_detail_where_it_is_not_subsampled() -> None:
    images = noise(2, 3, 32, 32)
    quality = torch.full((2,), 95.0)

    half, full = compress_jpeg(images, quality, has_full_chroma=torch.tensor([False, True]))

    assert torch.equal(half, compress_jpeg(images, quality)[0])
    assert float((full - images[1]).abs().mean()) < 0.2 * float((half - images[0]).abs().mean())


def test_jpeg_loses_more_at_lower_quality() -> None:
    images = noise(1, 3, 40, 40)

    errors = [
        float((compress_jpeg(images, torch.tensor([q])) - images).abs().mean())
        for q in (95.0, 60.0, 30.0)
    ]

    assert errors == sorted(errors)
