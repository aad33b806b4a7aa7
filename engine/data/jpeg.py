"""JPEG compression and decompression in torch, for a whole batch at once.

    RGB -> YCbCr -> chroma at half size -> 8x8 DCT -> divide by the table, round, multiply
        -> inverse DCT -> chroma at full size -> RGB

As in recommendation ITU-T T.81, with the tables of its annex K. Entropy coding is lossless and
therefore left out.
"""

from __future__ import annotations

import math
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

from engine.imaging.containers.jpeg_quality import LUMA_STEPS

_BLOCK_PX = 8
_CHROMA = (
    (17, 18, 24, 47, 99, 99, 99, 99), (18, 21, 26, 66, 99, 99, 99, 99),
    (24, 26, 56, 99, 99, 99, 99, 99), (47, 66, 99, 99, 99, 99, 99, 99),
    *((99,) * 8,) * 4,
)  # fmt: skip
_TO_YCC = ((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312))


def compress_jpeg(
    images: Tensor, quality: Tensor, *, has_full_chroma: Tensor | None = None
) -> Tensor:
    """Return ``images`` as a JPEG file would restore them.

    Args:
        images: Pictures.
        quality: Quality of each picture, 1 to 100, on libjpeg's scale.
        has_full_chroma: Which pictures keep chroma at full resolution (4:4:4); none if not
            given, which is 4:2:0, as cameras do.

    Shape:
        - ``images``: ``(N, 3, H, W)`` in ``[0, 1]``; ``quality``: ``(N,)``;
          ``has_full_chroma``: ``(N,)`` bool.
    """
    height, width = images.shape[2:]
    # Whole blocks of the subsampled chroma: multiples of 16 pixels.
    pads = (0, -width % (2 * _BLOCK_PX), 0, -height % (2 * _BLOCK_PX))
    padded = functional.pad(images.clamp(0, 1), pads, mode="replicate") * 255
    matrix = torch.tensor(_TO_YCC).to(images)
    planes = torch.einsum("oc,nchw->nohw", matrix, padded)
    # JPEG shifts luma by 128; chroma is centered on 0 already.
    luma = _round_trip(planes[:, :1] - 128, _table(LUMA_STEPS, quality))
    steps = _table(_CHROMA, quality)
    chroma = _round_trip(functional.avg_pool2d(planes[:, 1:], 2), steps)
    # Bilinear, which libjpeg calls fancy upsampling.
    chroma = functional.interpolate(chroma, scale_factor=2.0, mode="bilinear", align_corners=False)
    if has_full_chroma is not None and has_full_chroma.any():
        chroma[has_full_chroma] = _round_trip(planes[has_full_chroma, 1:], steps[has_full_chroma])
    planes = torch.cat([luma + 128, chroma], dim=1)
    restored = torch.einsum("oc,nchw->nohw", torch.linalg.inv(matrix), planes)
    return (restored / 255).clamp(0, 1)[:, :, :height, :width]


def _round_trip(planes: Tensor, table: Tensor) -> Tensor:
    count, channels, height, width = planes.shape
    blocks = planes.unfold(2, _BLOCK_PX, _BLOCK_PX).unfold(3, _BLOCK_PX, _BLOCK_PX)
    basis = _basis().to(planes)
    table = table[:, None, None, None]
    kept = torch.round(basis @ blocks @ basis.T / table) * table
    restored = basis.T @ kept @ basis
    return restored.permute(0, 1, 2, 4, 3, 5).reshape(count, channels, height, width)


def _table(base: tuple[tuple[int, ...], ...], quality: Tensor) -> Tensor:
    """Return the quantization table of each picture, ``(N, 8, 8)``."""
    # libjpeg's jpeg_quality_scaling.
    factor = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality)
    steps = torch.tensor(base).to(quality) * factor[:, None, None] / 100
    return torch.floor(steps + 0.5).clamp(1, 255)


@cache
def _basis() -> Tensor:
    """Return the orthonormal cosine basis, ``(8, 8)``, one frequency per row."""
    positions = torch.arange(_BLOCK_PX, dtype=torch.float64)
    angles = math.pi * (2 * positions[None, :] + 1) * positions[:, None] / (2 * _BLOCK_PX)
    basis = torch.cos(angles) * math.sqrt(2 / _BLOCK_PX)
    basis[0] /= math.sqrt(2)
    return basis.to(torch.float32)
