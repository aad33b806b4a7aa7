"""Files of weights as a training leaves them, without training."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file

from engine.config.parts import GeneratorRecipe
from engine.models.generators.build import build_generator
from engine.models.onnx_network import SIZES_KEY, encode_sizes

SIZES = GeneratorRecipe(scale=2, channels=4, blocks=1)


def write_weights(
    path: Path, *, seed: int, sizes: GeneratorRecipe = SIZES, named: bool = True
) -> Path:
    """Write the weights of a folded network, with its sizes or without, and return the path."""
    torch.manual_seed(seed)
    network = build_generator(sizes).folded()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    metadata = {SIZES_KEY: encode_sizes(sizes)} if named else None
    save_file(network.state_dict(), path, metadata=metadata)
    return path
