"""``mfagan profile``: what a network costs and how fast it is here."""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import typer

from engine.catalog.onnx_cost import count_cost
from engine.catalog.onnx_graph import read_graph
from engine.cli.output import Output
from engine.cli.train import parse_overrides
from engine.config.parts import GeneratorRecipe
from engine.config.recipes import find_recipe, load_recipe
from engine.core.errors import ConfigError, UnknownNameError
from engine.inference.session import SessionSpec, open_session
from engine.profiling.memory import peak_rss_of_network

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one pass costs.

    Attributes:
        params: Parameters of the network as it ships.
        gmac: 10^9 multiply-accumulates.
        activations_m: 10^6 elements in all outputs of convolutions.
        peak_rss_mb: Largest memory of a fresh process that runs only this
            network, in 10^6 bytes; None when it was not measured.
        latency_ms: Median of the timed runs; None when none was timed.
        input: Height and width of the LR input.
        threads: CPU threads; 0 is all physical cores.
        runs: Number of timed runs.
    """

    params: int
    gmac: float
    activations_m: float
    peak_rss_mb: float | None
    latency_ms: float | None
    input: str
    threads: int
    runs: int


@app.command("profile")
def profile_network(
    network: Annotated[
        str, typer.Argument(help="A generator's name, a recipe, a shipped recipe or an ONNX file.")
    ],
    *,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a size: channels=40, blocks=8."),
    ] = None,
    size: Annotated[str, typer.Option("--input", help="Height x width of the LR input.")] = (
        "256x256"
    ),
    runs: Annotated[
        int, typer.Option(help="Timed runs; 0 measures no latency and no memory.", min=0)
    ] = 20,
    threads: Annotated[int, typer.Option(help="CPU threads; 0 takes all cores.", min=0)] = 0,
    is_json: Annotated[bool, typer.Option("--json", help="Write one JSON object.")] = False,
) -> None:
    """Count parameters, operations and activations; measure memory and latency.

    Counts are of convolutions, of the network as it ships: branches that only
    training needs are folded. Time and memory are those of ONNX Runtime in
    fp32 on the processor.

    Example: mfagan profile mfanet --set channels=40 --set blocks=8 --json
    """
    height_px, width_px = _parse_size(size)
    overrides = parse_overrides(values or [])
    with tempfile.TemporaryDirectory(prefix="mfagan-profile-") as folder:
        if network.endswith(".onnx"):
            path = _existing(Path(network))
            counts = _count_file(path, height_px, width_px)
        else:
            path = Path(folder) / "network.onnx"
            recipe = find_generator(network, overrides)
            counts = _count_generator(recipe, height_px, width_px, path if runs else None)
        speed = _measure(path, height_px, width_px, runs=runs, threads=threads) if runs else None
    latency_ms, peak_rss_mb = speed or (None, None)
    params, macs, activations = counts
    found = Profile(
        params=params,
        gmac=macs / 1e9,
        activations_m=activations / 1e6,
        peak_rss_mb=peak_rss_mb,
        latency_ms=latency_ms,
        input=size,
        threads=threads,
        runs=runs,
    )
    _tell(found, Output(is_json=is_json))


def find_generator(name: str, overrides: dict[str, str]) -> GeneratorRecipe:
    """Return the generator of a recipe, or the one called ``name`` with sizes changed.

    Raises:
        UnknownNameError: If there is neither.
        ConfigError: If a size is wrong.
    """
    from engine.models.generators.build import GENERATORS  # noqa: PLC0415 - torch loads long

    if name not in set(GENERATORS):
        try:
            path = find_recipe(name)
        except UnknownNameError as error:
            known = ", ".join(GENERATORS)
            raise UnknownNameError(f"{error} Generators are: {known}") from error
        return load_recipe(path, overrides).generator
    try:
        return msgspec.convert({"family": name, **overrides}, GeneratorRecipe, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"--set: {error}") from error


def _count_generator(
    recipe: GeneratorRecipe, height_px: int, width_px: int, path: Path | None
) -> tuple[int, int, int]:
    """Count, and write the network to ``path`` if there is one."""
    from engine.export.onnx_file import export_onnx  # noqa: PLC0415 - torch loads long
    from engine.models.generators.build import build_generator  # noqa: PLC0415
    from engine.profiling.network_cost import count_network_cost  # noqa: PLC0415

    generator = build_generator(recipe).folded()
    if path is not None:
        export_onnx(generator, path)
    cost = count_network_cost(generator, height_px=height_px, width_px=width_px)
    return cost.params, cost.macs, cost.activations


def _count_file(path: Path, height_px: int, width_px: int) -> tuple[int, int, int]:
    cost = count_cost(read_graph(path), (1, 3, height_px, width_px))
    return cost.params, cost.macs, cost.conv_activations


def _measure(
    path: Path, height_px: int, width_px: int, *, runs: int, threads: int
) -> tuple[float, float]:
    """Return the median latency in ms, and the peak memory in MB at a square of equal area."""
    side_px = round((height_px * width_px) ** 0.5)
    peak = peak_rss_of_network(path, side_px=side_px, channels=3, thread_count=threads)
    session = open_session(SessionSpec(path=path, thread_count=threads))
    batch = np.random.default_rng(0).random((1, 3, height_px, width_px), dtype=np.float32)
    session.run(batch)
    times_ms = []
    for _ in range(runs):
        started_s = time.perf_counter()
        session.run(batch)
        times_ms.append(1000 * (time.perf_counter() - started_s))
    return statistics.median(times_ms), peak / 1e6


def _parse_size(text: str) -> tuple[int, int]:
    height, _, width = text.partition("x")
    if not (height.isdigit() and width.isdigit() and int(height) and int(width)):
        raise ConfigError(f"--input {text}: write HEIGHTxWIDTH, as in 256x256")
    return int(height), int(width)


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise UnknownNameError(f"{path}: there is no such file")
    return path


def _tell(found: Profile, output: Output) -> None:
    if output.is_json:
        output.document({name: getattr(found, name) for name in Profile.__dataclass_fields__})
        return
    rows = [
        ("parameters", f"{found.params:,}"),
        ("GMAC", f"{found.gmac:.2f}"),
        ("activations", f"{found.activations_m:.1f} M"),
    ]
    if found.latency_ms is not None and found.peak_rss_mb is not None:
        rows.append(("latency", f"{found.latency_ms:.1f} ms (median of {found.runs})"))
        rows.append(("peak memory", f"{found.peak_rss_mb:.0f} MB"))
    output.table((f"at {found.input}", ">"), rows)
