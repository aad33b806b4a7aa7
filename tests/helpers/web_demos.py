"""Bundles for browser demos, and the browser and runtime that show them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from engine.bench.chromium import BrowserError, find_chromium
from engine.export.bundle.making import BundleRequest, make_bundle
from engine.export.bundle.source import BundleSource
from engine.export.targets.target_list import target_entries
from engine.export.web.runtime_package import BUILDS
from engine.export.web.serve import make_server
from tests.helpers.catalogs import put_model
from tests.helpers.training import write_photos

RUNTIME_VARIABLE = "MFAGAN_WEB_RUNTIME"
FAKE_RUNTIME = {
    name: name.encode() for build in BUILDS.values() for name in (build.script, build.binary)
}
"""What looks like ONNX Runtime Web to all but a browser."""


def tiny_bundle(folder: Path, targets: str = "onnx") -> Path:
    """Export a network of scale 2 with tiles of 32 pixels, calibrated for int8 if it must be."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MFAGAN_HOME", str(folder / "home"))
        put_model(folder / "home" / "data" / "models", "tiny")
        photos = write_photos(folder / "photos", count=2, side_px=96)
        calibration = photos if "int8" in targets else None
        request = BundleRequest(
            source=BundleSource(name="tiny", calibration=calibration),
            targets=target_entries(targets),
            out=folder / "tiny.zip",
            runs=folder / "runs",
            threads=1,
            rounds=1,
        )
        make_bundle(request, lambda _kind, /, **_values: None)
    return request.out


def chromium_or_skip() -> Path:
    """Return the installed Chromium."""
    try:
        return find_chromium()
    except BrowserError as error:
        pytest.skip(str(error))


def runtime_or_skip() -> Path:
    """Return the folder or file of ONNX Runtime Web that ``make test`` has downloaded."""
    package = Path(os.environ.get(RUNTIME_VARIABLE) or "/")
    if package == Path("/") or not package.exists():
        pytest.skip(f"{RUNTIME_VARIABLE} names no npm package onnxruntime-web")
    return package


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder and yield its address."""
    with make_server(folder) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()
