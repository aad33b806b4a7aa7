"""``mfagan export web``: a page that enlarges photos in a browser, from a bundle or a model."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.common_options import JsonLinesOption, RunsOption
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.core.units import format_bytes
from engine.export.bundle.making import BundleRequest, make_bundle, target_states
from engine.export.bundle.source import BundleSource, load_network
from engine.export.targets.target_list import target_entries
from engine.export.web.demo import DemoRequest, check_output, is_single_file, make_demo
from engine.runs.location import runs_folder

_TARGETS = "onnx,onnx-int8"


def web(
    source: Annotated[
        str,
        typer.Argument(metavar="BUNDLE.zip|MODEL", help="A bundle, or a model or run to export."),
    ],
    *,
    out: Annotated[
        Path,
        typer.Option(
            metavar="FOLDER|PAGE.html", help="A folder for a web server, or one HTML file."
        ),
    ],
    restoration: Annotated[
        float | None,
        typer.Option(
            help="Restoration to fix a dial at. Default: 0.5, as in bundles.", min=0, max=1
        ),
    ] = None,
    fidelity: Annotated[
        float | None,
        typer.Option(help="Fidelity to fix a dial at. Default: that of the model.", min=0, max=1),
    ] = None,
    runtime: Annotated[
        Path | None,
        typer.Option(
            help="Folder or .tgz file of the npm package onnxruntime-web 1.30.0. Default: the copy "
            "in the cache, which is downloaded once from registry.npmjs.org (33 MB)."
        ),
    ] = None,
    has_webgpu: Annotated[
        bool,
        typer.Option(
            "--webgpu/--no-webgpu",
            help="Let the page use the GPU where the browser can: 27 MB more in a folder, 9 MB in "
            "one file.",
        ),
    ] = True,
    may_replace: Annotated[
        bool, typer.Option("--replace", help="Replace the files of an earlier demo.")
    ] = False,
    runs: RunsOption = None,
    is_json: JsonLinesOption = False,
) -> None:
    """Make a page that enlarges photos in a browser, with the network of a bundle or a model.

    Photos stay in the browser: the page connects to no other host. A folder is for a web server,
    and python serve.py in it shows it on this computer. One HTML file opens by a double click; it
    runs on one thread of the CPU, because browsers allow threads only to pages of a server.

    For example:

        mfagan export web phone.zip --out demo.html

        mfagan export web mfa-s-x4 --out demo/
    """
    output = Output(is_json=is_json)
    check_output(out, may_replace=may_replace)
    with tempfile.TemporaryDirectory(prefix="mfagan-") as scratch:
        bundle = Path(source)
        if bundle.suffix.lower() != ".zip":
            chosen = BundleSource(name=source, restoration=restoration, fidelity=fidelity)
            bundle = Path(scratch) / "bundle.zip"
            _export(chosen, bundle, runs or runs_folder(), output)
        elif restoration is not None or fidelity is not None:
            raise typer.BadParameter("the dial of a bundle is fixed already")
        request = DemoRequest(
            bundle=bundle,
            out=out,
            runtime=runtime,
            has_webgpu=has_webgpu,
            may_replace=may_replace,
        )
        page = make_demo(request, on_download=_tell_download(output))
    output.event("finished", path=str(page))
    if is_single_file(out):
        output.text(f"Written: {page} ({format_bytes(page.stat().st_size)})")
    else:
        output.text(f"Written: {page}; python {out / 'serve.py'} shows it")


def _export(source: BundleSource, bundle: Path, runs: Path, output: Output) -> None:
    """Export what a page needs of a model."""
    network = load_network(source, runs=runs)
    wanted = target_entries(_TARGETS)
    possible = {report.name for report in target_states(network, wanted) if not report.reason}
    request = BundleRequest(
        source=source,
        targets=tuple(entry for entry in wanted if entry.name in possible),
        out=bundle,
        runs=runs,
        rounds=1,
    )
    with cancel_on_interrupt() as token:
        make_bundle(request, lambda kind, /, **values: output.event(kind, **values), token=token)


def _tell_download(output: Output) -> Callable[[str], None]:
    def tell(url: str) -> None:
        output.event("downloading", url=url)
        output.note(f"Downloading {url} (33 MB), once")

    return tell
