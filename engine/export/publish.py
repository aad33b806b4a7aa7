"""Publishes a training run as a model of the catalog: ONNX files and a card."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from engine.catalog.card import (
    Architecture,
    Cost,
    Kind,
    ModelCard,
    ModelFile,
    Precision,
    TensorSpec,
    TileHint,
    Variant,
)
from engine.catalog.card_file import read_card
from engine.catalog.catalog import Catalog
from engine.catalog.installing import clean_model_folder, install_model, staging_prefix
from engine.config.parts import DistillWeights, TeacherRecipe
from engine.config.recipe_file import load_recipe
from engine.config.recipes import (
    DistillRecipe,
    GanRecipe,
    MfaganRecipe,
    OmgdRecipe,
    SlimRecipe,
    SupernetRecipe,
    TrainRecipe,
)
from engine.core.atomic_file import make_folder, output_error
from engine.core.errors import BadCardError, OutputExistsError
from engine.core.file_hash import hash_file
from engine.export.benchmark_protocol import (
    BenchmarkProtocol,
    SetQuality,
    card_figures,
    difference_levels,
    lost_db,
    measure,
)
from engine.export.calibration import calibration_patches
from engine.export.onnx_file import export_onnx
from engine.export.quantize import quantize_int8
from engine.inference.network.session import SessionSpec, open_session
from engine.models.generators.base import Generator
from engine.probing.process import measure_cost
from engine.profiling.speed import relative_speed
from engine.runs.run_folder import RunFolder
from engine.runs.summary import trained_s
from engine.training.interpolation import name_weights
from engine.training.run_network import load_run_network
from engine.training.run_weights import recorded_hashes

# Cost is stated for this LR input, as efficient super-resolution papers do.
_COST_SIDE_PX = 256
_TILE_STEP_PX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRequest:
    """The model to publish.

    Attributes:
        run: Run folder with a checkpoint.
        folder: Folder for the ONNX files and the card.
        id: Id of the model; the recipe's name when empty.
        subnet: Sizes of the subnet to cut from a supernet, as `load_run_network`
            takes them; the largest subnet when empty.
        weights: Safetensors file to take instead of the run's own weights, such
            as a mix of two runs.
        name: Name to display; the recipe's when empty.
        version: Version of the weights.
        may_replace: Whether a model of this id in the folder may be replaced.
        is_default: Whether it becomes the default model for its scale.
        limits: Limitations, in sentences.
        calibration: Folder of photos for the calibration of the int8 variant. There is
            no int8 variant without them, or without a protocol to measure its loss.
        protocol: The benchmarks to measure it on; without it the card has no figures.
        tile_px: Side of the tile that was fastest when measured.
    """

    run: Path
    folder: Path
    id: str = ""
    subnet: Mapping[str, object] = field(default_factory=dict)
    weights: Path | None = None
    name: str
    version: str
    may_replace: bool = False
    is_default: bool = False
    limits: tuple[str, ...] = ()
    calibration: Path | None = None
    protocol: BenchmarkProtocol | None = None
    tile_px: int = 192


def publish_run(request: PublishRequest) -> ModelCard:
    """Export the averaged weights of the newest checkpoint in fp32 and int8, and measure them.

    Steps for which the request names no photos are left out, and the card says so.

    Returns:
        The card that was written.

    Raises:
        ConfigError: If the run has no checkpoint, or a benchmark folder holds no photo.
        OutputError: If the folder cannot be written to.
        OutputExistsError: If the folder has a model of this id, and it may not be replaced.
        ParityError: If an exported file does not compute the same as the network.
    """
    recipe = load_recipe(request.run / "recipe.yaml")
    card_path = request.folder / f"{request.id or recipe.name}.json"
    _check_place(card_path, may_replace=request.may_replace)
    # A model that is replaced stays whole until the new one has been measured.
    with _staging(request.folder) as staging:
        card, files = _export(request, recipe, Path(staging))
        sources = {path.name: path for path in files.values()}
        return install_model(card, sources, request.folder, inputs=_inputs(request))


def _inputs(request: PublishRequest) -> list[Path]:
    """Return the files of the request that may lie in the folder under the model's names."""
    protocol = request.protocol
    named = (request.weights, *((protocol.lpips, protocol.niqe) if protocol else ()))
    return [path for path in named if path is not None]


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


def _export(
    request: PublishRequest, recipe: TrainRecipe, staging: Path
) -> tuple[ModelCard, Mapping[Precision, Path]]:
    """Write the ONNX files into ``staging`` and measure them."""
    network = load_run_network(request.run, request.subnet, weights=request.weights)
    generator, step = network.generator, network.step
    model_id = request.id or recipe.name
    files: dict[Precision, Path] = {"fp32": staging / f"{model_id}.onnx"}
    export_onnx(generator, files["fp32"], sizes=network.sizes)
    if request.calibration is not None and request.protocol is not None:
        # From the fp32 file, so that both variants have the same weights.
        files["int8"] = staging / f"{model_id}-int8.onnx"
        patches = calibration_patches(
            request.calibration, scale=generator.scale, degradation=recipe.data.degradation
        )
        quantize_int8(files["fp32"], files["int8"], patches=patches)
    quality = measure(files["fp32"], request.protocol) if request.protocol else []
    card = ModelCard(
        id=model_id,
        name=request.name or recipe.name,
        version=request.version,
        scale=generator.scale,
        kind=_kind(recipe),
        degradation="bicubic" if recipe.data.degradation.is_clean else "real",
        is_default=request.is_default,
        license="Apache-2.0",
        credit=_credit(recipe),
        architecture=Architecture(
            family=recipe.generator.family, config=msgspec.to_builtins(network.sizes)
        ),
        params=sum(p.numel() for p in generator.parameters()),
        macs=_cost(files["fp32"]),
        receptive_field_px=generator.receptive_field_px,
        tile=_tile(generator, request.tile_px),
        input=TensorSpec(name="lr"),
        output=TensorSpec(name="sr"),
        variants=_variants(files, quality, request),
        training=_training_record(recipe, step, request),
        quality=card_figures(quality, model_id),
        limits=(*request.limits, *_left_out(request)),
    )
    return card, files


