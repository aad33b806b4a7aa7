"""Where the networks of a model come from: runs, files of its corners, or a model of the catalog.

::

    one run                      one plain network
    one run with a dial          restoration 0 and 1
    two runs                     the same at fidelity 1 and at fidelity 0
    files, a model               the corners that they are
    any of these at a point      one plain network, mixed of the corners
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import torch
from typing_extensions import override

from engine.catalog.card import Degradation, Kind, ModelCard
from engine.catalog.model_file import check_hash
from engine.config.degradation import DegradationRecipe, named_degradation
from engine.config.parts import GeneratorRecipe
from engine.config.recipe_file import load_recipe
from engine.config.recipes import QuantizeRecipe, dial_of
from engine.core.errors import ConfigError
from engine.export.calibration import typical_degradation
from engine.export.training_record import (
    OWN_CREDIT,
    trained_kind,
    training_credit,
    training_record,
)
from engine.inference.network.dial import DialPoint, corner_shares
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.models.onnx_network import read_onnx_network
from engine.runs.run_folder import RunFolder
from engine.training.run_network import load_run_network
from engine.training.weights import describe_sizes, load_all, read_weights

_VIVID_BELOW = 0.5


class Corner(NamedTuple):
    """Values of restoration and fidelity at which a network is used alone; None without dial."""

    restoration: Literal[0, 1] | None = None
    fidelity: Literal[0, 1] | None = None

    @property
    def label(self) -> str:
        """The corner in the names of files: ``r0f1``; empty for a plain network."""
        parts = (("r", self.restoration), ("f", self.fidelity))
        return "".join(f"{name}{value}" for name, value in parts if value is not None)


PLAIN = Corner()
CORNERS = {
    corner.label: corner
    for corner in (Corner(r, f) for r in (None, 0, 1) for f in (None, 0, 1))
    if corner != PLAIN
}
"""All corners of dials with one or two values, by label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """The networks of one model and what its card says of their making.

    Attributes:
        corners: The folded networks, one for each corner; one alone is a plain network.
        sizes: A generator recipe that builds a network of these sizes.
        kind: Whether a plain network is faithful or vivid; None for a dial.
        degradation: Degradation that a plain network was trained for.
        calibration: Degradation of the photos that int8 files are calibrated with, by corner.
        credit: Who made them, and from what.
        license: License of the weights.
        training: What the card says of the training.
        limits: Limitations that are known of them, in sentences.
    """

    corners: Mapping[Corner, Generator]
    sizes: GeneratorRecipe
    kind: Kind | None = None
    degradation: Degradation | None = None
    calibration: Mapping[Corner, DegradationRecipe]
    credit: str = OWN_CREDIT
    license: str = "Apache-2.0"
    training: Mapping[str, object] = field(default_factory=dict)
    limits: tuple[str, ...] = ()

    @property
    def first(self) -> Generator:
        """One of the networks: all are of the same sizes."""
        return next(iter(self.corners.values()))

    def fixed(self, point: DialPoint) -> Networks:
        """Return the plain network at a point of the dial."""
        shares = corner_shares(tuple(self.corners), point)
        tensors: dict[str, torch.Tensor] = {}
        for network, share in zip(self.corners.values(), shares, strict=True):
            for name, tensor in network.state_dict().items():
                tensors[name] = tensors.get(name, torch.zeros_like(tensor)) + share * tensor
        mixed = self.first.folded()
        mixed.load_state_dict(tensors)
        values = {"restoration": point.restoration, "fidelity": point.fidelity}
        return replace(
            self,
            corners={PLAIN: mixed},
            kind="vivid" if point.fidelity < _VIVID_BELOW else "faithful",
            degradation="real" if point.restoration else "bicubic",
            calibration={PLAIN: named_degradation(typical_degradation(point.restoration))},
            training={**self.training, "fixed_at": values},
        )


