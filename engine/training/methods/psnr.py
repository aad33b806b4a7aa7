"""Trains a generator on HR photos by its mean absolute or squared error, and by color."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.data.batch import Batch
from engine.losses.pictures import color_loss
from engine.models.generators.base import Generator
from engine.training.method import Losses, Memo, MethodContext, Phase, TrainingMethod
from engine.training.optimizer_group import OptimizerGroup
from engine.training.processes import shared


class PsnrMethod(TrainingMethod):
    """One generator that is compared with HR photos."""

    def __init__(
        self,
        context: MethodContext,
        *,
        clip_norm: float,
        error: Literal["l1", "l2"] = "l1",
        color: float = 0.0,
    ) -> None:
        self._error = error
        self._color = color
        self.generator: Generator = context.generator
        self._generate = shared(self.generator)
        group = OptimizerGroup({"generator": self.generator}, clip_norm=clip_norm)
        self.optimizer_groups: Mapping[str, OptimizerGroup] = {"generator": group}
        self.networks: Mapping[str, nn.Module] = {}
        self._phases = (Phase(group=group, losses=self._losses),)

    @override
    def phases(self, step: int) -> Sequence[Phase]:
        return self._phases

    def _losses(self, batch: Batch, memo: Memo) -> Losses:
        # Half precision ends at the pictures: errors are smaller than bfloat16 can tell apart.
        measure = functional.l1_loss if self._error == "l1" else functional.mse_loss
        sr = self._generate(*batch.inputs).float()
        losses: dict[str, Tensor] = {self._error: measure(sr, batch.hr)}
        if self._color:
            losses["color"] = self._color * color_loss(sr, batch.hr)
        return losses
