"""What a demo takes from a bundle: networks with float32 pictures, and the tiles to run them in."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from engine.catalog.card import ModelCard
from engine.catalog.card_file import decode_card
from engine.core.errors import BadCardError
from engine.export.bundle.manifest import BundledFile, BundleManifest, read_manifest
from engine.export.targets.target import ExportError

# Target whose file is taken, and what the page calls it; the first is the default.
_MODELS = (("onnx", "float32"), ("onnx-int8", "int8"))
_MAX_MODEL_BYTES = 512 << 20
_MAX_CARD_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoModel:
    """A network of a demo.

    Attributes:
        title: What the page calls it.
        content: ONNX; takes and gives ``(1, 3, H, W)`` float32 in ``[0, 1]``.
        input: Name of its input.
        output: Name of its output.
        size: Height and width of the LR picture, if it takes no other.
    """

    title: str
    content: bytes
    input: str
    output: str
    size: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSource:
    """What a demo is made of.

    Attributes:
        manifest: Manifest of the bundle.
        card: Card of its network.
        models: Its networks, the default first.
    """

    manifest: BundleManifest
    card: ModelCard
    models: tuple[DemoModel, ...]


def read_source(bundle: Path) -> DemoSource:
    """Read the networks of a bundle, whose hashes are compared with its manifest.

    Raises:
        BadCardError: If it is not a bundle, or a file is not the one in its manifest.
        ExportError: If it has no network that a browser can run.
    """
    manifest = read_manifest(bundle)
    if manifest.channels != 3:
        raise ExportError(f"{bundle}: its network takes gray pictures; the demo shows color only")
    chosen = {report.name: _best(report.files) for report in manifest.targets if report.files}
    if _MODELS[0][0] not in chosen:
        raise ExportError(f"{bundle}: has no files of the target onnx, which browsers run")
    models = tuple(
        _model(bundle, manifest, title, chosen[target])
        for target, title in _MODELS
        if target in chosen
    )
    content = _read(bundle, manifest, "card.json", max_bytes=_MAX_CARD_BYTES)
    return DemoSource(
        manifest=manifest, card=decode_card(content, source=f"{bundle}: card.json"), models=models
    )


def _best(files: tuple[BundledFile, ...]) -> BundledFile:
    """Return the file for any size, or else that for the smallest."""
    return min(files, key=lambda item: item.file.size or (0, 0))


def _model(bundle: Path, manifest: BundleManifest, title: str, item: BundledFile) -> DemoModel:
    file = item.file
    if {(port.dtype, port.layout) for port in (file.input, file.output)} != {("float32", "NCHW")}:
        raise ExportError(f"{bundle}: {file.name} does not take and give float32 pictures (NCHW)")
    name = next(iter(item.sha256), file.name)
    return DemoModel(
        title=title,
        content=_read(bundle, manifest, name, max_bytes=_MAX_MODEL_BYTES),
        input=file.input.name,
        output=file.output.name,
        size=file.size,
    )


def _read(bundle: Path, manifest: BundleManifest, name: str, *, max_bytes: int) -> bytes:
    try:
        with zipfile.ZipFile(bundle) as archive:
            if archive.getinfo(name).file_size > max_bytes:
                raise BadCardError(f"{bundle}: {name} is larger than any of ours")
            content = archive.read(name)
    except (OSError, KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise BadCardError(f"{bundle}: {name} cannot be read ({error})") from error
    if hashlib.sha256(content).hexdigest() != manifest.files.get(name):
        raise BadCardError(f"{bundle}: {name} is not the file in its manifest")
    return content