class NetworkSource(Protocol):
    """Something that networks can be loaded from."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Id of the model if none is chosen."""

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Files that are read and must not be replaced."""
        return ()

    @abstractmethod
    def load(self) -> Networks:
        """Load the networks.

        Raises:
            ConfigError: If they cannot be read or do not fit each other.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSource(NetworkSource):
    """The newest averaged weights of a run, or of a faithful and a vivid one.

    Attributes:
        run: Run folder with a checkpoint.
        vivid: Run folder of the network at fidelity 0; ``run`` is then that at fidelity 1.
        subnet: Sizes of the subnet to cut from a supernet, as `load_run_network`
            takes them; the largest subnet when empty.
        weights: Safetensors file to take instead of the weights of ``run``, such
            as a mix of two runs.
    """

    run: Path
    vivid: Path | None = None
    subnet: Mapping[str, object] = field(default_factory=dict)
    weights: Path | None = None

    @property
    @override
    def name(self) -> str:
        return load_recipe(self.run / "recipe.yaml").name

    @property
    @override
    def inputs(self) -> tuple[Path, ...]:
        return (self.weights,) if self.weights else ()

    @override
    def load(self) -> Networks:
        one = _of_run(self.run, subnet=self.subnet, weights=self.weights)
        if self.vivid is None:
            return one
        for run, kind in ((self.run, "faithful"), (self.vivid, "vivid")):
            if trained_kind(load_recipe(run / "recipe.yaml")) != kind:
                raise ConfigError(f"{run}: is not a {kind} network; export FAITHFUL --vivid VIVID")
        return _joined(one, _of_run(self.vivid), names=(str(self.run), str(self.vivid)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CornerFiles(NetworkSource):
    """Files of weights, one for each corner of a dial.

    Attributes:
        files: ONNX files that this product exported, or safetensors files, by corner.
        training: What the card says of the training.
        credit: Who made them, and from what.
    """

    files: Mapping[Corner, Path]
    training: Mapping[str, object] = field(default_factory=dict)
    credit: str = OWN_CREDIT

    @property
    @override
    def name(self) -> str:
        return next(iter(self.files.values())).stem

    @property
    @override
    def inputs(self) -> tuple[Path, ...]:
        return tuple(self.files.values())

    @override
    def load(self) -> Networks:
        check_corners(self.files)
        found = {corner: read_weights(str(path)) for corner, path in self.files.items()}
        sizes = next((w.sizes for w in found.values() if w.sizes is not None), None)
        if sizes is None:
            names = ", ".join(path.name for path in self.files.values())
            raise ConfigError(f"{names}: none records the sizes of its network; use ONNX files")
        networks = {}
        for corner, weights in found.items():
            if weights.sizes not in {None, sizes}:
                raise ConfigError(
                    f"{weights.source}: is of another network than the other corners: "
                    f"it is not one of {describe_sizes(sizes)}"
                )
            network = build_generator(sizes)
            load_all(network, weights)
            networks[corner] = network.folded()
        return Networks(
            corners=networks,
            sizes=sizes,
            calibration=_typical_of(networks),
            credit=self.credit,
            training=self.training,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDial(NetworkSource):
    """A model with a dial that exists already.

    Attributes:
        card: Its card.
        folder: Folder of the files that the card names.
    """

    card: ModelCard
    folder: Path

    @property
    @override
    def name(self) -> str:
        return self.card.id

    @override
    def load(self) -> Networks:
        variant = self.card.variant("fp32")
        if variant is None:
            raise ConfigError(f"{self.card.id}: has no float32 files to make another model of")
        found = {
            Corner(file.restoration, file.fidelity): read_onnx_network(
                check_hash(file, self.folder)
            )
            for file in variant.files
        }
        networks = {corner: network.generator for corner, network in found.items()}
        return Networks(
            corners=networks,
            sizes=next(iter(found.values())).sizes,
            calibration=_typical_of(networks),
            credit=self.card.credit,
            license=self.card.license,
            training=self.card.training,
            limits=self.card.limits,
        )


def check_corners(corners: Mapping[Corner, object]) -> None:
    """Check that these are all corners of one value, or of both.

    Raises:
        ConfigError: If one is missing.
    """
    has = {corner for corner in corners if corner != PLAIN}
    values = [{getattr(corner, axis) for corner in has} for axis in Corner._fields]
    wanted = {Corner(r, f) for r in values[0] for f in values[1]}
    both = [value for value in values if value != {None}]
    if has != wanted or not both or any(value != {0, 1} for value in both):
        given = ", ".join(corner.label for corner in corners) or "none"
        raise ConfigError(
            f"a dial needs a network at each corner: r0f0, r1f0, r0f1 and r1f1, or r0 and r1, "
            f"or f0 and f1; given: {given}"
        )


def _of_run(
    run: Path, *, subnet: Mapping[str, object] | None = None, weights: Path | None = None
) -> Networks:
    recipe = load_recipe(run / "recipe.yaml")
    if isinstance(recipe, QuantizeRecipe):
        raise ConfigError(
            f"{run}: fine-tuned a model for 8 bits; make its int8 files: "
            f"mfagan export int8 {recipe.float_weights} --tuned {run} --benchmark PHOTOS"
        )
    ends = (Corner(0), Corner(1)) if dial_of(recipe) else (PLAIN,)
    found = {
        corner: load_run_network(run, subnet, weights=weights, restoration=corner.restoration)
        for corner in ends
    }
    network = found[ends[0]]
    is_plain = ends == (PLAIN,)
    trained_for: Degradation = "bicubic" if recipe.data.degradation.is_clean else "real"
    return Networks(
        corners={corner: one.generator for corner, one in found.items()},
        sizes=network.sizes,
        kind=trained_kind(recipe) if is_plain else None,
        degradation=trained_for if is_plain else None,
        calibration=_typical_of(found, otherwise=recipe.data.degradation),
        credit=training_credit(recipe),
        training=training_record(RunFolder.open(run), recipe, step=network.step, weights=weights),
    )


def _joined(faithful: Networks, vivid: Networks, *, names: tuple[str, str]) -> Networks:
    """Return a dial whose fidelity leads from ``vivid`` to ``faithful``."""
    if faithful.corners.keys() != vivid.corners.keys():
        raise ConfigError(
            f"{names[0]} and {names[1]}: only one of them has a dial; export two runs of one form"
        )
    if faithful.sizes != vivid.sizes:
        raise ConfigError(
            f"{names[0]} and {names[1]}: weights of different networks cannot be mixed: "
            f"{describe_sizes(faithful.sizes)} and {describe_sizes(vivid.sizes)}"
        )
    both: tuple[tuple[Networks, Literal[0, 1]], ...] = ((faithful, 1), (vivid, 0))
    corners = {
        Corner(corner.restoration, value): network
        for networks, value in both
        for corner, network in networks.corners.items()
    }
    calibration = {
        Corner(corner.restoration, value): recipe
        for networks, value in both
        for corner, recipe in networks.calibration.items()
    }
    # A teacher of either is credited.
    credited = dict.fromkeys((faithful.credit, vivid.credit))
    records = {"faithful": dict(faithful.training), "vivid": dict(vivid.training)}
    minutes = [record["minutes"] for record in records.values()]
    total = sum(value for value in minutes if isinstance(value, int | float))
    return Networks(
        corners=corners,
        sizes=faithful.sizes,
        calibration=calibration,
        credit="; ".join(credited),
        training={"minutes": round(total, 1), **records},
    )


def _typical_of(
    corners: Mapping[Corner, object], otherwise: DegradationRecipe | None = None
) -> dict[Corner, DegradationRecipe]:
    return {
        corner: otherwise if otherwise and corner.restoration is None else calibration_of(corner)
        for corner in corners
    }


def calibration_of(corner: Corner) -> DegradationRecipe:
    """Return the degradation of the photos that the network of ``corner`` is used for."""
    if corner.restoration is None:
        return named_degradation("light")
    return named_degradation(typical_degradation(corner.restoration))
