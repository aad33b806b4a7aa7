"""What a bundle holds and what was found out about it: the structs of ``manifest.json``.

The manifest is the first file that anything reads of a bundle; `check_bundle` reads it without
these structs, because it runs where the product is not installed.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from engine.core.errors import BadCardError
from engine.core.typed_data import prepared
from engine.export.targets.exported_file import ExportedFile
from engine.export.targets.placement import Placement

MANIFEST_NAME = "manifest.json"
REPORT_NAME = "report.md"
_MAX_MANIFEST_BYTES = 4 << 20
_MAX_PICTURE_BYTES = 32 << 20
# What reading a damaged or encrypted zip raises; JSON of too many levels is a runtime error too.
_UNREADABLE = (OSError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error)

State = Literal["verified", "written", "failed", "impossible", "missing"]
"""``verified`` in its own runtime; ``written`` where no runtime for it runs here; ``impossible``
for this network; ``missing`` packages."""


class SizeParity(Struct, frozen=True, kw_only=True):
    """How far a file's picture is from the original network's, for one input."""

    height: int
    """Height of the LR picture."""
    width: int
    """Width of the LR picture."""
    difference: float
    """Largest difference, in units of white."""
    rms: float
    """Root of the mean square of the difference, in units of white."""


class Verification(Struct, frozen=True, kw_only=True):
    """What was measured of one file in its own runtime on this machine."""

    runtime: str
    """Runtime and version."""
    parity: tuple[SizeParity, ...]
    """Difference from the original network on inputs of several sizes."""
    latency_px: tuple[int, int]
    """Height and width of the LR picture for the latency."""
    threads: int
    """CPU threads."""
    p50_ms: float
    """Median latency."""
    p95_ms: float
    """95th percentile of the latency."""
    rounds: int = 0
    """Timed runs; 0 if that was not noted."""
    load_average: float = 0.0
    """Threads that wanted a core in the minute before; 0 if that is not known."""
    reference_p50_ms: float
    """Median latency of the float32 network in ONNX Runtime, measured in turns with it."""
    peak_memory_bytes: int
    """Largest memory of the process while it ran, with the runtime itself."""
    loss_db: dict[str, float] = {}
    """Y-PSNR lost against the float32 network, by benchmark folder; may be negative."""
    placements: tuple[Placement, ...] = ()
    """Which operators each runtime or accelerator takes; empty where nothing here can tell."""

    @property
    def largest_difference(self) -> float:
        """The largest difference over all sizes."""
        return max(item.difference for item in self.parity)

    def difference(self, measure: Literal["largest", "rms"]) -> float:
        """Return the difference by which a file is judged, over all sizes."""
        return max(item.rms if measure == "rms" else item.difference for item in self.parity)

    @property
    def relative_speed(self) -> float:
        """How many times as fast as the float32 network in ONNX Runtime."""
        return self.reference_p50_ms / self.p50_ms


class BundledFile(Struct, frozen=True, kw_only=True):
    """One exported network of a bundle."""

    file: ExportedFile
    """What it is."""
    sha256: dict[str, str]
    """Hash of each of its files, by path in the bundle."""
    bytes: int
    """Size of all of them."""
    verification: Verification | None = None
    """None where nothing on this machine runs it."""


class TargetReport(Struct, frozen=True, kw_only=True):
    """What became of one target."""

    name: str
    """Name of the target."""
    title: str
    """What it is called."""
    state: State
    """What became of it."""
    reason: str = ""
    """Why it was not exported or not verified; empty otherwise."""
    seconds: float = 0.0
    """How long it took."""
    files: tuple[BundledFile, ...] = ()
    """What was written."""


class TestVector(Struct, frozen=True, kw_only=True):
    """An input with the output that the float32 network gives for it."""

    name: str
    """What it shows."""
    input: str
    """Path of the input in the bundle."""
    expected: str
    """Path of the expected output."""
    height: int
    """Height of the input."""
    width: int
    """Width of the input."""


class Machine(Struct, frozen=True, kw_only=True):
    """Where it was measured."""

    processor: str
    """Processor."""
    cores: int
    """Usable cores."""
    system: str
    """Operating system."""
    product: str
    """Version of this product."""
    date: str
    """Day, as ``2026-11-26``."""


class BundleManifest(Struct, frozen=True, kw_only=True):
    """The description of a bundle."""

    schema_version: Literal[1] = 1
    """Version of this schema."""
    id: Annotated[str, Meta(max_length=64)]
    """Id of the model."""
    name: str
    """Name of the model."""
    scale: int
    """Factor between LR and SR sides."""
    channels: int
    """Colors: 1 or 3."""
    license: str
    """License of the weights."""
    fixed_at: dict[str, float] = {}
    """Values of the dial that the network was fixed at; empty for a plain model."""
    tile_px: int
    """Advised side of a square tile."""
    overlap_px: int
    """Margin of a tile that is computed and discarded, on each side."""
    size_multiple: int
    """Sides of the input must be multiples of this."""
    machine: Machine
    """Where it was measured."""
    targets: tuple[TargetReport, ...]
    """What became of each target."""
    vectors: tuple[TestVector, ...]
    """Test vectors."""
    files: dict[str, str]
    """Hash of every file of the bundle but this one, by path."""


def read_manifest(bundle: Path) -> BundleManifest:
    """Return the manifest of a bundle, which is not checked against its files.

    Raises:
        BadCardError: If it is not a bundle or its manifest is broken.
    """
    try:
        with zipfile.ZipFile(bundle) as archive:
            info = archive.getinfo(MANIFEST_NAME)
            if info.file_size > _MAX_MANIFEST_BYTES:
                raise BadCardError(f"{bundle}: its manifest is larger than any of ours")
            content = archive.read(info)
        return msgspec.json.decode(content, type=prepared(BundleManifest))
    except (*_UNREADABLE, KeyError, ValueError) as error:
        raise BadCardError(f"{bundle}: is not an export bundle ({error})") from error


def read_bundle_picture(bundle: Path, name: str) -> bytes | None:
    """Return a PNG of a bundle's ``pictures``, such as ``bicubic``; None if it has none.

    Raises:
        BadCardError: If the bundle cannot be read.
    """
    try:
        with zipfile.ZipFile(bundle) as archive:
            info = archive.NameToInfo.get(f"pictures/{name}.png")
            if info is None or info.file_size > _MAX_PICTURE_BYTES:
                return None
            return archive.read(info)
    except _UNREADABLE as error:
        raise BadCardError(f"{bundle}: is not an export bundle ({error})") from error
