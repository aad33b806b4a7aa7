"""``mfagan models``: list, show, import and remove models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec
import typer

from engine.catalog.card import Degradation, Kind, ModelCard, Variant
from engine.catalog.catalog import Catalog, CatalogEntry
from engine.cli.command_app import make_app
from engine.cli.common_options import JsonOption
from engine.cli.output import Output
from engine.core.units import format_bytes
from engine.probing.answers import ValueRange
from engine.probing.importing import ImportRequest, import_model
from engine.probing.ranges import BYTE, SIGNED, UNIT

app = make_app(runs_alone=True)

# Degradations on cards, in the words of a photographer.
_PHOTOS: dict[Degradation, str] = {"bicubic": "clean", "real": "real"}

RangeName: TypeAlias = Literal["0-1", "0-255", "-1-1"]
_RANGES: dict[RangeName, ValueRange] = {"0-1": UNIT, "0-255": BYTE, "-1-1": SIGNED}

ModelArgument: TypeAlias = Annotated[
    str, typer.Argument(metavar="MODEL", help="Id of a model, as listed by `mfagan models`.")
]


@app.callback()
def models(context: typer.Context, *, is_json: JsonOption = False) -> None:
    """List, show, import and remove models.

    For example:

        mfagan models

        mfagan models show mfa-s-x4

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
    model_id: ModelArgument,
    *,
    is_json: JsonOption = False,
) -> None:
    """Show the card of a model: origin, license, cost, measured quality, limitations."""
    output = Output(is_json=is_json)
    catalog = Catalog.open_default()
    alias = catalog.alias(model_id)
    if alias is not None:
        output.note(alias.note)
    entry = catalog.entry(model_id if alias is None else alias.model_id)
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
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="ONNX network, with its weights in the file.")
    ],
    *,
    model_id: Annotated[
        str | None, typer.Option("--id", help="Id of the model. Default: from the file name.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Name to display. Default: the file name.")
    ] = None,
    kind: Annotated[
        Kind,
        typer.Option(help="faithful: trained for least error; vivid: may invent plausible detail."),
    ] = "vivid",
    license_terms: Annotated[
        str | None, typer.Option("--license", help="License of the network, such as MIT.")
    ] = None,
    # The British spelling that earlier versions took.
    old_license_terms: Annotated[str | None, typer.Option("--licence", hidden=True)] = None,
    credit: Annotated[str | None, typer.Option(help="Author of the network.")] = None,
    values: Annotated[
        RangeName | None,
        typer.Option(
            "--range",
            help="Pixel values of black and white in the network. Default: detected.",
        ),
    ] = None,
    is_json: JsonOption = False,
) -> None:
    """Import a custom ONNX model.

    The file is examined in a separate process with limited memory and time,
    which detects scale, channels, input sizes, value range and receptive field.
    Only standard ONNX operations are executed. A network that cannot be used is
    refused with the reason. If the value range cannot be detected with
    certainty, name it with --range.
    """
    request = ImportRequest(
        path=file,
        model_id=model_id,
        name=name,
        kind=kind,
        license=license_terms or old_license_terms,
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
    model_id: ModelArgument,
    *,
    is_json: JsonOption = False,
) -> None:
    """Remove an imported model and its files; files of other models are kept."""
    kept = Catalog.open_default().remove(model_id)
    output = Output(is_json=is_json)
    output.event("removed", id=model_id, kept=list(kept))
    output.text(f"Removed {model_id}")
    for path in kept:
        output.note(f"Kept {path}: it may belong to something else")


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
            entry.card.kind or "dial",
            _photos(entry.card, otherwise="-"),
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
        f"x{card.scale}, {card.kind or _dial(card)}, {colors}, values {low:g} to {high:g}{sure}, "
        f"receptive field {card.receptive_field_px} px{'' if card.field_is_exact else ' and more'}"
    )


def _dial(card: ModelCard) -> str:
    names = ["restoration"] * card.has_restoration + ["fidelity"] * card.has_fidelity
    return f"dial for {' and '.join(names)}"


def _photos(card: ModelCard, *, otherwise: str) -> str:
    if card.has_restoration:
        return "all"
    return otherwise if card.degradation is None else _PHOTOS[card.degradation]


def _size(variant: Variant) -> str:
    size = format_bytes(sum(file.bytes for file in variant.files))
    count = len(variant.files)
    return size if count == 1 else f"{count} files, {size}"


def _usage(card: ModelCard) -> str:
    if card.scale == 1:
        return f"It restores photos at their own size: --model {card.id} --scale 1"
    return f"Use it with --model {card.id}"


def _facts(entry: CatalogEntry) -> list[tuple[str, str]]:
    card = entry.card
    variants = ", ".join(f"{v.precision} ({_size(v)}, -{v.loss_db:.3f} dB)" for v in card.variants)
    return [
        ("Model", f"{card.id}, {card.name} {card.version}"),
        ("Nature", _nature(card)),
        ("Photos", _photos(card, otherwise="not known")),
        ("Built as", f"{card.architecture.family} {card.architecture.config or ''}".strip()),
        ("Cost", f"{card.params:,} params, {card.macs.value / 1e9:.2f} GMAC at {card.macs.input}"),
        ("Sizes", f"sides from {card.min_side_px} px, multiples of {card.size_multiple} px"),
        ("Variants", variants),
        ("Origin", f"{entry.origin.value}, {entry.folder}"),
        ("License", card.license),
        ("Credit", card.credit),
    ]