def _left_out(request: PublishRequest) -> Iterator[str]:
    if request.protocol is None:
        yield "Its quality was not measured at export: no benchmark photos were named."
    elif request.calibration is None:
        yield "It has no int8 file: no photos for its calibration were named."


def _kind(recipe: TrainRecipe) -> Kind:
    # Adversarial training makes a network invent detail.
    is_vivid = isinstance(recipe, GanRecipe | MfaganRecipe | OmgdRecipe)
    if isinstance(recipe, SlimRecipe | SupernetRecipe):
        is_vivid = recipe.adversarial_weight > 0
    if isinstance(recipe, DistillRecipe | SlimRecipe | SupernetRecipe):
        is_vivid = is_vivid or _imitates_invented_detail(recipe.teacher, recipe.weights)
    return "vivid" if is_vivid else "faithful"


def _imitates_invented_detail(teacher: TeacherRecipe, weights: DistillWeights) -> bool:
    """Return whether a student imitates features of pictures, or the pixels of a vivid model."""
    if weights.perceptual or weights.style:
        return True
    # A teacher's output teaches what kind of pictures it makes.
    if teacher.onnx is not None:
        return weights.output > 0 and teacher.kind != "faithful"
    known = {card.id: card.kind for card in Catalog.open_default().list()}
    return weights.output > 0 and known.get(teacher.weights or "") == "vivid"


def _credit(recipe: TrainRecipe) -> str:
    """Return who made the network and from what, the author of an ONNX teacher included."""
    own = "MFAGAN Studio, trained from random weights by its own recipes"
    teacher = getattr(recipe, "teacher", None)
    if not isinstance(teacher, TeacherRecipe) or teacher.onnx is None:
        return own
    author = f" by {teacher.credit}" if teacher.credit else ""
    return f"{own}; its teacher was {Path(teacher.onnx).name}{author}, license {teacher.license}"


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


def _variants(
    files: dict[Precision, Path], quality: Sequence[SetQuality], request: PublishRequest
) -> tuple[Variant, ...]:
    def describe(
        precision: Precision, *, loss_db: float, difference: float, speed: float
    ) -> Variant:
        path = files[precision]
        return Variant(
            precision=precision,
            files=(ModelFile(file=path.name, sha256=hash_file(path), bytes=path.stat().st_size),),
            loss_db=loss_db,
            difference_levels=difference,
            relative_speed=round(speed, 2),
        )

    full = describe("fp32", loss_db=0.0, difference=0.0, speed=1.0)
    if request.protocol is None:
        return (full,)
    variants = [full]
    base = open_session(SessionSpec.of_file(files["fp32"]))
    for precision, path in files.items():
        if precision != "fp32":
            # Both sessions at once: they are timed in turns.
            small = open_session(SessionSpec.of_file(path))
            variants.append(
                describe(
                    precision,
                    loss_db=lost_db(path, quality, request.protocol),
                    difference=difference_levels(path, files["fp32"], request.protocol),
                    speed=relative_speed(small, base, side_px=request.tile_px),
                )
            )
    return tuple(variants)


def _training_record(recipe: TrainRecipe, step: int, request: PublishRequest) -> dict[str, object]:
    run = RunFolder.open(request.run)
    plain = msgspec.to_builtins(recipe)
    # Folders are of the machine that trained the model, and private.
    plain["data"] = {k: v for k, v in plain["data"].items() if not k.endswith("folder")}
    if recipe.data.degradation.kind == "bicubic":
        plain["data"]["degradation"] = {"kind": "bicubic"}  # the rest applies to other kinds only
    plain.pop("validation_folder")
    plain.pop("init_weights")
    machine = msgspec.json.decode((run.path / "environment.json").read_bytes(), type=_Machine)
    mix = {"weights": name_weights(request.weights)} if request.weights else {}
    return {
        "recipe": _without_folders(plain),
        "start": " and ".join(name_weights(Path(start)) for start in recipe.starts)
        or "random weights",
        "step": step,
        "machine": f"{machine.device_name}, {machine.processes} x {machine.threads} threads",
        "minutes": round(trained_s(run.events()) / 60, 1),
        **mix,
        **_teacher_record(run),
    }


def _teacher_record(run: RunFolder) -> dict[str, str]:
    # The recipe has the name and license of an ONNX teacher; its content tells which one it was.
    sha256 = recorded_hashes(run).get("teacher.onnx")
    return {"teacher_sha256": sha256} if sha256 else {}


class _Machine(msgspec.Struct, frozen=True):
    """The machine of a run, from its ``environment.json``."""

    device_name: str = platform.machine()
    processes: int = 1
    threads: int = 1


def _without_folders(values: dict[str, object]) -> dict[str, object]:
    """Return ``values`` with the names of files of weights without their folders."""
    result = {}
    for name, value in values.items():
        is_file = name.endswith(("weights", "onnx")) and isinstance(value, str)
        inner = _without_folders(value) if isinstance(value, dict) else value
        result[name] = Path(str(value)).name if is_file else inner
    return result
