"""A model that int8 can compute, and photos to measure it with."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch

from engine.catalog.card import ModelCard, Variant
from engine.catalog.card_file import write_card
from engine.export.onnx_file import export_onnx
from engine.models.generators.mfanet import MfaNet
from engine.quantization.int8_file import quantize_int8
from tests.helpers.tiny_models import model_file, soft_picture, tiny_card
from tests.helpers.training import write_photos


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_photos(tmp_path / "photos", count=2, side_px=64)


@pytest.fixture
def quantized_model(tmp_path: Path) -> Path:
    """Card file of an x2 network with int8 files of its own."""
    torch.manual_seed(3)
    training = MfaNet(scale=2, channels=16, blocks=1)
    with torch.no_grad():
        for parameter in training.parameters():
            parameter.add_(0.02 * torch.randn_like(parameter))
    folder = tmp_path / "model"
    folder.mkdir()
    export_onnx(training.folded(), folder / "mine.onnx")
    patch = soft_picture(24, 24).transpose(2, 0, 1)[None].copy()
    quantize_int8(folder / "mine.onnx", folder / "mine-int8.onnx", patches=[patch])
    card: ModelCard = msgspec.structs.replace(
        tiny_card(model_id="mine", best_px=16),
        variants=(
            Variant(precision="fp32", files=(model_file(folder / "mine.onnx"),)),
            Variant(precision="int8", files=(model_file(folder / "mine-int8.onnx"),)),
        ),
    )
    write_card(card, folder / "mine.json")
    return folder / "mine.json"
