"""Measures subnets on small crops of held-out photos, with inherited weights.

A search asks for hundreds of networks, so the crops are few, kept in memory and enlarged in
batches. Some measure, others fit the tail (`engine.models.supernets.tail_fit`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.core.errors import ConfigError
from engine.core.images import ImageF32
from engine.data.photo_pair import PhotoPair
from engine.metrics.luma import to_luma
from engine.metrics.psnr import psnr_db
from engine.models.generators.base import Generator
from engine.models.generators.mfanet import MfaNet
from engine.models.supernets.tail_fit import fit_tail

_KINDS = ("measured", "fitted")
_BATCH = 8  # crops enlarged at once


@dataclass(frozen=True, slots=True, kw_only=True)
class SubnetQuality:
    """The quality of one subnet.

    Attributes:
        inherited_psnr_y_db: Y-PSNR with the supernet's weights as they are, in dB.
        fitted_psnr_y_db: The same with the tail fitted again.
        fitted: The network with that tail.
    """

    inherited_psnr_y_db: float
    fitted_psnr_y_db: float
    fitted: MfaNet


Crop: TypeAlias = tuple[Tensor, Tensor]
"""LR and HR, both ``(3, H, W)`` float32 in ``[0, 1]``."""


class ProxyCrops:
    """Crops of photos that are no benchmark.

    Args:
        measured: Photos to measure on, which the supernet was not trained on.
        fitted: Other photos, to fit tails to; the more, the better.
        count: Crops to measure on, and crops of half the side, four times as many, to fit to.
        side_px: Side of an LR crop, even.
        seed: Chooses the crops.
        is_bf16: Whether networks run in bfloat16, in which the picture's own path is not.

    Raises:
        ConfigError: If all photos of a kind are smaller.
    """

    def __init__(
        self,
        measured: Sequence[PhotoPair],
        fitted: Sequence[PhotoPair],
        *,
        count: int = 32,
        side_px: int = 64,
        seed: int = 0,
        is_bf16: bool = False,
    ) -> None:
        random = np.random.default_rng(seed)
        # Smaller ones: as many pixels of more places say more about photos in general.
        own = _crops(measured, count, side_px, random)
        self._keep(own, _crops(fitted, 4 * count, side_px // 2, random), is_bf16=is_bf16)

    @classmethod
    def of_tensors(cls, tensors: Mapping[str, Tensor], *, is_bf16: bool = False) -> ProxyCrops:
        """Return the crops that `tensors` wrote down.

        Raises:
            ConfigError: If they are not complete.
        """
        try:
            measured, fitted = (
                [
                    (lr.float() / 255, hr.float() / 255)
                    for lr, hr in zip(tensors[f"{name}.lr"], tensors[f"{name}.hr"], strict=True)
                ]
                for name in _KINDS
            )
        except (KeyError, ValueError) as error:
            raise ConfigError(f"crops are incomplete ({error})") from error
        crops = cls.__new__(cls)
        crops._keep(measured, fitted, is_bf16=is_bf16)  # noqa: SLF001 - it is one of these
        return crops

    def tensors(self) -> dict[str, Tensor]:
        """Return all crops in 8 bit, which they were cut from."""
        found = {}
        for name, crops in zip(_KINDS, (self._measured, self._fitted), strict=True):
            for part, pictures in zip(("lr", "hr"), zip(*crops, strict=True), strict=True):
                pixels = (torch.stack(pictures) * 255).round().to(torch.uint8)
                found[f"{name}.{part}"] = pixels.contiguous()
        return found

    def _keep(self, measured: list[Crop], fitted: list[Crop], *, is_bf16: bool) -> None:
        self._measured = measured
        self._fitted = fitted
        self._is_bf16 = is_bf16

    @property
    def sha256(self) -> str:
        """Hash of all crops, by which it is told whether results can be compared."""
        digest = hashlib.sha256()
        for lr, hr in (*self._measured, *self._fitted):
            digest.update(lr.numpy().tobytes())
            digest.update(hr.numpy().tobytes())
        return digest.hexdigest()

    def psnr_y_db(self, network: Generator) -> float:
        """Return the mean Y-PSNR in dB; border of ``scale`` pixels cut, output in 8 bit."""
        values = []
        for made, wanted in self.pictures(network):
            luma, reference = to_luma(made), to_luma(wanted)
            values.append(psnr_db(luma, reference, border_px=network.scale))
        return float(np.mean(values))

    def pictures(self, network: Generator) -> Iterator[tuple[ImageF32, ImageF32]]:
        """Yield each measured crop as the network enlarges it, rounded to 8 bit, and its HR crop.

        Shape:
            - pictures: ``(H, W, 3)`` float32 in ``[0, 1]``.
        """
        for lr, hr in _batches(self._measured):
            with torch.inference_mode(), torch.autocast("cpu", enabled=self._is_bf16):
                sr = network(lr).float()
            rounded = (sr.clamp(0, 1) * 255).round() / 255
            yield from zip(_pictures(rounded), _pictures(hr), strict=True)

    def fit(self, network: MfaNet) -> MfaNet:
        """Return a subnet with its tail fitted to the crops that do not measure."""
        return fit_tail(network, _batches(self._fitted))

    def measure(self, network: MfaNet) -> SubnetQuality:
        """Return the quality of a subnet, with its tail as inherited and fitted again."""
        fitted = self.fit(network)
        return SubnetQuality(
            inherited_psnr_y_db=self.psnr_y_db(network),
            fitted_psnr_y_db=self.psnr_y_db(fitted),
            fitted=fitted,
        )


def _crops(
    pairs: Sequence[PhotoPair], count: int, side_px: int, random: np.random.Generator
) -> list[Crop]:
    large = [pair for pair in pairs if min(pair.lr.shape[:2]) >= side_px]
    if not large:
        raise ConfigError(
            f"none of {len(pairs)} photos has an LR side of at least {side_px} pixels; name others"
        )
    return [_crop(large[number % len(large)], side_px, random) for number in range(count)]


def _crop(pair: PhotoPair, side_px: int, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    height, width = pair.lr.shape[:2]
    scale = pair.hr.shape[0] // height
    top = int(random.integers(height - side_px + 1))
    left = int(random.integers(width - side_px + 1))
    lr = pair.lr[top : top + side_px, left : left + side_px]
    there = (
        slice(top * scale, (top + side_px) * scale),
        slice(left * scale, (left + side_px) * scale),
    )
    return _tensor(lr), _tensor(pair.hr[there])


def _tensor(pixels: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)


def _pictures(batch: Tensor) -> list[NDArray[np.float32]]:
    return [picture.permute(1, 2, 0).numpy() for picture in batch]


def _batches(crops: Sequence[tuple[Tensor, Tensor]]) -> list[tuple[Tensor, Tensor]]:
    parts = [crops[start : start + _BATCH] for start in range(0, len(crops), _BATCH)]
    layout = torch.channels_last  # as photos are enlarged; it is the faster one
    return [
        (
            torch.stack([lr for lr, _ in part]).contiguous(memory_format=layout),
            torch.stack([hr for _, hr in part]),
        )
        for part in parts
    ]
