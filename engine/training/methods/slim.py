"""Distils, prunes and quantizes a student in one objective.

Paper: Wang et al. 2020, "GAN Slimming", arXiv 2008.11062. There gates move
with momentum; here they do not, so that a run needs no further memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.config.recipes import SlimRecipe
from engine.core.atomic_file import make_folder, write_bytes_atomic
from engine.core.errors import ConfigError
from engine.data.batch import Batch
from engine.models.generators.base import Generator
from engine.models.generators.mfanet import MfaNet
from engine.models.onnx_network import SIZES_KEY, encode_sizes
from engine.models.supernets.gated import GatedMfaNet
from engine.training.checkpoints import write_tensors
from engine.training.method import Losses, MethodContext, Phase, TrainingMethod
from engine.training.methods.discriminator_trainer import DiscriminatorTrainer
from engine.training.methods.imitation import build_teacher, compared_pictures
from engine.training.optimizer_group import OptimizerGroup
from engine.training.processes import shared

_LEAST_SIZE = 1e-6


class SlimMethod(TrainingMethod):
    """A student with gates; at the end the slim network is written beside the weights."""

    def __init__(self, recipe: SlimRecipe, start: MethodContext) -> None:
        """Build the teacher and the gates.

        Raises:
            ConfigError: If the generator is no MFANet, features are to be
                compared or the teacher does not fit.
        """
        if not isinstance(start.generator, MfaNet):
            raise ConfigError("generator.family: only mfanet can be slimmed")
        if recipe.weights.feature or recipe.weights.affinity:
            raise ConfigError(
                "weights: slimming compares pictures only; set feature, affinity to 0"
            )
        self.generator: Generator = start.generator
        self._recipe = recipe
        self._gated = GatedMfaNet(start.generator, quantize=recipe.quantize).to(start.device)
        self._generate = shared(self._gated)
        self._teacher = build_teacher(
            recipe.teacher, scale=start.generator.scale, device=start.device
        )
        player = OptimizerGroup({"generator": self.generator}, clip_norm=recipe.clip_norm)
        phases = [Phase(player=player, losses=self._losses)]
        players, networks = {"generator": player}, {"gates": self._gated.gates}
        self._judge: DiscriminatorTrainer | None = None
        self._pictures = compared_pictures(
            recipe.weights,
            recipe.perceptual,
            start.device,
            scale=start.generator.scale,
            has_judge=recipe.adversarial_weight > 0,
            squares_style=True,
        )
        if recipe.adversarial_weight:
            self._judge = DiscriminatorTrainer(
                recipe.discriminator,
                recipe.adversarial,
                device=start.device,
                clip_norm=recipe.clip_norm,
                side_px=recipe.hr_patch_px,
            )
            players["discriminator"] = self._judge.player
            phases.append(Phase(player=self._judge.player, losses=self._discriminator_losses))
        beside = {"discriminator": self._judge.network} if self._judge else {}
        self.players: Mapping[str, OptimizerGroup] = players
        self.networks: Mapping[str, nn.Module] = {**networks, **beside}
        self._phases = tuple(phases)
        self._made: list[tuple[Tensor, Tensor]] = []

    @override
    def phases(self, step: int) -> Sequence[Phase]:
        self._made.clear()
        for gate in self._gated.gates:
            gate.grad = None
        return self._phases

    @override
    @torch.no_grad()
    def end_step(self, learning_rate: float) -> None:
        """Move the gates down their gradients, then shrink each toward 0."""
        recipe = self._recipe
        size = recipe.gate_learning_rate * learning_rate / recipe.schedule.learning_rate
        for gate, pull in zip(self._gated.gates, self._pulls(), strict=True):
            assert gate.grad is not None
            moved = gate - size * gate.grad
            gate.copy_(moved.sign() * (moved.abs() - size * recipe.sparsity * pull).clamp_min(0))

    def _pulls(self) -> list[Tensor]:
        """Return how hard each gate is pulled, 1 on the average channel."""
        if not self._recipe.reweight:
            return [torch.ones_like(gate) for gate in self._gated.gates]
        return [size.mean() / size.clamp_min(_LEAST_SIZE) for size in self._gated.sizes()]

    @override
    def as_shipped(self, averaged: Generator) -> MfaNet:
        assert isinstance(averaged, MfaNet)
        device = next(averaged.parameters()).device
        return self._gated.extract(averaged).to(device)

    @override
    def finish(self, averaged: Generator, artifacts: Path) -> None:
        """Write ``slim.safetensors`` and, in ``slim.json``, the sizes that are left."""
        slim = self.as_shipped(averaged)
        make_folder(artifacts)
        weights = {name: tensor.cpu().contiguous() for name, tensor in slim.state_dict().items()}
        sizes = msgspec.structs.replace(
            self._recipe.generator,
            channels=slim.channels,
            blocks=len(slim.blocks),
            inner=slim.inner,
        )
        said = {SIZES_KEY: encode_sizes(sizes)}
        write_tensors(artifacts / "slim.safetensors", weights, metadata=said)
        params = sum(parameter.numel() for parameter in slim.parameters())
        write_bytes_atomic(
            artifacts / "slim.json",
            msgspec.json.encode({**msgspec.to_builtins(sizes), "params": params}),
        )

    def _losses(self, batch: Batch) -> Losses:
        weights, terms = self._recipe.weights, {}
        with torch.no_grad():
            wanted = self._teacher(batch.lr).float()
        sr: Tensor = self._generate(batch.lr).float()
        self._made.append((sr.detach(), wanted))
        if weights.output:
            terms["output"] = weights.output * functional.l1_loss(sr, wanted)
        if weights.pixel:
            terms["pixel"] = weights.pixel * functional.l1_loss(sr, batch.hr)
        judged = None
        if self._judge is not None:
            fake, real = self._judge.look(sr, wanted)
            loss = self._judge.generator_loss(fake, real)
            terms["adversarial"] = self._recipe.adversarial_weight * loss
            judged = fake[:-1], real[:-1]
        return {**terms, **self._pictures.terms(sr, wanted, judged=judged)}

    def _discriminator_losses(self, batch: Batch) -> Losses:
        assert self._judge is not None
        sr, wanted = self._made.pop(0)
        fake, real = self._judge.own_maps(sr), self._judge.own_maps(wanted)
        return {"discriminator": self._judge.own_loss(fake, real)}
