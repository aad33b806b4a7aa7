"""Bundles for browser demos, and the browser and runtime that show them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.bench.chromium import BrowserError, find_chromium
from engine.core.file_hash import hash_file
from engine.export.bundle.archive import write_archive
from engine.export.bundle.manifest import (
    BundledFile,
    Machine,
    SizeParity,
    TargetReport,
    Verification,
)
from engine.export.bundle.sample_inputs import SHOWN_SAMPLE, SHOWN_SIZE, png_bytes, sample_input
from engine.export.bundle.source import BundleSource, load_network
from engine.export.targets.loading import load_target
from engine.export.targets.plain_network import PlainNetwork
from engine.export.targets.target_list import TargetEntry, target_entries
from engine.export.web.runtime_package import BUILDS
from tests.helpers.catalogs import put_model
from tests.helpers.training import write_photos

RUNTIME_VARIABLE = "MFAGAN_WEB_RUNTIME"
FAKE_RUNTIME = {
    name: name.encode() for build in BUILDS.values() for name in (build.script, build.binary)
}
"""What looks like ONNX Runtime Web to all but a browser."""

_MACHINE = Machine(
    processor="AMD EPYC 9R14", cores=2, system="Linux", product="0", date="2026-11-26"
)
_MEASURED = Verification(
    runtime="onnxruntime 1.31.1",
    parity=(SizeParity(height=33, width=41, difference=1e-3, rms=1e-4),),
    latency_px=(128, 128),
    threads=2,
    p50_ms=3156.6,
    p95_ms=3156.6,
    reference_p50_ms=1285.3,
    peak_memory_bytes=360_700_000,
    loss_db={"set14": 0.012, "bsd100": 0.034},
)


def tiny_bundle(folder: Path, targets: str = "onnx") -> Path:
    """Write a bundle of a network of scale 2 with tiles of 32 pixels, calibrated where needed.

    Its files for any size and for 128x128 are in it. They are not verified: each would be run in a
    process of its own. Their measurements are made up.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MFAGAN_HOME", str(folder / "home"))
        put_model(folder / "home" / "data" / "models", "tiny")
        photos = write_photos(folder / "photos", count=2, side_px=96)
        source = BundleSource(name="tiny", calibration=photos if "int8" in targets else None)
        return write_bundle(folder, source, targets)


def write_bundle(folder: Path, source: BundleSource, targets: str) -> Path:
    """Write a bundle of any model in the manner of `tiny_bundle`."""
    network = load_network(source, runs=folder / "runs")
    work = folder / "work"
    work.mkdir(parents=True)
    (work / "reference.onnx").write_bytes(network.content)
    out = folder / f"{network.stem}.zip"
    write_archive(
        out,
        network=network,
        work=work,
        machine=_MACHINE,
        reports=tuple(_exported(entry, network, work) for entry in target_entries(targets)),
        may_replace=False,
    )
    return out


def _exported(entry: TargetEntry, network: PlainNetwork, work: Path) -> TargetReport:
    (work / entry.name).mkdir()
    files = load_target(entry).export(network, work / entry.name)
    _write_picture(network, work / f"{entry.name}.png")
    return TargetReport(
        name=entry.name,
        title=entry.title,
        state="verified",
        files=tuple(
            BundledFile(
                file=file,
                sha256={
                    f"{entry.name}/{name}": hash_file(work / entry.name / name)
                    for name in file.paths
                },
                bytes=1000,
                verification=_MEASURED,
            )
            for file in files
            if file.size in {None, (128, 128)}
        ),
    )


def _write_picture(network: PlainNetwork, path: Path) -> None:
    """Write what stands for the picture that a target makes."""
    lr = sample_input(SHOWN_SAMPLE, SHOWN_SIZE, channels=network.channels)
    path.write_bytes(png_bytes(lr.repeat(network.scale, 2).repeat(network.scale, 3)))


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
