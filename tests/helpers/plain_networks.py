"""Small plain networks to export, as the targets are given them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from engine.export.targets.plain_network import PlainNetwork, with_unit_range
from tests.helpers.tiny_models import tiny_card
from tests.helpers.tiny_onnx import write_tiny_onnx


def plain_network(
    folder: Path, *, scale: int = 2, channels: int = 3, patches: int = 0
) -> PlainNetwork:
    """Return a network of three convolutions."""
    folder.mkdir(parents=True, exist_ok=True)
    path = write_tiny_onnx(folder / "tiny.onnx", scale=scale, channels=channels)
    model = onnx.load(path)
    # Our exporter gives each convolution a bias, which formats without one would not notice.
    for number, node in enumerate(node for node in model.graph.node if node.op_type == "Conv"):
        kernel = next(t for t in model.graph.initializer if t.name == node.input[1])
        bias = np.linspace(-0.02, 0.02, kernel.dims[0], dtype=np.float32)
        model.graph.initializer.append(numpy_helper.from_array(bias, f"bias{number}"))
        node.input.append(f"bias{number}")
    card = tiny_card(scale=scale, channels=channels)
    content = with_unit_range(model.SerializeToString(), card)
    random = np.random.default_rng(0)
    return PlainNetwork(
        card=card,
        content=content,
        patches=tuple(random.random((1, channels, 24, 24), np.float32) for _ in range(patches)),
    )
