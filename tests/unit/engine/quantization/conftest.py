"""A small network to quantize."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.export.onnx_file import export_onnx
from engine.models.generators.mfanet import MfaNet
from engine.quantization.ranges import Patch


@pytest.fixture(scope="session")
def patches() -> list[Patch]:
    random = np.random.default_rng(0)
    return [random.random((1, 3, 24, 24), dtype=np.float32) for _ in range(3)]


@pytest.fixture(scope="session")
def float_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folded x2 network of 16 channels whose every weight counts."""
    torch.manual_seed(3)
    training = MfaNet(scale=2, channels=16, blocks=1)
    with torch.no_grad():
        for parameter in training.parameters():
            parameter.add_(0.02 * torch.randn_like(parameter))
    path = tmp_path_factory.mktemp("float") / "fp32.onnx"
    export_onnx(training.folded(), path)
    return path
