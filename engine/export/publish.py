"""Publishes networks as a model of the catalog: ONNX files and a card."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import onnx

from engine.catalog.card import (
    Architecture,
    Cost,
    Dial,
    ModelCard,
    ModelFile,
    Precision,
    TensorSpec,
    TileHint,
    Variant,
)
from engine.catalog.card_file import read_card
from engine.catalog.installing import clean_model_folder, install_model, staging_prefix
from engine.core.atomic_file import make_folder, output_error
from engine.core.errors import BadCardError, ConfigError, OutputExistsError
from engine.core.file_hash import hash_file
from engine.export.benchmark_protocol import BenchmarkProtocol
from engine.export.calibration import calibration_patches
from engine.export.card_quality import measured_card
from engine.export.network_sources import Corner, Networks, NetworkSource
from engine.export.onnx_file import export_onnx
from engine.inference.network.dial import DialPoint
from engine.models.generators.base import Generator
from engine.probing.process import measure_cost
from engine.quantization.int8_file import quantize_int8, write_int8
from engine.quantization.plan import quantization_plan
from engine.quantization.tuned_file import TunedNetworks, read_tuned

# Cost is stated for this LR input, as efficient super-resolution papers do.
_COST_SIDE_PX = 256
_TILE_STEP_PX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRequest:
    """The model to publish.

    Attributes:
        source: Where its networks come from.
        point: When given, the plain network at this point is published instead of the dial.
        folder: Folder for the ONNX files and the card.
        id: Id of the model; the source's name when empty.
        name: Name to display; the id when empty.
        version: Version of the weights.
        may_replace: Whether a model of this id in the folder may be replaced.
        is_default: Whether it becomes the default model for its scale.
        limits: Limitations, in sentences.
        calibration: Folder of photos for the calibration of the int8 variant. There is
            no int8 variant without them, or without a protocol to measure its loss.
        tuned: File of weights that were fine-tuned for int8, in place of calibration.
        protocol: The benchmarks to measure it on; without it the card has no figures.
        tile_px: Side of the tile that was fastest when measured.
    """

    source: NetworkSource
    point: DialPoint | None = None
    folder: Path
    id: str = ""
    name: str
    version: str
    may_replace: bool = False
    is_default: bool = False
    limits: tuple[str, ...] = ()
    calibration: Path | None = None
    protocol: BenchmarkProtocol | None = None
    tuned: Path | None = None
    tile_px: int = 192

    @property
    def has_int8(self) -> bool:
        """Whether an int8 variant is written: its ranges are known, and its loss is measured."""
        is_known = self.calibration is not None or self.tuned is not None
        return is_known and self.protocol is not None

    @property
    def model_id(self) -> str:
        """The id that the model gets."""
        return self.id or self.source.name


_Files = Mapping[Precision, Mapping[Corner, Path]]


def publish_model(request: PublishRequest) -> ModelCard:
    """Export networks in fp32 and int8, and measure them.

    Steps for which the request names no photos are left out, and the card says so.

    Returns:
        The card that was written.

    Raises:
        ConfigError: If the networks cannot be read, or a benchmark folder holds no photo.
        OutputError: If the folder cannot be written to.
        OutputExistsError: If the folder has a model of this id, and it may not be replaced.
        ParityError: If an exported file does not compute the same as the network.
    """
    card_path = request.folder / f"{request.model_id}.json"
    _check_place(card_path, may_replace=request.may_replace)
    networks = request.source.load()
    if request.point is not None:
        networks = networks.fixed(request.point)
    # A model that is replaced stays whole until the new one has been measured.
    with _staging(request.folder) as staging:
        files = _write_files(request, networks, Path(staging))
        card = _card(request, networks, files)
        if request.protocol is not None:
            card = measured_card(card, Path(staging), request.protocol, tile_px=request.tile_px)
        written = {path.name: path for found in files.values() for path in found.values()}
        return install_model(card, written, request.folder, inputs=_inputs(request))


def _inputs(request: PublishRequest) -> list[Path]:
    """Return the files of the request that may lie in the folder under the model's names."""
    protocol = request.protocol
    files = (request.tuned, *((protocol.lpips, protocol.niqe) if protocol else ()))
    return [*request.source.inputs, *(path for path in files if path is not None)]


def _check_place(card_path: Path, *, may_replace: bool) -> None:
    if not os.path.lexists(card_path):
        return
    if not may_replace:
        raise OutputExistsError(
            f"{card_path}: exists already; choose another --id, or replace it with --replace"
        )
    try:
        read_card(card_path)
    except BadCardError as error:
        # Another file of that name is the user's own and is never replaced.
        raise OutputExistsError(
            f"{card_path}: is not a model card and is not replaced; choose another --id, "
            f"or delete it ({error})"
        ) from error


