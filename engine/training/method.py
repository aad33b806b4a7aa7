"""What a way of training is made of, so that one loop runs them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

import torch
from torch import Tensor, nn

from engine.data.batch import Batch
from engine.models.generators.base import Generator
from engine.training.optimizer_group import OptimizerGroup

Losses: TypeAlias = dict[str, Tensor]
"""Weighted terms by name; what is minimized is their sum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One update within a step.

    Attributes:
        player: Whose networks move.
        losses: Gives the terms for a part of the batch.
    """

    player: OptimizerGroup
    losses: Callable[[Batch], Losses]


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodContext:
    """What a scheme begins with.

    Attributes:
        generator: The network that the run makes, on ``device``.
        averaged: Its average over time, kept by the loop.
        device: Where all networks belong.
    """

    generator: Generator
    averaged: Generator
    device: torch.device


class TrainingMethod(Protocol):
    """A way of training.

    Attributes:
        generator: The network that the run makes; its average over time ships.
        players: Everything that is moved, by name; the generator's is ``generator``.
        networks: Networks beside the generator whose weights a checkpoint needs, by name.
    """

    generator: Generator
    players: Mapping[str, OptimizerGroup]
    networks: Mapping[str, nn.Module]

    def phases(self, step: int) -> Sequence[Phase]:
        """Return the updates of ``step``, in order."""
        ...

    def end_step(self, learning_rate: float) -> None:
        """Do what follows the updates of a step; nothing, for most schemes."""
        return

    def as_shipped(self, averaged: Generator) -> Generator:
        """Return the network that the averaged generator amounts to when the run ends here.

        It is what validation measures and samples show; the generator itself, for most schemes.
        """
        return averaged

    def finish(self, averaged: Generator, artifacts: Path) -> None:
        """Write what a finished run leaves beside its weights; nothing, for most schemes.

        Args:
            averaged: The averaged generator.
            artifacts: Folder for it; make it when there is something.
        """
        return
