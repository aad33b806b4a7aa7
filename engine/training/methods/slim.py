"""Distills, prunes and quantizes a student in one objective.

Paper: Wang et al. 2020, "GAN Slimming", arXiv 2008.11062. There gates are updated
with momentum; here they are not, so that a run needs no further memory.
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
from engine.training.method import Losses, Memo, MethodContext, Phase, TrainingMethod
from engine.training.methods.discriminator_trainer import (
    DiscriminatorTrainer,
    build_discriminator_trainer,
)
from engine.training.methods.picture_terms import distilled_picture_terms
from engine.training.methods.teachers import build_teacher
from engine.training.optimizer_group import OptimizerGroup
from engine.training.processes import shared

_LEAST_SIZE = 1e-6


class SlimMethod(TrainingMethod):
    """A student with gates; at the end the slim network is written beside the weights."""

    def __init__(self, recipe: SlimRecipe, context: MethodContext) -> None:
        """Build the teacher, the gates and, where the recipe asks for one, the discriminator.

        Raises:
            ConfigError: If the generator is not an MFANet, features are to be
                compared or the teacher does not fit.
        """
        if not isinstance(context.generator, MfaNet):
            raise ConfigError("generator.family: only mfanet can be slimmed")
        if recipe.weights.feature or recipe.weights.affinity:
            raise ConfigError(
                "weights: slimming compares pictures only; set feature, affinity to 0"
            )
        scale, device = context.generator.scale, context.device
        self.generator: Generator = context.generator
        self._recipe = recipe
        self._gated = GatedMfaNet(context.generator, quantize=recipe.quantize).to(device)
        self._generate = shared(self._gated)
        self._teacher = build_teacher(recipe.teacher, scale=scale, device=device)
        group = OptimizerGroup({"generator": self.generator}, clip_norm=recipe.clip_norm)
        phases = [Phase(group=group, losses=self._losses)]
        groups: dict[str, OptimizerGroup] = {"generator": group}
        networks: dict[str, nn.Module] = {"gates": self._gated.gates}
        self._pictures = distilled_picture_terms(
            recipe.weights,
            recipe.perceptual,
            device,
            scale=scale,
            has_discriminator=recipe.adversarial_weight > 0,
            squares_style=True,
        )
        self._discriminator: DiscriminatorTrainer | None = None
        if recipe.adversarial_weight:
            self._discriminator = build_discriminator_trainer(recipe, device)
            groups["discriminator"] = self._discriminator.group
            networks["discriminator"] = self._discriminator.network
            phases.append(Phase(group=groups["discriminator"], losses=self._discriminator_losses))
        self.optimizer_groups: Mapping[str, OptimizerGroup] = groups
        self.networks: Mapping[str, nn.Module] = networks
        self._phases = tuple(phases)

    @override
    def phases(self, step: int) -> Sequence[Phase]:
        # Gates belong to no optimizer group, which would clear their gradients.
        for gate in self._gated.gates:
            gate.grad = None
        return self._phases

    @override
    @torch.no_grad()
    def end_step(self, learning_rate: float) -> None:
        """Take a proximal gradient step on the gates: down the gradient, then toward 0."""
        recipe = self._recipe
        # Gates follow the shape of the schedule at a learning rate of their own.
        size = recipe.gate_learning_rate * learning_rate / recipe.schedule.learning_rate
        for gate, penalty in zip(self._gated.gates, self._penalties(), strict=True):
            assert gate.grad is not None
            moved = gate - size * gate.grad
            # Soft thresholding, the exact minimizer for an L1 penalty: a gate that is within
            # the threshold becomes 0 exactly, which a step down |gate| alone never reaches.
            threshold = size * recipe.sparsity * penalty
            gate.copy_(moved.sign() * (moved.abs() - threshold).clamp_min(0))

    def _penalties(self) -> list[Tensor]:
        """Return the relative sparsity penalty of each channel, 1 for the average channel."""
        if not self._recipe.reweight:
            return [torch.ones_like(gate) for gate in self._gated.gates]
        # The smaller a channel already is, the harder it is pulled toward 0.
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
            slim.sizes.in_recipe(self._recipe.generator), inner=slim.sizes.inner
        )
        metadata = {SIZES_KEY: encode_sizes(sizes)}
        write_tensors(artifacts / "slim.safetensors", weights, metadata=metadata)
        params = sum(parameter.numel() for parameter in slim.parameters())
        write_bytes_atomic(
            artifacts / "slim.json",
            msgspec.json.encode({**msgspec.to_builtins(sizes), "params": params}),
        )

    def _losses(self, batch: Batch, memo: Memo) -> Losses:
        weights, terms = self._recipe.weights, {}
        with torch.no_grad():
            teacher_sr = self._teacher.enlarge(batch)
        sr: Tensor = self._generate(batch.lr).float()
        memo["sr"], memo["teacher_sr"] = sr.detach(), teacher_sr
        if weights.output:
            terms["output"] = weights.output * functional.l1_loss(sr, teacher_sr)
        if weights.pixel:
            terms["pixel"] = weights.pixel * functional.l1_loss(sr, batch.hr)
        features = None
        if self._discriminator:
            # The teacher's pictures are the real ones here: the student should equal them.
            features = self._discriminator.features_for_generator(sr, teacher_sr)
            loss = self._discriminator.generator_loss(*features)
            terms["adversarial"] = self._recipe.adversarial_weight * loss
        return {**terms, **self._pictures.terms(sr, teacher_sr, features=features)}

    def _discriminator_losses(self, batch: Batch, memo: Memo) -> Losses:
        assert self._discriminator is not None
        fake = self._discriminator.discriminator_features(memo["sr"])
        real = self._discriminator.discriminator_features(memo["teacher_sr"])
        return {"discriminator": self._discriminator.discriminator_loss(fake, real)}
