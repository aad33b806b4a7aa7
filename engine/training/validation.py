"""Y-PSNR and LPIPS of a generator on validation photos during training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.core.images import ImageF32, ImageU8
from engine.data.downsampling import crop_to_multiple
from engine.data.photo_files import LeftOut, find_photos, load_photos
from engine.data.photo_pair import PhotoPair
from engine.imaging.pixel_values import to_float, to_uint
from engine.inference.network.lpips import Lpips
from engine.metrics.luma import to_luma
from engine.metrics.psnr import psnr_db
from engine.models.dial import HasRestoration
from engine.models.generators.base import Generator
from engine.models.generators.enlarge import enlarge

MakePair: TypeAlias = Callable[[ImageU8, int], PhotoPair]
"""Makes the LR picture of a whole HR photo, whose sides are multiples of the scale; the number
chooses the random draws."""


class ValidationSet:
    """Photos and their LR, held in memory.

    Args:
        pairs: Photos with their LR.
        scale: Factor between LR and HR.
        left_out: Photos that cannot be decoded.
        lpips: Measures LPIPS too.

    Attributes:
        pairs: As given.
        left_out: As given.
    """

    def __init__(
        self,
        pairs: Sequence[PhotoPair],
        *,
        scale: int,
        left_out: tuple[LeftOut, ...] = (),
        lpips: Lpips | None = None,
    ) -> None:
        self._scale = scale
        self._lpips = lpips
        self.pairs = tuple(pairs)
        self.left_out = left_out

    @classmethod
    def open(
        cls, folder: Path, *, scale: int, make_pair: MakePair, lpips: Lpips | None = None
    ) -> ValidationSet:
        """Load the HR photos of ``folder`` and make their LR by ``make_pair``.

        Raises:
            ConfigError: If it contains none that can be decoded.
        """
        left_out: list[LeftOut] = []
        photos = load_photos(find_photos(folder), folder, left_out)
        cut = [crop_to_multiple(codes, scale) for _, codes in photos]
        pairs = [make_pair(hr, number) for number, hr in enumerate(cut)]
        return cls(pairs, scale=scale, left_out=tuple(left_out), lpips=lpips)

    def psnr_y_db(self, generator: Generator) -> float:
        """Return the mean Y-PSNR in dB; border of ``scale`` pixels cut, output rounded to 8 bit."""
        return self.measure(generator)["psnr_y_db"]

    def measure(self, generator: Generator) -> dict[str, float]:
        """Return the mean of each metric by name: `psnr_y_db`, and ``lpips`` if it is measured."""
        psnrs, distances = [], []
        for pair in self.pairs:
            sr, hr = _to_unit(enlarge_to_8bit(generator, pair)), to_float(pair.hr)
            psnrs.append(psnr_db(to_luma(sr), to_luma(hr), border_px=self._scale))
            if self._lpips is not None:
                distances.append(self._lpips.distance(sr, hr))
        metrics = {"psnr_y_db": float(np.mean(psnrs))}
        return metrics | {"lpips": float(np.mean(distances))} if distances else metrics


def enlarge_to_8bit(generator: Generator, pair: PhotoPair) -> NDArray[np.uint8]:
    """Return the generator's picture of a pair's LR, rounded to 8 bit.

    A network with a dial is fixed at the pair's own restoration value, as it would be run.

    Shape:
        - result: ``(s·H, s·W, 3)`` uint8.
    """
    if isinstance(generator, HasRestoration) and generator.has_restoration:
        assert pair.restoration is not None
        generator = generator.fixed(pair.restoration)
    sr = enlarge(generator, _to_unit(pair.lr))
    return np.asarray(to_uint(sr, np.uint8), dtype=np.uint8)


def _to_unit(pixels: NDArray[np.uint8]) -> ImageF32:
    # Divided, and not multiplied by 1/255 as `to_float` does: values that earlier versions
    # logged stay equal to the last bit.
    return np.divide(pixels, np.float32(255), dtype=np.float32)
