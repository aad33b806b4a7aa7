"""What a training method consists of, so that one loop can run all of them."""

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
"""Weighted loss terms by name; their sum is minimized."""

Memo: TypeAlias = dict[str, Tensor]
"""What earlier phases of a step computed for one part of the batch and later ones reuse, by name.

The loop creates an empty one per step and part. Tensors in it carry no gradient.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One update within a step.

    Attributes:
        group: The networks that are updated.
        losses: Computes the loss terms of one part of the batch.
    """

    group: OptimizerGroup
    losses: Callable[[Batch, Memo], Losses]


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodContext:
    """What a training method is built from, beside its recipe.

    Attributes:
        generator: The network that is trained, on ``device``.
        averaged: A network with its EMA weights, updated by the loop.
        device: The device of all networks.
    """

    generator: Generator
    averaged: Generator
    device: torch.device


class TrainingMethod(Protocol):
    """A way to train a generator.

    Attributes:
        generator: The network that is trained; its EMA weights ship.
        optimizer_groups: Everything that is updated, by name; the generator's is ``generator``.
        networks: Networks beside the generator whose weights belong in a checkpoint, by name.
    """

    generator: Generator
    optimizer_groups: Mapping[str, OptimizerGroup]
    networks: Mapping[str, nn.Module]

    def phases(self, step: int) -> Sequence[Phase]:
        """Return the updates of ``step``, in order."""
        ...

    def end_step(self, learning_rate: float) -> None:
        """Do what follows the updates of a step; most methods do nothing."""
        return

    def as_shipped(self, averaged: Generator) -> Generator:
        """Return the network that would ship if the run ended now.

        Validation measures it and samples show it. For most methods it is ``averaged`` itself.
        """
        return averaged

    def finish(self, averaged: Generator, artifacts: Path) -> None:
        """Write what a finished run leaves beside its weights; most methods write nothing.

        Args:
            averaged: The generator with EMA weights.
            artifacts: Folder for the files; it is created when there is something to write.
        """
        return
