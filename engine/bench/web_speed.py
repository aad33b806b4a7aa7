"""Times the network of a bundle in a browser and on the desktop, in turns.

Each round runs every variant once: precision, one thread and more, ONNX Runtime Web in Chromium
and ONNX Runtime on the desktop. Other load on the machine then affects all alike, and ratios
within a round hold where single times do not.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Literal

import numpy as np

from engine.bench.chromium import Chromium, Page
from engine.core.cancellation import CancelToken
from engine.core.timing import time_runs
from engine.export.targets.target import ExportError
from engine.export.web.demo import DemoRequest, make_demo
from engine.export.web.runtime_package import VERSION
from engine.export.web.serve import make_server
from engine.export.web.source import DemoModel, read_source
from engine.inference.network.session import SessionSpec, open_session
from engine.profiling.machine import Machine, describe_machine

# The page begins with its sample, which must not run beside what is timed.
_READY = "document.querySelector('#save') && !document.querySelector('#save').disabled"
_START_S, _RUN_S = 300.0, 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSpeedSettings:
    """What to time.

    Attributes:
        bundle: The bundle.
        program: Chromium.
        runtime: ONNX Runtime Web as a folder or ``.tgz`` file; None takes the copy in the cache.
        side_px: Side of the square LR tile.
        rounds: Timed runs of each variant.
        threads: CPU threads, beside 1.
    """

    bundle: Path
    program: Path
    runtime: Path | None
    side_px: int
    rounds: int
    threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantSpeed:
    """The times of one variant.

    Attributes:
        place: Where it ran.
        precision: Precision of the network, as the page calls it.
        threads: CPU threads.
        median_ms: Median time of a tile.
        least_ms: Shortest time.
        most_ms: Longest time.
        times_as_long: Median over the rounds of its time divided by that of the desktop with the
            same precision and threads.
    """

    place: Literal["browser", "desktop"]
    precision: str
    threads: int
    median_ms: float
    least_ms: float
    most_ms: float
    times_as_long: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSpeedReport:
    """The times of all variants, which ran in turns.

    Attributes:
        model: Id of the model.
        machine: The machine.
        browser: Its name and version.
        runtime: Version of ONNX Runtime Web.
        side_px: Side of the square LR tile.
        rounds: Timed runs of each variant.
        variants: In the order in which they took turns.
    """

    model: str
    machine: Machine
    browser: str
    runtime: str
    side_px: int
    rounds: int
    variants: tuple[VariantSpeed, ...]


@dataclass(frozen=True, slots=True)
class _Variant:
    place: Literal["browser", "desktop"]
    precision: str
    threads: int
    run: Callable[[], object]


def measure_web_speed(
    settings: WebSpeedSettings,
    *,
    on_download: Callable[[str], None] = lambda _url: None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    token: CancelToken | None = None,
) -> WebSpeedReport:
    """Time all variants in turns.

    Args:
        settings: What to time.
        on_download: Called with the address before ONNX Runtime Web is downloaded.
        progress: Receives the number of finished runs and of all runs.
        token: Stops between two runs.

    Raises:
        BrowserError: If Chromium does not run the page.
        ExportError: If the bundle has no network for browsers of this size.
        JobCancelled: If ``token`` was cancelled.
    """
    source = read_source(settings.bundle)
    for model in source.models:
        only = model.size
        if only is not None and only != (settings.side_px, settings.side_px):
            raise ExportError(
                f"{settings.bundle}: its {model.title} network takes {only[0]}x{only[1]} only"
            )
    with tempfile.TemporaryDirectory(prefix="mfagan-") as scratch:
        folder = Path(scratch) / "demo"
        request = DemoRequest(
            bundle=settings.bundle, out=folder, runtime=settings.runtime, has_webgpu=False
        )
        make_demo(request, on_download=on_download)
        with served(folder) as address, Chromium(settings.program) as browser:
            page = browser.open_page()
            page.open(address)
            page.wait(_READY, timeout_s=_START_S)
            variants = _variants(settings, source.models, folder, page)
            times_s = time_runs(
                [variant.run for variant in variants],
                rounds=settings.rounds,
                # Browsers compile WebAssembly better once it has run for a while.
                warm_ups=3,
                token=token,
                progress=progress,
            )
            version = browser.call("Browser.getVersion")["product"]
    return WebSpeedReport(
        model=source.manifest.id,
        machine=describe_machine(),
        browser=version,
        runtime=VERSION,
        side_px=settings.side_px,
        rounds=settings.rounds,
        variants=tuple(_speeds(variants, times_s)),
    )


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this computer, with the headers for threads, and yield its address."""
    with make_server(folder) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def _variants(
    settings: WebSpeedSettings, models: tuple[DemoModel, ...], folder: Path, page: Page
) -> list[_Variant]:
    found = []
    for number, model in enumerate(models):
        path = folder / "models" / f"{model.title}.onnx"
        for threads in dict.fromkeys((1, settings.threads)):
            in_browser = _browser_run(page, number, threads, settings.side_px)
            on_desktop = _desktop_run(path, threads, settings.side_px)
            found.append(_Variant("browser", model.title, threads, in_browser))
            found.append(_Variant("desktop", model.title, threads, on_desktop))
    return found


def _browser_run(page: Page, model: int, threads: int, side_px: int) -> Callable[[], object]:
    name = f"timed_{model}_{threads}"
    page.evaluate(
        f"Upscaler.open(settings, settings.models[{model}], 'wasm', {threads})"
        f".then((one) => {{ window.{name} = one; }})",
        timeout_s=_START_S,
    )
    return lambda: page.evaluate(f"{name}.time({side_px}, 1)", timeout_s=_RUN_S)


def _desktop_run(path: Path, threads: int, side_px: int) -> Callable[[], object]:
    session = open_session(SessionSpec.of_file(path, thread_count=threads))
    tile = np.random.default_rng(0).random((1, 3, side_px, side_px), dtype=np.float32)
    return lambda: session.run(tile)


def _speeds(
    variants: list[_Variant], times_s: tuple[tuple[float, ...], ...]
) -> Iterator[VariantSpeed]:
    desktop = {
        (variant.precision, variant.threads): times
        for variant, times in zip(variants, times_s, strict=True)
        if variant.place == "desktop"
    }
    for variant, times in zip(variants, times_s, strict=True):
        same = desktop[variant.precision, variant.threads]
        yield VariantSpeed(
            place=variant.place,
            precision=variant.precision,
            threads=variant.threads,
            median_ms=statistics.median(times) * 1000,
            least_ms=min(times) * 1000,
            most_ms=max(times) * 1000,
            times_as_long=statistics.median(
                mine / its for mine, its in zip(times, same, strict=True)
            ),
        )
