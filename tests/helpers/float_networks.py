"""Small float networks to fine-tune for 8 bits: one file, or a dial in the catalog."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import msgspec
import numpy as np
import onnx
import torch

from engine.catalog.card import Dial, ModelCard
from engine.catalog.card_file import write_card
from engine.config.parts import GeneratorRecipe
from engine.core.places import data_folder
from engine.export.onnx_file import export_onnx
from engine.models.generators.build import build_generator
from engine.models.quantized import Corner
from tests.helpers.tiny_models import model_file, tiny_card
from tests.helpers.training import TINY

CORNERS = tuple(Corner(restoration=r, fidelity=f) for r in (0, 1) for f in (0, 1))


@functools.cache
def exported(sizes: GeneratorRecipe = TINY, seed: int = 0) -> bytes:
    """Return the content of the float file of a network whose every weight counts."""
    torch.manual_seed(seed)
    generator = build_generator(sizes)
    with torch.no_grad():
        for parameter in generator.parameters():
            parameter.add_(0.02 * torch.randn_like(parameter))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "fp32.onnx")
        export_onnx(generator.folded(), path, sizes=sizes)
        return path.read_bytes()


def varied(content: bytes, seed: int, amount: float = 0.02) -> onnx.ModelProto:
    """Return a network of the same graph with slightly different weights."""
    model = onnx.load_model_from_string(content)
    random = np.random.default_rng(seed)
    learned = {name for node in model.graph.node if node.op_type == "Conv" for name in node.input}
    for tensor in model.graph.initializer:
        if tensor.name not in learned:
            continue
        values = onnx.numpy_helper.to_array(tensor)
        noise = amount * random.standard_normal(values.shape)
        changed = (values + noise).astype(np.float32)
        tensor.CopyFrom(onnx.numpy_helper.from_array(changed, tensor.name))
    return model


def write_float_file(path: Path, sizes: GeneratorRecipe = TINY, seed: int = 0) -> Path:
    """Write a plain network."""
    path.write_bytes(exported(sizes, seed))
    return path


def install_float_dial(
    model_id: str = "small-dial", sizes: GeneratorRecipe = TINY, *, seed: int = 0
) -> ModelCard:
    """Put a dial of two values into the user's catalog, which is the test's own."""
    folder = data_folder() / "models"
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number, corner in enumerate(CORNERS):
        path = folder / f"{model_id}-{corner.label}.onnx"
        onnx.save(varied(exported(sizes), seed + number), path)
        values = {"restoration": corner.restoration, "fidelity": corner.fidelity}
        files.append(msgspec.structs.replace(model_file(path), **values))
    plain = tiny_card(model_id=model_id, scale=sizes.scale)
    variant = msgspec.structs.replace(plain.variants[0], files=tuple(files))
    card = msgspec.structs.replace(plain, kind=None, dial=Dial(), variants=(variant,))
    write_card(card, folder / f"{model_id}.json")
    return card
