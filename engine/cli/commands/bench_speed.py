"""``mfagan bench speed``: time networks against each other."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from engine.catalog.catalog import Catalog, Origin
from engine.cli.common_options import JsonOption, ThreadsOption
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.cli.profile_targets import open_target
from engine.core.errors import ConfigError, MissingExtraError
from engine.profiling.speed import SpeedReport, SpeedSettings, TimedNetwork, measure_speed

_PEERS_FILE = "peers.json"
_RRDB_NAME = "rrdb-23"


def speed(
    *,
    peers: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Folder of ONNX files to compare the models with."),
    ] = None,
    size: Annotated[int, typer.Option(min=16, help="Side of the square LR input in pixels.")] = 256,
    rounds: Annotated[int, typer.Option(min=1, help="Timed runs of each network.")] = 20,
    has_rrdb: Annotated[
        bool | None,
        typer.Option(
            "--rrdb/--no-rrdb",
            help="Also time RRDB-23, the generator of ESRGAN, as a reference. Default: if torch "
            "is installed.",
        ),
    ] = None,
    has_memory: Annotated[
        bool,
        typer.Option(
            "--memory/--no-memory",
            help="Measure peak memory, in a separate process per network.",
        ),
    ] = True,
    threads: ThreadsOption = 0,
    is_json: JsonOption = False,
) -> None:
    """Time the shipped models, other networks and a reference on the CPU, in turns.

    The networks run one after the other, A B C, A B C, in the same runtime with
    the same settings, so that other load on the machine affects all alike.
    GFLOP/s counts two operations per multiply-accumulate; its share is relative
    to the fastest matrix product of NumPy on this machine.

    For example:

        mfagan bench speed --rounds 5 --no-rrdb

        mfagan bench speed --peers networks/ --json > speed.json
    """
    output = Output(is_json=is_json)
    settings = SpeedSettings(
        side_px=size, rounds=rounds, thread_count=threads, has_memory=has_memory
    )
    with (
        tempfile.TemporaryDirectory(prefix="mfagan-") as scratch,
        cancel_on_interrupt() as token,
        output.progress() as bars,
    ):
        networks = [*_ours(), *(_peers(peers) if peers else [])]
        if _has_reference(output, is_asked=has_rrdb):
            networks.append(_reference(Path(scratch), side_px=size))
        task = bars.add_task("Timing", total=len(networks) * rounds)
        report = measure_speed(
            networks,
            settings,
            progress=lambda done, _total: bars.update(task, completed=done),
            token=token,
        )
    if is_json:
        output.document(dataclasses.asdict(report))
    _print_report(report, output)


def _ours() -> list[TimedNetwork]:
    catalog = Catalog.open_default()
    shipped = [entry for entry in catalog.entries() if entry.origin is Origin.SHIPPED]
    if not shipped:
        raise ConfigError("No model is shipped with this installation; see 'mfagan doctor'")
    return [
        TimedNetwork(
            name=entry.card.id
            if variant.precision == "fp32"
            else (f"{entry.card.id} {variant.precision}"),
            # The corners of a dial, and all points between them, are of one graph.
            path=catalog.path(entry.card, variant.files[0]),
            group="ours",
            precision=variant.precision,
        )
        for entry in shipped
        # Each precision on its own: int8 is not faster on every CPU.
        for variant in entry.card.variants
    ]


def _has_reference(output: Output, *, is_asked: bool | None) -> bool:
    """Return whether RRDB-23 is timed: if requested, or by default where it can be built."""
    if is_asked is False:
        return False
    if importlib.util.find_spec("torch") is not None:
        return True
    way_out = f'{_RRDB_NAME} is built by torch: pip install "mfagan-studio[train]"'
    if is_asked:
        raise MissingExtraError(f"{way_out}, or leave it out with --no-rrdb")
    output.note(f"Left out: {way_out}")
    return False


def _reference(folder: Path, *, side_px: int) -> TimedNetwork:
    # Random weights: speed and memory do not depend on them.
    target = open_target("rrdbnet", {}, height_px=side_px, width_px=side_px, folder=folder)
    assert target.path is not None
    return TimedNetwork(name=_RRDB_NAME, path=target.path, group="reference")


def _peers(folder: Path) -> list[TimedNetwork]:
    # A table beside the files may give them names for people.
    names = _peer_names(folder)
    files = sorted(folder.glob("*.onnx"))
    if not files:
        raise ConfigError(f"{folder}: no ONNX file is there")
    return [
        TimedNetwork(name=names.get(file.name, file.stem), path=file, group="peer")
        for file in files
    ]


def _peer_names(folder: Path) -> dict[str, str]:
    table = folder / _PEERS_FILE
    if not table.exists():
        return {}
    try:
        networks = json.loads(table.read_text(encoding="utf-8"))["networks"]
        return {network["file"]: network["name"] for network in networks}
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{table}: no list of networks with file and name") from error


def _print_report(report: SpeedReport, output: Output) -> None:
    output.text(
        f"{report.machine.processor}, {report.machine.physical_cores} cores; "
        f"matrix product peak {report.peak_gflops:.0f} GFLOP/s; input {report.input}, "
        f"{report.rounds} rounds, ONNX Runtime {report.machine.onnxruntime}"
    )
    rows = [
        (
            network.name,
            f"{network.gmac:.2f}",
            f"{network.latency_ms:.1f}",
            f"{network.latency_p95_ms:.1f}",
            f"{network.megapixels_per_s:.2f}",
            f"{network.gflops:.0f}",
            f"{network.peak_share:.0%}",
            "-" if network.peak_rss_mb is None else f"{network.peak_rss_mb:.0f}",
        )
        for network in report.networks
    ]
    columns = ("Network", ">GMAC", ">ms", ">p95", ">MP/s", ">GFLOP/s", ">of fp32 peak", ">MB")
    output.table(columns, rows)
    for ours, factors in report.times_faster.items():
        listed = ", ".join(f"{name} {factor:.1f}" for name, factor in factors.items())
        if listed:
            output.text(f"{ours} is this many times faster than: {listed} (same input)")
