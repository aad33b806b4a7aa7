"""``mfagan bench web``: time the network of a bundle in a browser."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from engine.bench.chromium import find_chromium
from engine.bench.web_speed import WebSpeedReport, WebSpeedSettings, measure_web_speed
from engine.cli.common_options import JsonOption, ThreadsOption
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.profiling.machine import describe_machine


def web(
    bundle: Annotated[
        Path,
        typer.Argument(metavar="BUNDLE.zip", help="Bundle with the target onnx, maybe onnx-int8."),
    ],
    *,
    size: Annotated[int, typer.Option(min=16, help="Side of the square LR tile in pixels.")] = 256,
    rounds: Annotated[int, typer.Option(min=1, help="Timed runs of each variant.")] = 9,
    threads: ThreadsOption = 0,
    browser: Annotated[
        Path | None,
        typer.Option(help="Chromium, or a browser made of it. Default: the one installed."),
    ] = None,
    runtime: Annotated[
        Path | None,
        typer.Option(
            help="Folder or .tgz file of the npm package onnxruntime-web. Default: the copy in the "
            "cache, which is downloaded once."
        ),
    ] = None,
    is_json: JsonOption = False,
) -> None:
    """Time a tile in Chromium (WebAssembly) against ONNX Runtime on the desktop, in turns.

    Float32 and, if the bundle has it, int8, with one thread and with --threads. The page is that
    of mfagan export web, shown by a server of this computer. Ratios compare runs of the same
    round, so that other load on the machine affects both.

    For example:

        mfagan bench web phone.zip --rounds 15
    """
    output = Output(is_json=is_json)
    settings = WebSpeedSettings(
        bundle=bundle,
        program=find_chromium(browser),
        runtime=runtime,
        side_px=size,
        rounds=rounds,
        threads=threads or describe_machine().physical_cores,
    )
    with cancel_on_interrupt() as token, output.progress() as bars:
        task = bars.add_task("Timing", total=None)
        report = measure_web_speed(
            settings,
            on_download=lambda url: output.note(f"Downloading {url}"),
            progress=lambda done, total: bars.update(task, completed=done, total=total),
            token=token,
        )
    if is_json:
        output.document(dataclasses.asdict(report))
    _print_report(report, output)


def _print_report(report: WebSpeedReport, output: Output) -> None:
    machine = report.machine
    output.text(
        f"{report.model}, tile of {report.side_px}x{report.side_px}, {report.rounds} rounds; "
        f"{machine.processor}, {machine.usable_cores} usable cores, {machine.system}; "
        f"{report.browser} with ONNX Runtime Web {report.runtime}, "
        f"desktop with ONNX Runtime {machine.onnxruntime}"
    )
    rows = [
        (
            one.place,
            one.precision,
            str(one.threads),
            f"{one.median_ms:.0f}",
            f"{one.least_ms:.0f}",
            f"{one.most_ms:.0f}",
            f"{one.times_as_long:.2f}",
        )
        for one in report.variants
    ]
    columns = ("Runs in", "Precision", ">Threads", ">ms", ">least", ">most", ">desktop times")
    output.table(columns, rows)
