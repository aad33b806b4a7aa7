"""Recipes: everything a training run needs to know, in one file.

A recipe is a YAML file that becomes one frozen struct; its ``type`` names the
kind of run. Unknown keys, wrong types and values out of range are errors that
name the field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, get_args

import msgspec
import yaml
from msgspec import Meta, Struct

from engine.config.field_names import tell_fault, tell_unknown, value_names
from engine.config.overrides import Override, apply_overrides, read_overrides, set_value
from engine.config.parts import (
    Above,
    Connector,
    DataRecipe,
    DiscriminatorRecipe,
    DistillWeights,
    Fraction,
    GanLossName,
    GanWeights,
    GeneratorRecipe,
    PerceptualRecipe,
    Positive,
    ScheduleRecipe,
    TeacherRecipe,
    Weight,
)
from engine.config.renamed_keys import Warn, current_recipe, keep_quiet
from engine.config.yaml_file import read_yaml_file
from engine.core.errors import ConfigError


class TrainRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """What every kind of run is told.

    Attributes:
        name: Becomes part of the run folder's name.
        generator: The network that the run makes.
        init_weights: What to start from: the id of a model, an ONNX file that
            ``mfagan export`` wrote, or a safetensors file; tensors that fit are taken.
        device: ``auto`` takes a CUDA device when there is one.
        accumulate: Parts that a batch is worked off in, to need less memory.
        precision: ``bf16`` runs convolutions in bfloat16, ``fp16`` in float16 with
            scaled gradients; sums stay in float32.
        ema_decay: Decay of the averaged weights, which are the ones that ship.
        clip_norm: Largest gradient norm.
        validation_folder: HR photos for Y-PSNR during the run; none when not given.
        sample_photos: Pictures shown at every validation, of the validation photos
            or else of the training photos.
        tensorboard: Writes event files for TensorBoard too.
    """

    name: str
    data: DataRecipe
    schedule: ScheduleRecipe
    generator: GeneratorRecipe = GeneratorRecipe()
    init_weights: str | None = None
    seed: Annotated[int, Meta(ge=0)] = 0
    threads: Annotated[int, Meta(ge=0)] = 0
    device: Literal["auto", "cpu", "cuda"] = "auto"
    accumulate: Positive = 1
    precision: Literal["fp32", "bf16", "fp16"] = "fp32"
    ema_decay: Fraction = 0.999
    clip_norm: Above = 1.0
    checkpoint_every: Positive = 1000
    log_every: Positive = 100
    validation_folder: str | None = None
    validate_every: Positive = 1000
    sample_photos: Annotated[int, Meta(ge=0, le=16)] = 1
    tensorboard: bool = False

    @property
    def hr_patch_px(self) -> int:
        """Side of an HR patch."""
        return self.data.patch_px * self.generator.scale


class PsnrRecipe(TrainRecipe, frozen=True, kw_only=True, tag="psnr"):
    """Fit a generator to minimize its error.

    Attributes:
        error: Absolute (``l1``) or squared (``l2``). A last stage of 3,250 steps with
            ``l2`` changed mfa-s-x4-classic by +0.006 dB on Set14 and -0.04 on Set5.
        color: Weight of the error of color differences, against tints beside edges,
            which damaged photos teach.
    """

    error: Literal["l1", "l2"] = "l1"
    color: Weight = 0.0


class GanRecipe(TrainRecipe, frozen=True, kw_only=True, tag="gan"):
    """Fine-tune a generator against a discriminator.

    Attributes:
        random_shift_px: Largest random shift of pictures before networks with strides see
            them, against checkerboards; 7 covers the strides of the usual networks.
    """

    discriminator: DiscriminatorRecipe = DiscriminatorRecipe()
    perceptual: PerceptualRecipe = PerceptualRecipe()
    adversarial: GanLossName = "relativistic"
    weights: GanWeights = GanWeights()
    random_shift_px: Annotated[int, Meta(ge=0, le=64)] = 0


class DistillRecipe(TrainRecipe, frozen=True, kw_only=True, tag="distill"):
    """Fit a student to a teacher's pictures and features, without a discriminator.

    With the default weights the teacher's picture is the only target, as in
    AutoGAN-Distiller. Paper: Fu et al. 2020, arXiv 2006.08198.

    Attributes:
        inherit: Starts from the teacher's channels of largest L1 norm, as GAN
            Compression's pre-distillation does; both must be an mfanet.
        perceptual: On which features the pictures of student and teacher are compared,
            as in AutoGAN-Distiller's second stage; needs a file, as no discriminator is there.
    """

    teacher: TeacherRecipe
    inherit: bool = False
    weights: DistillWeights = DistillWeights()
    perceptual: PerceptualRecipe = PerceptualRecipe()


class MfaganRecipe(TrainRecipe, frozen=True, kw_only=True, tag="mfagan"):
    """Distil a teacher pair into a student pair, generator and discriminator both.

    Our reconstruction of MFAGAN's training. Paper: Cheng et al. 2021, arXiv 2107.12679.

    Attributes:
        discriminator: The student's.
        teacher_discriminator: The teacher's.
        teacher_discriminator_weights: Safetensors file of it; when not given it
            is trained beside the student on the teacher's pictures.
        discriminator_feature: Weight of the difference of the discriminators' maps,
            relative to the teacher's.
    """

    teacher: TeacherRecipe
    discriminator: DiscriminatorRecipe = DiscriminatorRecipe(channels=32)
    teacher_discriminator: DiscriminatorRecipe = DiscriminatorRecipe(channels=64)
    teacher_discriminator_weights: str | None = None
    perceptual: PerceptualRecipe = PerceptualRecipe()
    adversarial: GanLossName = "relativistic"
    weights: GanWeights = GanWeights()
    distill: DistillWeights = DistillWeights(output=1.0, feature=0.01)
    discriminator_feature: Weight = 0.1


class OmgdRecipe(TrainRecipe, frozen=True, kw_only=True, tag="omgd"):
    """Train a wider and a deeper teacher online with a student that sees only them.

    The teachers play against one discriminator whose first layers they share;
    the student has none and never sees an HR photo. Paper: Ren et al. 2021,
    "Online Multi-Granularity Distillation for GAN Compression", arXiv 2108.06908.

    Attributes:
        wider: Teacher of more channels.
        deeper: Teacher of more blocks.
        shared_layers: First layers of the discriminator that both teachers share.
        students_per_teacher: Student updates to one update of the teachers.
        perceptual: On which features pictures are compared; those of ``discriminator``
            are, for the student, what each teacher's own sees.
        channel: Weight of the pooled-channel loss against the wider teacher.
        connector: What fits the student's maps to the wider teacher's. The paper's is
            ``normalized``, for maps behind a ReLU; the maps of our blocks have both signs.
    """

    wider: GeneratorRecipe
    deeper: GeneratorRecipe
    discriminator: DiscriminatorRecipe = DiscriminatorRecipe()
    shared_layers: Annotated[int, Meta(ge=0)] = 3
    students_per_teacher: Positive = 1
    adversarial: GanLossName = "hinge"
    perceptual: PerceptualRecipe = PerceptualRecipe()
    teacher_weights: GanWeights = GanWeights(pixel=1.0, perceptual=0.0, adversarial=1e-2)
    student_weights: GanWeights = GanWeights(
        pixel=0.0, perceptual=10.0, adversarial=0.0, structure=10.0, style=1e4, variation=1e-5
    )
    channel: Weight = 100.0
    connector: Connector = "linear"


class SupernetRecipe(TrainRecipe, frozen=True, kw_only=True, tag="supernet"):
    """Train a network whose slices of many widths and depths all work.

    GAN Compression. As it stands this is its "fast" variant: the teacher is the
    full network and the supernet starts fresh. The original one distils a
    student first: ``init_weights`` of a `DistillRecipe` run that inherits, or
    ``inherit`` and ``predistill_fraction`` within this run; and it keeps the
    discriminator of the teacher. Paper: Li et al. 2020, arXiv 2003.08936.

    Attributes:
        widths: Channels a slice may have, at most the generator's.
        depths: Numbers of blocks, at most the generator's.
        inner_widths: Widths that each inner stage of each block may have, by
            itself; the slice's channels when none are given.
        subnets_per_step: Random slices a step.
        sandwich: Trains the smallest and the largest slice at every step too.
        inherit: Starts from the teacher's channels of largest L1 norm.
        predistill_fraction: Share of the steps, at the start, in which only the
            largest slice learns.
        weights: How much imitation and the HR photos count; there is no affinity,
            perceptual or style.
        adversarial_weight: 0 trains without a discriminator.
        discriminator_weights: Safetensors file to start it from, the teacher's.
    """

    teacher: TeacherRecipe
    widths: tuple[Positive, ...] = (16, 24, 32)
    depths: tuple[Positive, ...] = (2, 3, 4)
    inner_widths: tuple[Positive, ...] = ()
    subnets_per_step: Positive = 1
    sandwich: bool = False
    inherit: bool = False
    predistill_fraction: Fraction = 0.0
    weights: DistillWeights = DistillWeights(output=0.0, feature=0.01, pixel=1.0)
    adversarial_weight: Weight = 0.01
    adversarial: GanLossName = "hinge"
    discriminator: DiscriminatorRecipe = DiscriminatorRecipe()
    discriminator_weights: str | None = None


class SlimRecipe(TrainRecipe, frozen=True, kw_only=True, tag="slim"):
    """Distil, prune channels and quantize in one objective.

    The inner channels of every block carry gates; a proximal step drives gates
    to exactly 0, and what is left is cut out at the end.
    Paper: Wang et al. 2020, "GAN Slimming", arXiv 2008.11062.

    Attributes:
        sparsity: How hard gates are pulled to 0.
        reweight: Pulls harder at channels that carry little (Candès et al. 2008,
            doi:10.1007/s00041-008-9045-x). The paper pulls alike, but its networks
            have normalization layers: without them weights grow as gates shrink,
            and gates that shrink alike close at one time.
        gate_learning_rate: Step size of the gates; falls as the schedule's does.
        quantize: Trains through 8-bit rounding of weights and activations.
        weights: How much each difference to the teacher's picture counts: features and
            style as in the paper, or ``output`` alone for a faithful network.
        perceptual: On which features pictures are compared; those of ``discriminator``
            need an adversarial weight.
        adversarial_weight: 0 trains without a discriminator; with one, the
            teacher's pictures count as real.
    """

    teacher: TeacherRecipe
    sparsity: Weight = 0.01
    reweight: bool = False
    gate_learning_rate: Above = 0.1
    quantize: bool = True
    weights: DistillWeights = DistillWeights(output=0.0, perceptual=20.0, style=2e6)
    perceptual: PerceptualRecipe = PerceptualRecipe()
    adversarial_weight: Weight = 1.0
    adversarial: GanLossName = "least-squares"
    discriminator: DiscriminatorRecipe = DiscriminatorRecipe()


AnyRecipe: TypeAlias = (
    PsnrRecipe | GanRecipe | DistillRecipe | MfaganRecipe | OmgdRecipe | SupernetRecipe | SlimRecipe
)


def load_recipe(
    path: Path,
    overrides: Mapping[str, str] | None = None,
    *,
    texts: Mapping[str, str] | None = None,
    warn: Warn = keep_quiet,
) -> AnyRecipe:
    """Read a recipe and apply ``overrides`` to it.

    Args:
        path: YAML file.
        overrides: Values by dotted name, such as ``{"schedule.steps": "100"}``,
            written as in YAML.
        texts: Values that are taken as they are, such as folders: one may be called ``1e3``.
        warn: Receives a sentence for each name of an earlier version.

    Raises:
        ConfigError: If the file cannot be read or a field is wrong; the message names it.
    """
    tree = current_recipe(_read_tree(path), source=str(path), warn=warn)
    changes = read_overrides(overrides or {}, rename=current_recipe, warn=warn)
    kind = _kind_of({**tree, **{name: change.value for name, change in changes.items()}})
    known = value_names(kind)
    for name, change in changes.items():
        if name not in {*known, "type"}:
            raise ConfigError(f"{change.said}: {tell_unknown(name, known)}")
    apply_overrides(tree, changes)
    for name, text in (texts or {}).items():
        set_value(tree, name, text)
    return build_recipe(tree, source=str(path), overrides=changes)


def build_recipe(
    tree: Mapping[str, object], *, source: str, overrides: Mapping[str, Override] | None = None
) -> AnyRecipe:
    """Return the recipe that a tree of plain values describes.

    Args:
        tree: Values as a YAML file holds them, under current names.
        source: Where they come from, for the message of an error.
        overrides: Which of them come from the command line instead.

    Raises:
        ConfigError: If a field is wrong; the message names it and where it was set.
    """
    try:
        # Not strict: YAML 1.1 reads 1e-3 as text.
        recipe: AnyRecipe = msgspec.convert({"type": "psnr", **tree}, AnyRecipe, strict=False)
    except msgspec.ValidationError as error:
        fault = tell_fault(error, source, overrides or {}, _kind_of(tree))
        raise ConfigError(fault) from error
    return recipe


def dump_recipe(recipe: TrainRecipe) -> str:
    """Return ``recipe`` as YAML, with every field written out."""
    return yaml.safe_dump(msgspec.to_builtins(recipe), sort_keys=False, allow_unicode=True)


def differing_fields(one: TrainRecipe, other: TrainRecipe) -> dict[str, tuple[object, object]]:
    """Return the values in which two recipes differ, by dotted name, of either."""
    trees = [recipe_values(recipe) for recipe in (one, other)]
    names = dict.fromkeys(name for tree in trees for name in tree)
    pairs = {name: (trees[0].get(name), trees[1].get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def recipe_values(recipe: TrainRecipe) -> dict[str, object]:
    """Return every value of ``recipe`` by its dotted name."""
    return dict(_leaves(msgspec.to_builtins(recipe), ""))


def _leaves(tree: Mapping[str, object], prefix: str) -> Iterator[tuple[str, object]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _kind_of(tree: Mapping[str, object]) -> type[TrainRecipe]:
    kinds = {kind.__struct_config__.tag: kind for kind in get_args(AnyRecipe)}
    kind: type[TrainRecipe] = kinds.get(tree.get("type"), PsnrRecipe)
    return kind


def _read_tree(path: Path) -> dict[str, object]:
    tree = read_yaml_file(path)
    if not isinstance(tree, dict):
        raise ConfigError(f"{path}: a recipe is a mapping of names to values")
    return tree