def _staging(folder: Path) -> TemporaryDirectory[str]:
    make_folder(folder)
    try:
        clean_model_folder(folder)
        return TemporaryDirectory(dir=folder, prefix=staging_prefix())
    except OSError as error:
        raise output_error(error, folder) from error


def _write_files(request: PublishRequest, networks: Networks, staging: Path) -> _Files:
    """Write the ONNX files of all corners into ``staging``."""
    tuned = None if request.tuned is None else read_tuned(request.tuned)
    full: dict[Corner, Path] = {}
    small: dict[Corner, Path] = {}
    for corner, network in networks.corners.items():
        stem = "-".join(filter(None, (request.model_id, corner.label)))
        full[corner] = staging / f"{stem}.onnx"
        export_onnx(network, full[corner], sizes=networks.sizes)
        if not request.has_int8:
            continue
        small[corner] = staging / f"{stem}-int8.onnx"
        if tuned is not None:
            write_tuned_int8(tuned, corner, full[corner], small[corner])
            continue
        # From the fp32 file, so that both variants have the same weights.
        assert request.calibration is not None
        patches = calibration_patches(
            request.calibration, scale=network.scale, degradation=networks.calibration[corner]
        )
        quantize_int8(full[corner], small[corner], patches=patches)
    return {"fp32": full, "int8": small} if small else {"fp32": full}


def write_tuned_int8(tuned: TunedNetworks, corner: Corner, source: Path, path: Path) -> None:
    """Write the int8 file of ``corner`` from weights that were fine-tuned for it.

    Raises:
        ConfigError: If there are none for this corner, or they are of another network.
        OutputError: If the file cannot be written.
    """
    found = tuned.corners.get(corner.label)
    if found is None:
        has = ", ".join(label or "a plain network" for label in tuned.corners)
        raise ConfigError(
            f"the int8 weights are of {tuned.model}, which has: {has}; "
            f"{corner.label or 'a plain network'} is missing"
        )
    model = onnx.load(source)
    plan = quantization_plan(model)
    write_int8(found.applied_to(model), path, plan=plan, ranges=found.ranges)


def _card(request: PublishRequest, networks: Networks, files: _Files) -> ModelCard:
    """Return the card as far as it is known before anything is measured."""
    generator = networks.first
    return ModelCard(
        id=request.model_id,
        name=request.name or request.model_id,
        version=request.version,
        scale=generator.scale,
        kind=networks.kind,
        dial=None if networks.kind else Dial(),
        degradation=networks.degradation,
        is_default=request.is_default,
        license=networks.license,
        credit=networks.credit,
        architecture=Architecture(
            family=networks.sizes.family, config=msgspec.to_builtins(networks.sizes)
        ),
        params=sum(p.numel() for p in generator.parameters()),
        macs=_cost(next(iter(files["fp32"].values()))),
        receptive_field_px=generator.receptive_field_px,
        tile=_tile(generator, request.tile_px),
        input=TensorSpec(name="lr"),
        output=TensorSpec(name="sr"),
        variants=tuple(
            Variant(
                precision=precision,
                files=tuple(_described(found)),
                # Of fp32 against itself; the others are measured.
                difference_levels=0.0 if precision == "fp32" else None,
                smooth_difference_levels=0.0 if precision == "fp32" else None,
                relative_speed=1.0 if precision == "fp32" else None,
            )
            for precision, found in files.items()
        ),
        training=dict(networks.training),
        limits=tuple(dict.fromkeys([*networks.limits, *request.limits, *_left_out(request)])),
    )


def _described(files: Mapping[Corner, Path]) -> Iterator[ModelFile]:
    for corner, path in files.items():
        yield ModelFile(
            file=path.name,
            sha256=hash_file(path),
            bytes=path.stat().st_size,
            restoration=corner.restoration,
            fidelity=corner.fidelity,
        )


def _left_out(request: PublishRequest) -> Iterator[str]:
    if request.protocol is None:
        yield "Its quality was not measured at export: no benchmark photos were named."
    elif not request.has_int8:
        yield "It has no int8 file: no photos for its calibration were named."


def _cost(path: Path) -> Cost:
    # Counted in the file, as for imported networks: no family needs its own formula.
    cost = measure_cost(path, height_px=_COST_SIDE_PX, width_px=_COST_SIDE_PX)
    return Cost(input=f"{_COST_SIDE_PX}x{_COST_SIDE_PX}", value=cost.macs)


def _tile(generator: Generator, best_px: int) -> TileHint:
    """Return tiles of ``best_px``, or larger ones if the overlap would leave nothing of them."""
    # Half the receptive field on each side, so that tiles equal the whole picture.
    overlap_px = (generator.receptive_field_px - 1) // 2
    least_px = math.ceil((2 * overlap_px + 1) / _TILE_STEP_PX) * _TILE_STEP_PX
    return TileHint(overlap_px=overlap_px, best_px=max(best_px, least_px))
