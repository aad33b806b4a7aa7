"""Where the network of a bundle comes from: a model of the catalog, or a training run.

A model with a dial becomes the plain network at one point: phones run one network, and a dial
of four files would have to be mixed there.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from onnx import ModelProto, numpy_helper

from engine.catalog.card import Kind, ModelCard, ModelFile, Precision, Variant
from engine.catalog.card_file import read_card
from engine.catalog.catalog import Catalog
from engine.catalog.model_file import check_hash
from engine.config.degradation import named_degradation
from engine.core.errors import (
    ConfigError,
    MissingExtraError,
    ModelRefusedError,
    UnknownNameError,
)
from engine.export.calibration import calibration_patches, typical_degradation
from engine.export.targets.plain_network import Patch, PlainNetwork, with_unit_range
from engine.inference.network.dial import DialPoint, corner_shares, mix_networks
from engine.probing.onnx_model import read_model
from engine.runs.find_run import open_run

TYPICAL_RESTORATION = 0.5
"""Restoration of a plain network unless another is chosen: that of lightly degraded photos, as
phones make them (docs/decisions/0018-restoration-dial.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleSource:
    """What to export.

    Attributes:
        name: Id of a model, its card file, or a run: its folder, name or a unique part of the
            name.
        restoration: Restoration of a dial; None for `TYPICAL_RESTORATION`.
        fidelity: Fidelity of a dial; None for the default of the model.
        calibration: Folder of HR photos that int8 files are calibrated with.
    """

    name: str
    restoration: float | None = None
    fidelity: float | None = None
    calibration: Path | None = None


def load_network(source: BundleSource, *, runs: Path) -> PlainNetwork:
    """Load the plain network of ``source``.

    Raises:
        ConfigError: If there is no such model or run, or a value of the dial does not apply.
        ModelRefusedError: If a file is not a network, or one that is never run.
        BadCardError: If a file is missing or is not the one on the card.
        MissingExtraError: If a run is named and torch is not installed.
        InferenceError: If the files of a dial cannot be mixed.
    """
    catalog = Catalog.open_default()
    alias = catalog.alias(source.name)
    name = source.name if alias is None else alias.model_id
    if any(entry.card.id == name for entry in catalog.entries()):
        entry = catalog.entry(name)
        return _of_card(entry.card, entry.folder, source)
    # A network that a search has found has a card and is in no catalog.
    if name.endswith(".json") and Path(name).is_file():
        return _of_card(read_card(Path(name)), Path(name).parent, source)
    try:
        run = open_run(source.name, runs).path
    except UnknownNameError as error:
        raise UnknownNameError(
            f"{source.name}: there is no such model or run; mfagan models and mfagan runs list them"
        ) from error
    with tempfile.TemporaryDirectory(prefix="mfagan-export-") as scratch:
        card = _publish_run(run, Path(scratch))
        return _of_card(card, Path(scratch), source)


def _publish_run(run: Path, folder: Path) -> ModelCard:
    try:
        from engine.export.network_sources import RunSource  # noqa: PLC0415 - torch loads long
        from engine.export.publish import PublishRequest, publish_model  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            f'{run}: the network of a run needs torch: pip install "mfagan-studio[train]"'
        ) from error
    request = PublishRequest(source=RunSource(run=run), folder=folder, name="", version="1")
    publish_model(request)
    return read_card(folder / f"{request.model_id}.json")


def _of_card(card: ModelCard, folder: Path, source: BundleSource) -> PlainNetwork:
    point = _point(card, source)
    contents: dict[Precision, bytes] = {}
    for variant in card.variants:
        paths = [check_hash(file, folder) for file in variant.files]
        parts = [_checked_network(path) for path in paths]
        if point is None:
            contents[variant.precision] = parts[0]
        else:
            shares = corner_shares(variant.files, point)
            contents[variant.precision] = mix_networks(parts, shares)
    if "fp32" not in contents:
        raise ConfigError(f"{card.id}: has no float32 file, which all targets are made of")
    full = with_unit_range(contents["fp32"], card)
    small = contents.get("int8")
    plain = _plain_card(card, point, full)
    return PlainNetwork(
        card=plain,
        content=full,
        int8=None if small is None else with_unit_range(small, card),
        patches=_patches(card, source.calibration, point),
    )


def _checked_network(path: Path) -> bytes:
    """Return a network after refusing what is never run, and weights that are not numbers.

    Raises:
        ModelRefusedError: If it is refused; with the reason.
    """
    content = path.read_bytes()
    try:
        broken = _not_numbers(read_model(content))
    except (ModelRefusedError, ValueError) as error:
        raise ModelRefusedError(f"{path}: {error}") from error
    if broken is not None:
        raise ModelRefusedError(
            f"{path}: its weights {broken} hold values that are not numbers; export it anew"
        )
    return content


def _not_numbers(model: ModelProto) -> str | None:
    """Return which weights hold infinite values or none, None if all are numbers."""
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            return str(tensor.name)
    return None


def _point(card: ModelCard, source: BundleSource) -> DialPoint | None:
    given = source.restoration is not None or source.fidelity is not None
    if card.dial is None:
        if given:
            raise ConfigError(f"{card.id}: is a plain network; it has no restoration or fidelity")
        return None
    restoration = TYPICAL_RESTORATION if source.restoration is None else source.restoration
    fidelity = card.dial.default_fidelity if source.fidelity is None else source.fidelity
    return DialPoint(
        restoration=restoration if card.has_restoration else 0.0,
        fidelity=fidelity if card.has_fidelity else 0.0,
    )


def _plain_card(card: ModelCard, point: DialPoint | None, content: bytes) -> ModelCard:
    """Return the card of the plain network: as ``card``, without dial."""
    file = ModelFile(file=f"{card.id}-fp32.onnx", sha256="0" * 64, bytes=len(content))
    kind: Kind | None = card.kind
    training = dict(card.training)
    if point is not None:
        kind = "vivid" if point.fidelity < 0.5 else "faithful"
        training["fixed_at"] = {"restoration": point.restoration, "fidelity": point.fidelity}
    return msgspec.structs.replace(
        card,
        kind=kind,
        dial=None,
        degradation=card.degradation if point is None else "real",
        is_default=False,
        # The contract of all exported files, whatever the model had.
        input=msgspec.structs.replace(card.input, name="lr", range=(0.0, 1.0)),
        output=msgspec.structs.replace(card.output, name="sr", range=(0.0, 1.0)),
        variants=(Variant(precision="fp32", files=(file,)),),
        training=training,
    )


def _patches(card: ModelCard, folder: Path | None, point: DialPoint | None) -> tuple[Patch, ...]:
    """Return calibration patches, degraded as the photos that the point is for."""
    if folder is None:
        return ()
    name = typical_degradation(0.0 if point is None else point.restoration)
    try:
        found = calibration_patches(folder, scale=card.scale, degradation=named_degradation(name))
    except MissingExtraError:
        # Without torch photos cannot be degraded; clean ones still give real ranges.
        clean = named_degradation("clean")
        found = calibration_patches(folder, scale=card.scale, degradation=clean)
    return tuple(found)
