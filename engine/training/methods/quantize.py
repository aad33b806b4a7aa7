"""Fine-tunes a network for 8 bits on the pictures of its own float form.

::

    LR ─┬─ float network (never changes) ───── target
        └─ the same with simulated 8 bits ──── difference -> weights and ranges of all corners
           at a random fidelity, at the restoration of each picture

Papers: Jacob et al. 2018, arXiv 1712.05877; Esser et al. 2020, arXiv 1902.08153. That the target
is the float network and not the photo keeps the character of the network, vivid ones included.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from typing_extensions import override

from engine.config.recipes import QuantizeRecipe
from engine.core.atomic_file import make_folder
from engine.core.errors import ConfigError
from engine.data.batch import Batch
from engine.losses.smooth_areas import smooth_area_weights
from engine.models.generators.base import Generator
from engine.models.quantized import Corner, QuantizedNetwork
from engine.quantization.tuned_file import (
    TUNED_FILE,
    TunedCorner,
    TunedNetworks,
    weights_fingerprint,
    write_tuned,
)
from engine.training.float_networks import float_files, read_models
from engine.training.method import Losses, Memo, MethodContext, Phase, TrainingMethod
from engine.training.optimizer_group import OptimizerGroup
from engine.training.processes import shared

# Gradients of rounded values are noisy: with the usual 0.99, ranges jumped in the first steps.
_LONG_MEMORY = (0.9, 0.999)
# How often fidelity is 0 or 1, and how often its default; else it is anything between.
_AT_ENDS, _AT_DEFAULT = 0.4, 0.2


class QuantizeMethod(TrainingMethod):
    """A network with simulated 8-bit inference, and its float form as the teacher."""

    def __init__(self, recipe: QuantizeRecipe, context: MethodContext) -> None:
        """Copy the float network.

        Raises:
            ConfigError: If the weights of the float network cannot be read.
        """
        network = context.generator
        if not isinstance(network, QuantizedNetwork):
            raise ConfigError(f"{type(network).__name__} has no simulated 8 bits")
        self.generator: Generator = network
        self._network = network
        self._recipe = recipe
        self._generate = shared(network)
        # Before a checkpoint is loaded, the weights are those of the files.
        self._teacher = copy.deepcopy(network).requires_grad_(requires_grad=False)
        self._teacher.rounds = False
        group = OptimizerGroup(
            {"generator": network}, clip_norm=recipe.clip_norm, betas=_LONG_MEMORY
        )
        self.optimizer_groups: Mapping[str, OptimizerGroup] = {"generator": group}
        self.networks: Mapping[str, nn.Module] = {}
        self._phases = (Phase(group=group, losses=self._losses),)

    @override
    def phases(self, step: int) -> Sequence[Phase]:
        return self._phases

    @override
    def finish(self, averaged: Generator, artifacts: Path) -> None:
        """Write the weights and ranges of all corners, which int8 files are made from."""
        assert isinstance(averaged, QuantizedNetwork)
        source = self._recipe.float_weights
        models = read_models(float_files(source))
        corners = {
            corner.label: _tuned(averaged, corner, weights_fingerprint(model))
            for corner, model in models.items()
        }
        make_folder(artifacts)
        networks = TunedNetworks(model=Path(source).stem, corners=corners)
        write_tuned(networks, artifacts / TUNED_FILE)

    def _losses(self, batch: Batch, memo: Memo) -> Losses:
        fidelity = self._drawn_fidelity(batch)
        told = torch.zeros_like(fidelity) if batch.restoration is None else batch.restoration
        inputs = (batch.lr, told, fidelity)
        with torch.no_grad():
            expected = self._teacher(*inputs)
            weights = smooth_area_weights(expected, self._recipe.smooth_weight)
        difference = self._generate(*inputs) - expected
        losses = {"difference": (difference.abs() * weights).mean()}
        if self._recipe.squared_weight:
            losses["squared"] = self._recipe.squared_weight * difference.square().mean()
        return losses

    def _drawn_fidelity(self, batch: Batch) -> Tensor:
        """Return one fidelity for all pictures of a batch."""
        kind, value = torch.rand(2).tolist()
        if kind < _AT_ENDS:
            value = float(value < 0.5)
        elif kind < _AT_ENDS + _AT_DEFAULT:
            value = self._network.default_fidelity
        return torch.full((len(batch.lr),), value)


def _tuned(network: QuantizedNetwork, corner: Corner, source: str) -> TunedCorner:
    weights, ranges = network.learned(corner)
    arrays = {name: tensor.cpu().contiguous().numpy() for name, tensor in weights.items()}
    return TunedCorner(source=source, weights=arrays, ranges=ranges)
