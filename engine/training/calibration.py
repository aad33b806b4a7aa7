"""Measures the first ranges of a network that is fine-tuned for 8 bits, on its training patches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.config.recipes import QuantizeRecipe
from engine.models.generators.base import Generator
from engine.models.quantized import Corner, QuantizedNetwork
from engine.quantization.plan import quantization_plan
from engine.quantization.ranges import ActivationRange, Patch, calibrate
from engine.runs.events import Event, Noted
from engine.training.batch_source import BatchSource
from engine.training.float_networks import float_files, read_models
from engine.training.processes import broadcast_tensor

# Strong degradation is rare: of 160 patches, the nearest to restoration 1 were so mild that its
# range was too narrow (subgenerator-phone-x4, r1f0: a difference of 1.31 instead of 1.02 levels).
_DRAWN = 480
_PATCHES = 24  # of each corner


def start_ranges(
    network: Generator,
    recipe: QuantizeRecipe,
    batches: BatchSource,
    *,
    report: Callable[[Event], None],
) -> None:
    """Measure the ranges of each corner on the patches whose restoration is nearest to its own.

    Args:
        network: The network of `build_run_generator`; its ranges are set.
        recipe: The recipe of the run.
        batches: Returns the batch of a step.
        report: Receives a note.
    """
    assert isinstance(network, QuantizedNetwork)
    patches, restorations = _drawn(batches)
    ranges: dict[Corner, dict[str, ActivationRange]] = {}
    for corner, model in read_models(float_files(recipe.float_weights)).items():
        nearest = np.argsort(np.abs(restorations - (corner.restoration or 0)), kind="stable")
        chosen = [patches[number] for number in nearest[:_PATCHES]]
        ranges[corner] = calibrate(model, quantization_plan(model), chosen)
    network.set_ranges(ranges)
    # Every process draws patches of its own; all start from the ranges of the first.
    for buffer in network.buffers():
        broadcast_tensor(buffer)
    text = f"ranges of {len(network.activations)} activations measured on {len(patches)} patches"
    report(Noted(code="ranges-measured", text=text))


def _drawn(batches: BatchSource) -> tuple[Sequence[Patch], NDArray[np.float64]]:
    patches: list[Patch] = []
    restorations: list[float] = []
    step = 0
    while len(patches) < _DRAWN:
        batch = batches(step)
        patches += [np.ascontiguousarray(one[None]) for one in batch.lr.cpu().numpy()]
        told = batch.restoration
        restorations += [0.0] * len(batch.lr) if told is None else told.tolist()
        step += 1
    return patches, np.array(restorations)
