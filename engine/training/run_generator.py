"""The network that a run trains, and the weights that it starts from."""

from __future__ import annotations

import copy
from collections.abc import Callable

from engine.config.recipes import QuantizeRecipe, TrainRecipe, dial_of
from engine.models.dial import DialNetwork, is_of_dial
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.runs.events import Event, Warned
from engine.training.float_networks import build_quantized
from engine.training.weights import Weights, describe_missing, load_fitting, read_weights


def build_run_generator(recipe: TrainRecipe) -> Generator:
    """Return the network that ``recipe`` trains, with fresh weights or those to quantize.

    Raises:
        UnknownNameError: If there is no such architecture.
        ConfigError: If it does not exist in that size.
    """
    if isinstance(recipe, QuantizeRecipe):
        return build_quantized(recipe)
    network = build_generator(recipe.generator)
    if dial_of(recipe) is None:
        return network
    # Both ends start equal: what lies between two sets of unrelated weights is noise.
    return DialNetwork([network, copy.deepcopy(network)])


def load_initial_weights(
    generator: Generator, recipe: TrainRecipe, report: Callable[[Event], None]
) -> None:
    """Load the weights that ``recipe`` starts from, if it names any.

    One set of plain weights starts both ends of a dial; weights of a run with a dial start it
    as that run ended.

    Args:
        generator: The network of `build_run_generator`.
        recipe: The recipe of the run.
        report: Receives a warning for each file that lacks a part of the network.

    Raises:
        ConfigError: If a file is missing or does not fit.
    """
    starts = [read_weights(name) for name in recipe.starts]
    if not starts:
        return
    if not isinstance(generator, DialNetwork) or is_of_dial(starts[0].tensors):
        _load(generator, starts[0], report)
        return
    # With one start both ends get it.
    for end, weights in zip(generator.ends, (starts[0], starts[-1]), strict=True):
        assert isinstance(end, Generator)
        _load(end, weights, report)


def _load(network: Generator, weights: Weights, report: Callable[[Event], None]) -> None:
    missing = load_fitting(network, weights)
    if missing:
        network.silence_new_parts(missing)
        text = f"{weights.source}: loaded in part: {describe_missing(weights, missing)}"
        report(Warned(code="partial-weights", text=text))
