"""Metrics beside PSNR and SSIM: LPIPS and NIQE, which need a file each, and color."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.errors import ConfigError
from engine.core.images import ImageF32
from engine.inference.network.session import GraphSession, SessionSpec
from engine.metrics.color import CELL_PX, color_cast, color_shift
from engine.metrics.niqe import NiqeModel, load_niqe, niqe

# Mean and standard deviation of ImageNet, as LPIPS normalizes pictures.
_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
_DEVIATION = np.array([0.229, 0.224, 0.225], dtype=np.float32)


class Lpips:
    """LPIPS v0.1, run from an ONNX file with the inputs ``ref`` and ``dist``.

    Paper: Zhang et al. 2018, arXiv 1801.03924. Values of different backbones
    cannot be compared; name the backbone of the file where they are shown.
    """

    def __init__(self, path: Path, *, threads: int = 0) -> None:
        """Load the file.

        Raises:
            ConfigError: If the file is missing or has other inputs.
            InferenceError: If it cannot be loaded.
        """
        if not path.is_file():
            raise ConfigError(f"{path}: no such file; name the LPIPS network with --lpips")
        self._session = GraphSession(SessionSpec.of_file(path, thread_count=threads))
        if set(self._session.input_names) != {"ref", "dist"}:
            names = ", ".join(self._session.input_names)
            raise ConfigError(f"{path}: LPIPS has the inputs ref and dist, this has {names}")

    def distance(self, sr: ImageF32, hr: ImageF32) -> float:
        """Return the perceptual distance, lower is better, 0 for equal pictures.

        Shape:
            - ``sr``, ``hr``: ``(H, W, 3)`` float32 in ``[0, 1]``.
        """
        # The network takes any size and gives one number.
        result = self._session.run({"ref": _normalized(hr), "dist": _normalized(sr)})
        return float(result.reshape(-1)[0])


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


def _normalized(image: ImageF32) -> NDArray[np.float32]:
    planes = ((image - _MEAN) / _DEVIATION).transpose(2, 0, 1)[None]
    return np.ascontiguousarray(planes, dtype=np.float32)
