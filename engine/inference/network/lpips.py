"""LPIPS, the perceptual distance between two pictures, as an ONNX network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.errors import ConfigError
from engine.core.images import ImageF32
from engine.inference.network.session import GraphSession, SessionSpec

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


def _normalized(image: ImageF32) -> NDArray[np.float32]:
    planes = ((image - _MEAN) / _DEVIATION).transpose(2, 0, 1)[None]
    return np.ascontiguousarray(planes, dtype=np.float32)
