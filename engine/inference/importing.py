"""Takes a user's own ONNX network into the catalog."""

from __future__ import annotations

import re
import shutil
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from engine.catalog.card import (
    Architecture,
    Cost,
    Kind,
    ModelCard,
    TensorSpec,
    TileHint,
    Variant,
    hash_file,
    write_card,
)
from engine.catalog.catalog import Catalog, imported_models_folder
from engine.catalog.onnx_inspect import GraphSummary, inspect_onnx
from engine.core.atomic_file import atomic_path, output_error
from engine.core.leftovers import remove_leftovers
from engine.inference.import_probe import ProbeResult, probe_network

_UNKNOWN_LICENCE = "unknown: ask its author before you publish results"
_MAX_OVERLAP_PX = 96
_MIN_TILE_PX = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """A network to import, and what its owner says of it.

    Attributes:
        path: The ONNX file.
        name: The name people see; the file's name by default.
        kind: Whether it keeps to the picture; nobody can measure that here, so
            an unknown network counts as one that paints detail.
        licence: Its terms.
        credit: Who made it.
    """

    path: Path
    name: str | None = None
    kind: Kind = "vivid"
    licence: str | None = None
    credit: str | None = None


def import_model(
    request: ImportRequest, catalog: Catalog, *, folder: Path | None = None
) -> ModelCard:
    """Inspect, try, copy and describe a network; it is in ``catalog`` afterwards.

    Args:
        request: The file and what is known of it.
        catalog: Where its id must be new.
        folder: Where to put it; the folder of imported models by default.

    Raises:
        ModelRefusedError: If it is no super-resolution network that we can run.
        OutputError: If it cannot be copied.
    """
    summary = inspect_onnx(request.path)
    probe = probe_network(request.path, summary)
    target = folder or imported_models_folder()
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(error, target) from error
    remove_leftovers(target)
    card = describe_network(
        request, summary, probe, model_id=_free_id(request.path.stem, catalog, target)
    )
    with atomic_path(target / card.variants[0].file) as part:
        shutil.copyfile(request.path, part)
    # The card comes last: a file without a card is no model.
    write_card(card, target / f"{card.id}.json")
    catalog.refresh()
    return card


def describe_network(
    request: ImportRequest, summary: GraphSummary, probe: ProbeResult, *, model_id: str
) -> ModelCard:
    """Return the card of an imported network."""
    overlap_px = min((probe.receptive_field_px - 1) // 2, _MAX_OVERLAP_PX)
    multiple = summary.size_multiple
    return ModelCard(
        id=model_id,
        name=request.name or request.path.stem,
        version="1",
        scale=summary.scale,
        kind=request.kind,
        licence=request.licence or _UNKNOWN_LICENCE,
        credit=request.credit or "unknown",
        architecture=Architecture(family="unknown"),
        params=summary.params,
        macs=Cost(input=f"{summary.cost_px}x{summary.cost_px}", value=summary.macs),
        receptive_field_px=probe.receptive_field_px,
        size_multiple=multiple,
        tile=TileHint(
            overlap_px=overlap_px,
            best_px=-(-max(_MIN_TILE_PX, 4 * overlap_px) // multiple) * multiple,
        ),
        input=_tensor(summary, summary.input_name, probe.input_range),
        output=_tensor(summary, summary.output_name, probe.output_range),
        variants=(
            Variant(
                precision=summary.precision,
                file=f"{model_id}.onnx",
                sha256=hash_file(request.path),
                bytes=request.path.stat().st_size,
            ),
        ),
        limits=_limits(probe),
    )


def _tensor(summary: GraphSummary, name: str, value_range: tuple[float, float]) -> TensorSpec:
    return TensorSpec(name=name, range=value_range, channels=summary.channels, dtype=summary.dtype)


def _limits(probe: ProbeResult) -> tuple[str, ...]:
    limits = ["Imported: its quality was not measured here."]
    if not probe.is_field_exact:
        limits.append("It looks at more of the picture than a tile holds; tiles may differ a bit.")
    return tuple(limits)


def _free_id(stem: str, catalog: Catalog, folder: Path) -> str:
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9._-]+", "-", plain).strip("._-")[:56] or "model"
    taken = {card.id for card in catalog.list()} | {path.stem for path in folder.glob("*.json")}
    number = 1
    while (name := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return name
