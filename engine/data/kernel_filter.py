"""Filters each picture of a batch with its own kernel."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_PRIMES = (2, 3, 5)


def filter_each(images: Tensor, kernels: Tensor) -> Tensor:
    """Return every picture filtered with its own kernel; edges are mirrored.

    Done with the Fourier transform, because convolutions are slow with large kernels that
    differ from picture to picture.

    Args:
        images: Pictures.
        kernels: One for each picture, of odd side.

    Shape:
        - ``images``: ``(N, C, H, W)``; ``kernels``: ``(N, K, K)``; result as ``images``.
    """
    height, width = images.shape[2:]
    reach = kernels.shape[-1] // 2
    mode = "reflect" if min(height, width) > reach else "replicate"
    padded = functional.pad(images, (reach,) * 4, mode=mode)
    size = [_next_fast(side) for side in padded.shape[2:]]
    spectrum = torch.fft.rfft2(padded, s=size)
    # conj: a correlation, as convolutions of networks are; the first H x W values are valid.
    response = torch.fft.rfft2(kernels.to(images), s=size).conj()
    filtered: Tensor = torch.fft.irfft2(spectrum * response[:, None], s=size)
    return filtered[:, :, :height, :width]


def _next_fast(length: int) -> int:
    """Return the next length without large prime factors, for which transforms are fast."""
    while not _is_fast(length):
        length += 1
    return length


def _is_fast(length: int) -> bool:
    for prime in _PRIMES:
        while length % prime == 0:
            length //= prime
    return length == 1
