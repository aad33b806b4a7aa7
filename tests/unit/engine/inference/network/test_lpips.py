from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.core.errors import ConfigError
from engine.core.images import ImageF32
from engine.inference.network.lpips import Lpips
from tests.helpers.tiny_onnx import write_distance_onnx, write_tiny_onnx


def test_lpips_sees_normalized_pictures(tmp_path: Path) -> None:
    lpips = Lpips(write_distance_onnx(tmp_path / "d.onnx"))
    sr: ImageF32 = np.full((8, 8, 3), 0.5, dtype=np.float32)

    distance = lpips.distance(sr, sr + np.float32(0.1))

    expected = np.mean(0.1 / np.array([0.229, 0.224, 0.225]))
    assert distance == pytest.approx(expected, rel=1e-4)
    assert lpips.distance(sr, sr) == 0


def test_a_network_with_other_inputs_is_refused(tmp_path: Path) -> None:
    path = write_tiny_onnx(tmp_path / "sr.onnx")

    with pytest.raises(ConfigError, match="ref and dist"):
        Lpips(path)
    with pytest.raises(ConfigError, match="no such file"):
        Lpips(tmp_path / "absent.onnx")
