"""Figures beside PSNR and SSIM: LPIPS and NIQE, which need a file of weights, and color."""

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

# ImageNet's mean and spread, which LPIPS was trained with.
_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
_SPREAD = np.array([0.229, 0.224, 0.225], dtype=np.float32)


class Lpips:
    """LPIPS v0.1, run from an ONNX file with the inputs ``ref`` and ``dist``.

    Paper: Zhang et al. 2018, arXiv 1801.03924. Figures of different backbones
    are different figures; name the file's backbone where they are shown.
    """

    def __init__(self, path: Path, *, threads: int = 0) -> None:
        """Load the file.

        Raises:
            ConfigError: If there is no such file or it has other inputs.
            InferenceError: If it cannot be loaded.
        """
        if not path.is_file():
            raise ConfigError(f"{path}: there is no such file; name the LPIPS network with --lpips")
        self._session = GraphSession(SessionSpec(path=path, thread_count=threads))
        if set(self._session.input_names) != {"ref", "dist"}:
            names = ", ".join(self._session.input_names)
            raise ConfigError(f"{path}: LPIPS has the inputs ref and dist, this has {names}")

    def distance(self, sr: ImageF32, hr: ImageF32) -> float:
        """Return the perceptual distance, lower is better, 0 for equal pictures.

        Shape:
            - ``sr``, ``hr``: ``(H, W, 3)`` float32 in ``[0, 1]``.
        """
        result = self._session.run({"ref": _normalized(hr), "dist": _normalized(sr)})
        return float(result.reshape(-1)[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureMetrics:
    """The judges that were given; a figure without its judge is left out.

    Attributes:
        lpips: Compares with the reference as people do.
        niqe_model: PictureMetrics without a reference.
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
        """Load the judges whose files are given.

        Raises:
            ConfigError: If a file is absent or of another kind.
        """
        return cls(
            lpips=Lpips(lpips, threads=threads) if lpips else None,
            niqe_model=load_niqe(niqe_file) if niqe_file else None,
            has_color=has_color,
        )

    def judge(self, sr: ImageF32, hr: ImageF32, *, border_px: int) -> dict[str, float]:
        """Return the figures of one picture by name."""
        figures = {}
        if self.lpips is not None:
            figures["lpips"] = self.lpips.distance(sr, hr)
        if self.has_color:
            figures["color_shift_de"] = color_shift(sr, hr)
        return figures | self._judge_nature(sr, border_px=border_px)

    def judge_alone(self, sr: ImageF32, reduced: ImageF32, lr: ImageF32) -> dict[str, float]:
        """Return the figures of a picture that has no reference, by name.

        Args:
            sr: The enlarged picture.
            reduced: The same made as small as ``lr``.
            lr: The picture that was enlarged.
        """
        scale = sr.shape[0] // lr.shape[0]
        figures = {}
        if self.has_color:
            cell_px = CELL_PX // scale
            figures["color_shift_de"] = color_shift(reduced, lr, cell_px=cell_px)
            figures["color_cast_de"] = color_cast(reduced, lr, cell_px=cell_px)
        return figures | self._judge_nature(sr, border_px=scale)

    def _judge_nature(self, sr: ImageF32, *, border_px: int) -> dict[str, float]:
        if self.niqe_model is None:
            return {}
        return {"niqe": niqe(sr, self.niqe_model, border_px=border_px)}


def _normalized(image: ImageF32) -> NDArray[np.float32]:
    planes = ((image - _MEAN) / _SPREAD).transpose(2, 0, 1)[None]
    return np.ascontiguousarray(planes, dtype=np.float32)
