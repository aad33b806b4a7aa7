"""``mfagan bench int8``: what 8 bits lose, and where in the network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from engine.cli.common_options import JsonOption, RunsOption
from engine.cli.export_options import (
    FidelityOption,
    MeasuringThreadsOption,
    ModelArgument,
    RestorationOption,
)
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.core.units import format_bytes
from engine.runs.location import runs_folder

if TYPE_CHECKING:
    from rich.progress import Progress

    from engine.bench.int8_layers import EndsLoss, LayerLoss
    from engine.bench.int8_methods import Int8Bench, MethodLoss


def int8(
    model: ModelArgument,
    *,
    calibrate: Annotated[
        Path, typer.Option(help="Folder of HR photos to calibrate int8 files with.")
    ],
    benchmark: Annotated[
        list[Path],
        typer.Option(
            "--benchmark",
            help="Folder of HR photos to compare int8 with float32 on. Repeatable; of several "
            "the worst counts.",
        ),
    ],
    restoration: RestorationOption = None,
    fidelity: FidelityOption = None,
    has_layers: Annotated[
        bool,
        typer.Option(
            "--layers",
            help="Also measure each convolution alone in int8, and loss and speed with the ends "
            "of the network in int8 or float32.",
        ),
    ] = False,
    threads: MeasuringThreadsOption = 0,
    rounds: Annotated[
        int, typer.Option(min=1, help="Timed runs of each file, with --layers.")
    ] = 21,
    runs: RunsOption = None,
    is_json: JsonOption = False,
) -> None:
    """Measure what an int8 network loses against float32, by method of calibration and by layer.

    A model with a dial is fixed at --restoration and --fidelity. Photos of the
    benchmark and of the calibration are degraded as photos mostly are at that
    restoration. Differences are those between the pictures of int8 and float32.

    For example:

        mfagan bench int8 mfa-s-x4 --calibrate photos/ --benchmark bench/set14

        mfagan bench int8 mfa-s-x4 --calibrate photos/ --benchmark bench/set14
        --restoration 0 --fidelity 1 --layers
    """
    from engine.bench.int8_layers import measure_ends, measure_layers  # noqa: PLC0415 - onnx
    from engine.bench.int8_methods import compare_methods, open_int8_bench  # noqa: PLC0415
    from engine.export.bundle.source import BundleSource  # noqa: PLC0415 - onnx loads long

    output = Output(is_json=is_json)
    source = BundleSource(
        name=model, restoration=restoration, fidelity=fidelity, calibration=calibrate
    )
    with cancel_on_interrupt() as token, output.progress() as bars:
        bench = open_int8_bench(
            source,
            tuple(benchmark),
            runs=runs or runs_folder(),
            threads=threads,
            token=token,
            progress=_Shown(bars),
        )
        methods = compare_methods(bench)
        layers = measure_layers(bench) if has_layers else []
        ends = measure_ends(bench, rounds=rounds) if has_layers else []
    if is_json:
        output.document(
            {
                **_conditions(bench),
                "methods": msgspec.to_builtins(methods),
                "layers": msgspec.to_builtins(layers),
                "ends": msgspec.to_builtins(ends),
            }
        )
    _print_methods(methods, bench, output)
    if has_layers:
        _print_layers(layers, output)
        _print_ends(ends, bench, output, rounds=rounds)


class _Shown:
    """A progress bar that says what is measured."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._task = bars.add_task("")

    def __call__(self, what: str, done: int, total: int) -> None:
        self._bars.update(self._task, description=what, completed=done, total=total)


def _conditions(bench: Int8Bench) -> dict[str, object]:
    network = bench.network
    return {
        "model": network.card.id,
        "fixed_at": network.card.training.get("fixed_at"),
        "degradation": bench.downsampling.name,
        "benchmarks": [folder.resolve().name for folder in bench.benchmarks],
        "calibration_patches": len(network.patches),
        "threads": bench.threads,
        "fp32_bytes": len(network.content),
    }


def _print_methods(methods: Sequence[MethodLoss], bench: Int8Bench, output: Output) -> None:
    rows = [
        [
            "files of the model" if one.method == "model" else one.method,
            *_loss_cells(one),
            format_bytes(one.bytes),
        ]
        for one in methods
    ]
    output.table(["Ranges", *_LOSS_TITLES, ">size"], rows)
    found = _conditions(bench)
    at = found["fixed_at"]
    point = (
        ", ".join(f"{key} {value:g}" for key, value in at.items()) if isinstance(at, dict) else ""
    )
    names = ", ".join(folder.resolve().name for folder in bench.benchmarks)
    output.text(
        f"{bench.network.card.id}{f' at {point}' if point else ''}, on {names}, degradation "
        f"{bench.downsampling.name}; calibrated with {len(bench.network.patches)} photos; "
        f"float32 has {format_bytes(len(bench.network.content))}"
    )
    output.text(
        "loss: Y-PSNR in dB; difference: mean absolute difference of the pictures from those of "
        "float32, in 8-bit levels; smooth: the same in smooth areas, such as sky and walls."
    )


def _print_layers(layers: Sequence[LayerLoss], output: Output) -> None:
    rows = [
        [
            one.layer,
            f"{one.macs_share:.1%}",
            f"{one.difference_levels:.3f}",
            "int8" if one.is_int8 else "float32",
        ]
        for one in layers
    ]
    output.text()
    output.table(["Layer", ">MACs", ">difference", "in int8 files"], rows)
    output.text(
        "Each convolution alone in int8, its input, weight and result rounded. MACs: its share of "
        "the multiply-accumulates."
    )


def _print_ends(ends: Sequence[EndsLoss], bench: Int8Bench, output: Output, *, rounds: int) -> None:
    rows = [
        [
            ", ".join(one.layers) or "neither",
            *_loss_cells(one),
            f"{one.int8_macs_share:.1%}",
            format_bytes(one.bytes),
            f"{one.times_as_fast:.2f}",
        ]
        for one in ends
    ]
    output.text()
    output.table(["End in float32", *_LOSS_TITLES, ">int8 MACs", ">size", ">speed"], rows)
    side_px = bench.network.card.tile.best_px
    output.text(
        f"speed: times as fast as float32, median of {rounds} interleaved runs of {side_px}x"
        f"{side_px} px. The tail is in float32 in every file."
    )


_LOSS_TITLES = (">loss", ">difference", ">smooth")


def _loss_cells(one: MethodLoss | EndsLoss) -> list[str]:
    return [
        f"{one.loss_db:.3f}",
        f"{one.difference_levels:.2f}",
        f"{one.smooth_difference_levels:.2f}",
    ]
