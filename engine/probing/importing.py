"""Imports a custom ONNX model into the catalog."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.catalog.card import (
    Architecture,
    Cost,
    Kind,
    ModelCard,
    ModelFile,
    ModelId,
    TensorSpec,
    TileHint,
    Variant,
)
from engine.catalog.catalog import Catalog, imported_models_folder
from engine.catalog.installing import clean_model_folder, install_model
from engine.core.atomic_file import make_folder
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, RangeUnsureError
from engine.core.typed_data import prepared
from engine.probing.answers import NetworkFacts, RangeGuess, ValueRange
from engine.probing.process import ProbeResult, probe_network
from engine.probing.ranges import SURE

_UNKNOWN_LICENSE = "unknown: ask its author before you publish results"
_MAX_OVERLAP_PX = 96
_MIN_TILE_PX = 128
_WHOLE_PX = 3072


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """A network to import, and what the user knows about it.

    Attributes:
        path: The ONNX file.
        model_id: Its id; made from the file name by default.
        name: Name to display; the file name by default.
        kind: Whether it is faithful or vivid. That cannot be measured, so an unknown
            network counts as one that may invent detail.
        license: Its license.
        credit: Its author.
        value_range: Input values of black and white; detected by default.
    """

    path: Path
    model_id: str | None = None
    name: str | None = None
    kind: Kind = "vivid"
    license: str | None = None
    credit: str | None = None
    value_range: ValueRange | None = None


def import_model(
    request: ImportRequest,
    catalog: Catalog,
    *,
    folder: Path | None = None,
    token: CancelToken | None = None,
) -> ModelCard:
    """Examine, copy and describe a network; afterwards it is in ``catalog``.

    Args:
        request: The file and what is known about it.
        catalog: The catalog, in which its id must be new.
        folder: Folder to put it in; the folder of imported models by default.
        token: Lets the caller stop it.

    Raises:
        JobCancelled: If ``token`` was cancelled.
        ConfigError: If the requested id is invalid or taken.
        RangeUnsureError: If its value range is uncertain; the user has to name it.
        ModelRefusedError: If it is not a super-resolution network that can be run.
        ModelError: If the file changed in the meantime.
        OutputError: If it cannot be copied.
    """
    target = folder or imported_models_folder()
    if request.model_id is not None:
        _check_id(request.model_id, catalog, target)
    probe = probe_network(request.path, value_range=request.value_range, token=token)
    if request.value_range is None:
        check_sure(request.path, probe.found.guesses)
    make_folder(target)
    clean_model_folder(target)
    model_id = request.model_id or _free_id(request.path.stem, catalog, target)
    card = describe_network(request, probe, model_id=model_id)
    card = install_model(card, {card.files[0].file: request.path}, target)
    catalog.refresh()
    return card


def describe_network(request: ImportRequest, probe: ProbeResult, *, model_id: str) -> ModelCard:
    """Return the card of an imported network."""
    facts, guess = probe.found.facts, probe.found.guesses[0]
    field_px = probe.field.receptive_field_px
    # A wider overlap would leave nothing of usual tiles.
    overlap_px = min((field_px - 1) // 2, _MAX_OVERLAP_PX)
    # A network that depends on the whole picture gets it whole, as far as memory allows.
    usual_px = _MIN_TILE_PX if probe.field.is_exact else _WHOLE_PX
    least_px = max(usual_px, 4 * overlap_px)
    return ModelCard(
        id=model_id,
        name=request.name or request.path.stem,
        version="1",
        scale=facts.scale,
        kind=request.kind,
        license=request.license or _UNKNOWN_LICENSE,
        credit=request.credit or "unknown",
        architecture=Architecture(family="unknown"),
        params=probe.found.cost.params,
        macs=Cost(
            input=f"{probe.found.cost_px}x{probe.found.cost_px}", value=probe.found.cost.macs
        ),
        receptive_field_px=field_px,
        size_multiple=facts.size_multiple,
        min_side_px=facts.min_px,
        field_is_exact=probe.field.is_exact,
        tile=TileHint(overlap_px=overlap_px, best_px=facts.size_rules.fitting_px(least_px)),
        input=_tensor(facts, facts.input_name, guess.input_range),
        output=_tensor(facts, facts.output_name, guess.output_range),
        range_confidence=guess.confidence if request.value_range is None else None,
        variants=(
            Variant(
                precision=facts.precision,
                files=(
                    ModelFile(file=f"{model_id}.onnx", sha256=facts.sha256, bytes=facts.size_bytes),
                ),
            ),
        ),
        limits=_limits(probe),
    )


def check_sure(path: Path, guesses: tuple[RangeGuess, ...]) -> None:
    """Check that the most likely value range of the network in ``path`` is sure enough.

    Raises:
        RangeUnsureError: If it is not; the message names the likely ones.
    """
    if guesses[0].confidence >= SURE:
        return
    likely = ", ".join(
        f"{guess.input_range[0]:g} to {guess.input_range[1]:g}: {guess.confidence:.0%}"
        for guess in guesses[:3]
    )
    raise RangeUnsureError(
        f"{path}: the pixel values of black and white in it are uncertain ({likely}); "
        "name them with --range 0-1, --range 0-255 or --range=-1-1",
        ranges=tuple(dict.fromkeys(guess.input_range for guess in guesses)),
    )


def _tensor(facts: NetworkFacts, name: str, value_range: ValueRange) -> TensorSpec:
    return TensorSpec(name=name, range=value_range, channels=facts.channels, dtype=facts.dtype)


def _limits(probe: ProbeResult) -> tuple[str, ...]:
    limits = ["Imported: its quality was not measured here."]
    if not probe.field.is_exact:
        limits.append(
            "It looks at the whole picture: large photos are cut into tiles, which may differ a "
            "bit."
        )
    if probe.found.facts.scale == 1:
        limits.append("It does not enlarge: it restores a photo at its own size, with --scale 1.")
    return tuple(limits)


def _check_id(model_id: str, catalog: Catalog, folder: Path) -> None:
    try:
        msgspec.convert(model_id, prepared(ModelId))
    except msgspec.ValidationError as error:
        raise ConfigError(
            f"--id {model_id!r}: must be lower-case letters, digits, dots, dashes and underscores"
        ) from error
    if model_id in _taken_ids(catalog, folder):
        raise ConfigError(f"--id {model_id}: is taken; choose another one")


def _taken_ids(catalog: Catalog, folder: Path) -> set[str]:
    return {card.id for card in catalog.list()} | {path.stem for path in folder.glob("*.json")}


def _free_id(stem: str, catalog: Catalog, folder: Path) -> str:
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    # What a file system and a command line take without quotes.
    base = re.sub(r"[^a-z0-9._-]+", "-", plain).strip("._-")[:56] or "model"
    taken = _taken_ids(catalog, folder)
    number = 1
    while (name := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return name
