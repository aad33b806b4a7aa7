"""Gives a model of the catalog new int8 files; everything else of it stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from engine.catalog.card import ModelCard, ModelFile, Variant
from engine.catalog.installing import install_model, staging_prefix
from engine.catalog.model_file import check_hash
from engine.core.atomic_file import make_folder, output_error
from engine.core.errors import ConfigError, OutputExistsError
from engine.core.file_hash import hash_file
from engine.export.benchmark_protocol import BenchmarkProtocol
from engine.export.calibration import calibration_patches
from engine.export.card_quality import compared_variant
from engine.export.network_sources import Corner, calibration_of
from engine.export.publish import write_tuned_int8
from engine.inference.network.model_source import ModelSource
from engine.quantization.int8_file import quantize_int8
from engine.quantization.tuned_file import TunedNetworks, read_tuned

_NO_INT8 = "It has no int8 file"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequantizeRequest:
    """The model that gets new int8 files.

    Attributes:
        source: The model.
        folder: Where it is installed with them.
        tuned: File of weights that were fine-tuned for int8.
        calibration: Folder of HR photos to calibrate with, without such a file.
        protocol: The benchmarks on which the loss is measured.
        may_replace: Whether a model of this id in the folder may be replaced.
    """

    source: ModelSource
    folder: Path
    tuned: Path | None = None
    calibration: Path | None = None
    protocol: BenchmarkProtocol
    may_replace: bool = False


def requantize_model(request: RequantizeRequest) -> ModelCard:
    """Write int8 files for a model and measure their loss and speed.

    Returns:
        The card that was written.

    Raises:
        ConfigError: If there is nothing to quantize with, or the tuned weights are of another
            network.
        OutputExistsError: If the folder has a model of this id, and it may not be replaced.
        OutputError: If the folder cannot be written to.
    """
    card = request.source.card
    full = card.variant("fp32")
    if full is None:
        raise ConfigError(f"{card.id}: has no float32 files to quantize")
    if (request.folder / f"{card.id}.json").exists() and not request.may_replace:
        raise OutputExistsError(
            f"{request.folder / card.id}.json: exists already; choose another folder with --to, "
            "or replace it with --replace"
        )
    write = _writer(request)
    make_folder(request.folder)
    try:
        staging = TemporaryDirectory(dir=request.folder, prefix=staging_prefix())
    except OSError as error:
        raise output_error(error, request.folder) from error
    with staging as name:
        written = {file.file: check_hash(file, request.source.folder) for file in full.files}
        small = []
        for file in full.files:
            path = Path(name) / f"{Path(file.file).stem}-int8.onnx"
            write(file, written[file.file], path)
            written[path.name] = path
            small.append(_described(file, path))
        return _installed(request, full, Variant(precision="int8", files=tuple(small)), written)


def _writer(request: RequantizeRequest) -> Callable[[ModelFile, Path, Path], None]:
    """Return what writes the int8 file of one corner from its float file."""
    if request.tuned is not None:
        tuned: TunedNetworks = read_tuned(request.tuned)

        def from_tuned(file: ModelFile, source: Path, path: Path) -> None:
            write_tuned_int8(tuned, Corner(file.restoration, file.fidelity), source, path)

        return from_tuned
    if request.calibration is None:
        raise ConfigError("name tuned weights or photos to calibrate the int8 files with")
    photos, scale = request.calibration, request.source.card.scale

    def calibrated(file: ModelFile, source: Path, path: Path) -> None:
        corner = Corner(file.restoration, file.fidelity)
        patches = calibration_patches(photos, scale=scale, degradation=calibration_of(corner))
        quantize_int8(source, path, patches=patches)

    return calibrated


def _described(file: ModelFile, path: Path) -> ModelFile:
    return msgspec.structs.replace(
        file, file=path.name, sha256=hash_file(path), bytes=path.stat().st_size
    )


def _installed(
    request: RequantizeRequest, full: Variant, small: Variant, written: dict[str, Path]
) -> ModelCard:
    card = msgspec.structs.replace(
        request.source.card,
        variants=(full, small),
        limits=tuple(one for one in request.source.card.limits if not one.startswith(_NO_INT8)),
    )
    # The files of both variants lie in two folders; a session takes them from one.
    with TemporaryDirectory(prefix="mfagan-int8-") as name:
        for file, path in written.items():
            (Path(name) / file).symlink_to(path)
        source = ModelSource(card=card, folder=Path(name))
        tile_px = card.tile.best_px
        measured = compared_variant(source, small, request.protocol, tile_px=tile_px)
    full = msgspec.structs.replace(full, difference_levels=0.0, smooth_difference_levels=0.0)
    card = msgspec.structs.replace(card, variants=(full, measured))
    inputs = () if request.tuned is None else (request.tuned,)
    return install_model(card, written, request.folder, inputs=inputs)
