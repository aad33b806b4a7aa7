"""Metrics beside PSNR and SSIM: LPIPS and NIQE, which need a file each, and color."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.core.images import ImageF32
from engine.inference.network.lpips import Lpips
from engine.metrics.color import CELL_PX, color_cast, color_shift
from engine.metrics.niqe import NiqeModel, load_niqe, niqe


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureMetrics:
    """The metrics to measure; those that are not set up are left out.

    Attributes:
        lpips: Perceptual distance from the reference.
        niqe_model: Parameters of NIQE, which needs no reference.
        has_color: Whether colors are compared.
    """

    lpips: Lpips | None = None
    niqe_model: NiqeModel | None = None
    has_color: bool = False

    @classmethod
    def open(
        cls,
        *,
        lpips: Path | None,
        niqe_file: Path | None,
        threads: int = 0,
        has_color: bool = False,
    ) -> PictureMetrics:
        """Load the metrics whose files are given.

        Raises:
            ConfigError: If a file is missing or of another kind.
        """
        return cls(
            lpips=Lpips(lpips, threads=threads) if lpips else None,
            niqe_model=load_niqe(niqe_file) if niqe_file else None,
            has_color=has_color,
        )

    def measure(self, sr: ImageF32, hr: ImageF32, *, border_px: int) -> dict[str, float]:
        """Return the metrics of a picture by name.

        Args:
            sr: The enlarged picture.
            hr: Its reference.
            border_px: Pixels to cut from every side for NIQE.
        """
        figures = {}
        if self.lpips is not None:
            figures["lpips"] = self.lpips.distance(sr, hr)
        if self.has_color:
            figures["color_shift_de"] = color_shift(sr, hr)
        return figures | self._niqe(sr, border_px=border_px)

    def measure_without_reference(
        self, sr: ImageF32, downsampled: ImageF32, lr: ImageF32
    ) -> dict[str, float]:
        """Return the metrics of a picture that has no reference, by name.

        Args:
            sr: The enlarged picture.
            downsampled: ``sr`` at the size of ``lr``.
            lr: The picture that was enlarged.
        """
        scale = sr.shape[0] // lr.shape[0]
        figures = {}
        if self.has_color:
            # As many LR pixels as show the part of the photo that a cell of the SR picture shows.
            cell_px = CELL_PX // scale
            figures["color_shift_de"] = color_shift(downsampled, lr, cell_px=cell_px)
            figures["color_cast_de"] = color_cast(downsampled, lr, cell_px=cell_px)
        return figures | self._niqe(sr, border_px=scale)

    def _niqe(self, sr: ImageF32, *, border_px: int) -> dict[str, float]:
        if self.niqe_model is None:
            return {}
        return {"niqe": niqe(sr, self.niqe_model, border_px=border_px)}
