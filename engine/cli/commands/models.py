"""``mfagan models``."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.catalog.card import ModelCard
from engine.catalog.catalog import Catalog, CatalogEntry
from engine.cli.output import Output
from engine.core.units import format_bytes
from engine.probing.importing import ImportRequest, import_model
from engine.probing.ranges import BYTE, SIGNED, UNIT

app = typer.Typer(rich_markup_mode="rich", invoke_without_command=True)

_PHOTOS: dict[str | None, str] = {"bicubic": "clean", "real": "real"}

JsonOption = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]


class KindChoice(Enum):
    """What ``--kind`` takes."""

    FAITHFUL = "faithful"
    VIVID = "vivid"


class RangeChoice(Enum):
    """What ``--range`` takes."""

    UNIT = "0-1"
    BYTE = "0-255"
    SIGNED = "-1-1"


_RANGES = {RangeChoice.UNIT: UNIT, RangeChoice.BYTE: BYTE, RangeChoice.SIGNED: SIGNED}


@app.callback()
def models(context: typer.Context, *, is_json: JsonOption = False) -> None:
    """List, show, import and remove models.

    For example:

        mfagan models

        mfagan models show mfa-s-x4-classic

        mfagan models import my-network.onnx --license MIT --credit "me"
    """
    if context.invoked_subcommand is None:
        _list(Output(is_json=is_json))


@app.command("list")
def list_models(*, is_json: JsonOption = False) -> None:
    """List the models of this installation."""
    _list(Output(is_json=is_json))


@app.command("show")
def show_model(
    model_id: Annotated[str, typer.Argument(metavar="MODEL", help="Id of a model.")],
    *,
    is_json: JsonOption = False,
) -> None:
    """Show the card of one model: origin, license, cost, measured quality, limits."""
    output = Output(is_json=is_json)
    entry = Catalog.open_default().entry(model_id)
    if is_json:
        output.document(_described(entry))
    for label, value in _facts(entry):
        output.text(f"{label:<14} {value}")
    for figure in entry.card.quality:
        output.text(
            f"{'Measured':<14} {figure.set} {figure.metric} {figure.value:.4g} "
            f"({figure.date}: {figure.command})"
        )
    for limit in entry.card.limits:
        output.text(f"{'Limit':<14} {limit}")


@app.command("import")
def import_network(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A single-file ONNX network.")],
    *,
    model_id: Annotated[
        str | None, typer.Option("--id", help="Its id. Default: made of the file's name.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name to show. Default: the file's.")] = None,
    kind: Annotated[
        KindChoice, typer.Option(help="Whether it keeps to the photo or paints detail.")
    ] = KindChoice.VIVID,
    terms: Annotated[
        str | None, typer.Option("--license", "--licence", help="Its license.")
    ] = None,
    credit: Annotated[str | None, typer.Option(help="Who made it.")] = None,
    values: Annotated[
        RangeChoice | None,
        typer.Option("--range", help="What black and white are in it. Default: found by trying."),
    ] = None,
    is_json: JsonOption = False,
) -> None:
    """Take a network of your own into the catalog.

    The file is inspected and tried in a process of its own with little memory
    and time: scale, channels, sizes, value range and receptive field are found,
    nothing in it is executed but standard ONNX operations. What does not fit is
    refused with the reason. Where the value range cannot be told for sure, say
    it with --range.
    """
    request = ImportRequest(
        path=file,
        model_id=model_id,
        name=name,
        kind=kind.value,
        license=terms,
        credit=credit,
        value_range=None if values is None else _RANGES[values],
    )
    output = Output(is_json=is_json)
    catalog = Catalog.open_default()
    card = import_model(request, catalog)
    if is_json:
        output.document(_described(catalog.entry(card.id)))
    output.text(f"Imported as {card.id}: {_nature(card)}. {_usage(card)}")


@app.command("remove")
def remove_model(
    model_id: Annotated[str, typer.Argument(metavar="MODEL", help="Id of an imported model.")],
    *,
    is_json: JsonOption = False,
) -> None:
    """Remove an imported model and its files; those of other models stay."""
    kept = Catalog.open_default().remove(model_id)
    output = Output(is_json=is_json)
    output.event("removed", id=model_id, kept=list(kept))
    output.text(f"Removed {model_id}")
    for path in kept:
        output.note(f"Kept {path}: it is not known to be this model's own")


def _list(output: Output) -> None:
    catalog = Catalog.open_default()
    if output.is_json:
        output.document(
            {
                "models": [_described(entry) for entry in catalog.entries()],
                "broken": [{"path": b.path, "text": b.reason} for b in catalog.broken],
            }
        )
    rows = [
        (
            entry.card.id,
            f"x{entry.card.scale}",
            entry.card.kind,
            _PHOTOS.get(entry.card.degradation, "-"),
            f"{entry.card.params / 1e3:,.0f} K",
            f"{entry.card.macs.value / 1e9:.2f}",
            entry.origin.value,
        )
        for entry in catalog.entries()
    ]
    columns = ("Model", "Scale", "Kind", "Photos", ">Params", ">GMAC", "Origin")
    output.table(columns, rows)
    for broken in catalog.broken:
        output.note(f"Left out: {broken.reason}")


def _described(entry: CatalogEntry) -> dict[str, object]:
    card: dict[str, object] = msgspec.to_builtins(entry.card)
    return {**card, "origin": entry.origin.value, "folder": str(entry.folder)}


def _nature(card: ModelCard) -> str:
    colors = "gray" if card.input.channels == 1 else "RGB"
    low, high = card.input.range
    sure = "" if card.range_confidence is None else f" ({card.range_confidence:.0%} sure)"
    return (
        f"x{card.scale}, {card.kind}, {colors}, values {low:g} to {high:g}{sure}, "
        f"receptive field {card.receptive_field_px} px{'' if card.field_is_exact else ' and more'}"
    )


def _usage(card: ModelCard) -> str:
    if card.scale == 1:
        return f"It restores photos at their own size: --model {card.id} --scale 1"
    return f"Use it with --model {card.id}"


def _facts(entry: CatalogEntry) -> list[tuple[str, str]]:
    card = entry.card
    variants = ", ".join(
        f"{v.precision} ({format_bytes(v.bytes)}, -{v.loss_db:.3f} dB)" for v in card.variants
    )
    return [
        ("Model", f"{card.id}, {card.name} {card.version}"),
        ("Nature", _nature(card)),
        ("Photos", _PHOTOS.get(card.degradation, "not known")),
        ("Twin", card.twin or "none"),
        ("Built as", f"{card.architecture.family} {card.architecture.config or ''}".strip()),
        ("Cost", f"{card.params:,} params, {card.macs.value / 1e9:.2f} GMAC at {card.macs.input}"),
        ("Sizes", f"sides from {card.min_side_px} px, multiples of {card.size_multiple} px"),
        ("Variants", variants),
        ("Origin", f"{entry.origin.value}, {entry.folder}"),
        ("License", card.license),
        ("Credit", card.credit),
    ]
