"""The network that a run trained, in the form in which it ships."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from engine.config.mfa_sizes import MfaSizes
from engine.config.parts import GeneratorRecipe
from engine.config.recipe_file import load_recipe
from engine.config.recipes import SlimRecipe, SupernetRecipe, TrainRecipe, dial_of
from engine.config.spaces import MfanetSpaceRecipe
from engine.core.errors import ConfigError
from engine.models.dial import HasRestoration
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.models.generators.mfanet import MfaNet
from engine.models.supernets.gated import GatedMfaNet
from engine.models.supernets.mfanet import MfaSupernet
from engine.space.mfanet import MfanetSpace
from engine.training.checkpoints import newest_checkpoint
from engine.training.run_generator import build_run_generator
from engine.training.weights import load_all, read_weights

_Value = TypeVar("_Value")
_AVERAGED = "averaged.safetensors"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunNetwork:
    """A trained network.

    Attributes:
        generator: Folded, in eval mode, on the CPU.
        sizes: A generator recipe that builds a network of these sizes.
        recipe: The recipe of the run.
        step: The step of the checkpoint.
    """

    generator: Generator
    sizes: GeneratorRecipe
    recipe: TrainRecipe
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedSupernet:
    """A trained supernet to search in.

    Attributes:
        supernet: Runs subnets with the shared weights.
        space: The subnets that were trained.
    """

    supernet: MfaSupernet
    space: MfanetSpace

    def cut(self, sizes: MfaSizes) -> MfaNet:
        """Return the subnet of ``sizes`` as a folded network with weights of its own.

        Raises:
            ConfigError: If the supernet does not contain it.
        """
        try:
            return self.supernet.extract(sizes)
        except ValueError as error:
            raise ConfigError(str(error)) from error


def load_run_network(
    run: Path,
    subnet: Mapping[str, object] | None = None,
    *,
    weights: Path | None = None,
    restoration: float | None = None,
) -> RunNetwork:
    """Load the EMA weights of a run's newest checkpoint.

    A slimmed network comes without the channels whose gates are closed, a subnet of a
    supernet with weights of its own, a network with a dial as the plain one of a value.

    Args:
        run: Run folder.
        subnet: Which subnet of a supernet, with the sizes of a generator's recipe as in YAML:
            ``channels``, ``blocks``, ``inner``, ``taps``, ``last_kernels``, ``tail_kernel``;
            what is left out is the largest, and inner stages are as wide as the trunk.
        weights: Safetensors file to load instead, such as a mix of two runs.
        restoration: Which network of a run with a dial, 0 to 1; other runs take none.

    Raises:
        ConfigError: If the run has no checkpoint, does not contain the subnet,
            the weights do not fit it, or a value is missing or given to a run without a dial.
    """
    recipe = load_recipe(run / "recipe.yaml")
    _check_restoration(restoration, run, recipe)
    checkpoint = _newest(run)
    if subnet and weights:
        raise ConfigError(f"{weights}: a subnet is cut from the run's own weights; leave them out")
    if subnet:
        trained = load_supernet(run)
        generator: Generator = trained.cut(_read_sizes(subnet, trained.supernet))
    else:
        generator = _finish(
            _load_whole(weights or checkpoint / _AVERAGED, recipe),
            checkpoint,
            recipe,
            restoration=restoration,
        )
    return RunNetwork(
        generator=generator,
        sizes=_sizes(generator, recipe.generator),
        recipe=recipe,
        step=int(checkpoint.name.removeprefix("step-")),
    )


def load_supernet(run: Path) -> TrainedSupernet:
    """Load the supernet of a run's newest checkpoint, with EMA weights.

    Raises:
        ConfigError: If the run is of another kind or has no checkpoint.
    """
    recipe = load_recipe(run / "recipe.yaml")
    if not isinstance(recipe, SupernetRecipe):
        raise ConfigError(f"{run}: is not a supernet; only a supernet has subnets to choose from")
    whole = _load_whole(_newest(run) / _AVERAGED, recipe)
    return _trained(whole, recipe.space)


def open_supernet(
    weights: str, space: MfanetSpaceRecipe, *, generator: GeneratorRecipe | None = None
) -> TrainedSupernet:
    """Load a supernet that was trained elsewhere.

    Args:
        weights: Weights of the largest network, as `read_weights` takes them.
        space: The subnets that were trained.
        generator: Sizes of the largest network; as stored with the weights if not given.

    Raises:
        ConfigError: If the weights cannot be read or do not fit, or the network does not
            contain the space.
    """
    read = read_weights(weights)
    sizes = generator or read.sizes
    if sizes is None:
        raise ConfigError(f"{weights}: does not say how large its network is; name its sizes")
    whole = build_generator(sizes)
    load_all(whole, read)
    return _trained(whole, space)


def _trained(whole: Generator, recipe: MfanetSpaceRecipe) -> TrainedSupernet:
    if not isinstance(whole, MfaNet):
        raise ConfigError("generator.family: only mfanet can be a supernet")
    space = MfanetSpace(recipe, scale=whole.scale)
    space.check_inside(whole.sizes)
    return TrainedSupernet(supernet=MfaSupernet(whole.eval()), space=space)


def _newest(run: Path) -> Path:
    checkpoint = newest_checkpoint(run / "checkpoints")
    if checkpoint is None:
        raise ConfigError(f"{run}: has no checkpoint yet")
    return checkpoint


def _load_whole(weights: Path, recipe: TrainRecipe) -> Generator:
    # Built with its branches, as it was trained; folding comes after the weights are loaded.
    whole = build_run_generator(recipe)
    load_all(whole, read_weights(str(weights)))
    return whole


def _check_restoration(restoration: float | None, run: Path, recipe: TrainRecipe) -> None:
    if dial_of(recipe) is None:
        if restoration is not None:
            raise ConfigError(f"{run}: its network has no restoration dial; leave the value out")
    elif restoration is None:
        raise ConfigError(f"{run}: its network has a restoration dial; choose a value from 0 to 1")
    elif not 0 <= restoration <= 1:
        raise ConfigError(f"restoration={restoration}: choose a value from 0 to 1")


def _finish(
    whole: Generator, checkpoint: Path, recipe: TrainRecipe, *, restoration: float | None
) -> Generator:
    if isinstance(whole, HasRestoration) and restoration is not None:
        return whole.fixed(restoration)
    if isinstance(whole, MfaNet) and isinstance(recipe, SlimRecipe):
        return _without_closed_gates(whole, checkpoint, quantize=recipe.quantize)
    return whole.folded()


def _without_closed_gates(whole: MfaNet, checkpoint: Path, *, quantize: bool) -> MfaNet:
    gated = GatedMfaNet(whole, quantize=quantize)
    load_all(gated.gates, read_weights(str(checkpoint / "gates.safetensors")))
    return gated.extract(whole)


def _read_sizes(subnet: Mapping[str, object], supernet: MfaSupernet) -> MfaSizes:
    known = supernet.largest.__struct_fields__
    names = [known[0], "blocks", *known[1:]]
    unknown = [name for name in subnet if name not in names]
    if unknown:
        raise ConfigError(f"a subnet has no {unknown[0]!r}; it has {', '.join(names)}")
    # What is not given keeps the value of the largest subnet, for the first blocks.
    largest = supernet.largest
    try:
        given = msgspec.convert(dict(subnet), GeneratorRecipe)
        counts = [len(values) for values in (given.inner, given.taps, given.last_kernels) if values]
        blocks = given.blocks or next(iter(counts), largest.blocks)
        return MfaSizes.of(
            GeneratorRecipe(
                channels=given.channels or largest.channels,
                blocks=blocks,
                inner=given.inner,
                taps=given.taps or _first(largest.taps, blocks),
                last_kernels=given.last_kernels or _first(largest.last_kernels, blocks),
                tail_kernel=given.tail_kernel or largest.tail_kernel,
            )
        )
    except (msgspec.ValidationError, ValueError) as error:
        raise ConfigError(f"subnet {dict(subnet)}: {error}") from error


def _first(values: tuple[_Value, ...], blocks: int) -> tuple[_Value, ...]:
    # More blocks than there are get the last value; that the supernet lacks them is told later.
    return (*values, *values[-1:] * blocks)[:blocks]


def _sizes(generator: Generator, recipe: GeneratorRecipe) -> GeneratorRecipe:
    return generator.sizes.in_recipe(recipe) if isinstance(generator, MfaNet) else recipe
