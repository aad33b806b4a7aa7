"""Recipes: all settings of a training run, one struct per training method.

The ``type`` of a recipe selects the struct. `engine.config.recipe_file` reads and writes them.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct
from typing_extensions import override

from engine.config.parts import (
    Above,
    Connector,
    DataRecipe,
    DialRecipe,
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
from engine.config.spaces import MfanetSpaceRecipe, ShrinkingStage


class TrainRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """Settings that all training recipes share.

    Attributes:
        name: Part of the name of the run folder.
        data: Training photos.
        schedule: Number of steps and learning rate.
        generator: Architecture and size of the network to train.
        init_weights: Weights to start from: the id of a model, the name of a corner of a
            dial such as ``mfa-s-x4-r0f1``, an ONNX file that ``mfagan export`` wrote, or a
            safetensors file; tensors that fit are used. A network with a dial may name two, for
            its ends at restoration 0 and 1.
        seed: Start of all randomness.
        threads: CPU threads; 0 uses all cores.
        device: ``auto`` uses a CUDA device if there is one.
        accumulate: Number of parts in which a batch is processed, to save memory.
        precision: ``bf16`` runs convolutions in bfloat16, ``fp16`` in float16 with loss
            scaling; sums stay in float32.
        ema_decay: Decay of the EMA weights, which are the ones that are exported.
        clip_norm: Largest norm of the gradient.
        checkpoint_every: Steps between checkpoints.
        log_every: Steps between reports of the losses.
        validation_folder: HR photos on which Y-PSNR is measured during the run.
        lpips_onnx: LPIPS network (ONNX, inputs ref and dist), which measures the validation
            photos too.
        validate_every: Steps between validations.
        sample_photos: Number of sample pictures at every validation, of the validation photos
            or else of the training photos.
        tensorboard: Whether event files for TensorBoard are written too.
    """

    name: str
    data: DataRecipe
    schedule: ScheduleRecipe
    generator: GeneratorRecipe = GeneratorRecipe()
    init_weights: str | tuple[str, str] | None = None
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
    lpips_onnx: str | None = None
    validate_every: Positive = 1000
    sample_photos: Annotated[int, Meta(ge=0, le=16)] = 1
    tensorboard: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.init_weights, tuple) and dial_of(self) is None:
            raise ValueError("init_weights: only a network with a dial starts from two; name one")

    @property
    def hr_patch_px(self) -> int:
        """Side of an HR patch."""
        return self.data.patch_px * self.generator.scale

    @property
    def starts(self) -> tuple[str, ...]:
        """The weights to start from: none, those of a network, or those of both ends of a dial."""
        named = self.init_weights
        return named if isinstance(named, tuple) else (named,) if named else ()


class DialTrainRecipe(TrainRecipe, frozen=True, kw_only=True):
    """Settings of recipes whose network may have a restoration dial.

    Attributes:
        dial: The dial; without it the network is told nothing about its pictures.
    """

    dial: DialRecipe | None = None

    @override
    def __post_init__(self) -> None:
        super().__post_init__()
        if self.dial is None:
            return
        if self.data.degradation.kind == "bicubic":
            raise ValueError(
                "dial: pictures of degradation.kind=bicubic all have restoration 0; choose "
                "kind=mix, light, mild or real"
            )
        if self.data.batch_size % self.dial.group:
            raise ValueError(
                f"dial.group={self.dial.group}: a batch of {self.data.batch_size} has no whole "
                "number of such groups"
            )


def dial_of(recipe: TrainRecipe) -> DialRecipe | None:
    """Return the dial of the network that ``recipe`` trains, or None."""
    return recipe.dial if isinstance(recipe, DialTrainRecipe) else None


class PsnrRecipe(DialTrainRecipe, frozen=True, kw_only=True, tag="psnr"):
    """Train a generator to minimize its error.

    Attributes:
        error: Absolute (``l1``) or squared (``l2``) error. A last stage of 3,250 steps with
            ``l2`` changed an mfanet of 32 channels and 4 blocks by +0.006 dB on Set14 and
            -0.04 on Set5.
        color: Weight of the error of color differences, against tints along edges, which
            networks learn from degraded photos.
    """

    error: Literal["l1", "l2"] = "l1"
    color: Weight = 0.0


class GanRecipe(DialTrainRecipe, frozen=True, kw_only=True, tag="gan"):
    """Fine-tune a generator against a discriminator.

    Attributes:
        discriminator: Architecture and size of the discriminator.
        perceptual: The network whose features are compared.
        adversarial: The GAN loss.
        weights: Weights of the loss terms.
        random_shift_px: Largest random cyclic shift of the pictures that discriminator and
            feature network see, against checkerboards; 7 covers the strides of usual ones.
    """

    discriminator: DiscriminatorRecipe = DiscriminatorRecipe()
    perceptual: PerceptualRecipe = PerceptualRecipe()
    adversarial: GanLossName = "relativistic"
    weights: GanWeights = GanWeights()
    random_shift_px: Annotated[int, Meta(ge=0, le=64)] = 0


class DistillRecipe(DialTrainRecipe, frozen=True, kw_only=True, tag="distill"):
    """Train a student on a teacher's pictures and features, without a discriminator.

    With the default weights the teacher's picture is the only target, as in
    AutoGAN-Distiller. Paper: Fu et al. 2020, arXiv 2006.08198.

    Attributes:
        teacher: The teacher.
        inherit: Whether to start from the teacher's channels of largest L1 norm, as the
            pre-distillation of GAN Compression does; both must be an mfanet.
        weights: Weights of the loss terms.
        perceptual: The network whose features of the two pictures are compared, as in
            AutoGAN-Distiller's second stage; it needs a file, as there is no discriminator.
    """

    teacher: TeacherRecipe
    inherit: bool = False
    weights: DistillWeights = DistillWeights()
    perceptual: PerceptualRecipe = PerceptualRecipe()

    @override
    def __post_init__(self) -> None:
        super().__post_init__()
        # Mixed weights run in a network of their own, whose maps no teacher's can be fitted to.
        inside = self.inherit or self.weights.feature or self.weights.affinity
        if self.dial is not None and inside:
            raise ValueError(
                "dial: a student with a dial learns from the teacher's pictures only; set "
                "weights.feature and weights.affinity to 0 and inherit to false"
            )


class MfaganRecipe(TrainRecipe, frozen=True, kw_only=True, tag="mfagan"):
    """Distil both generator and discriminator of a teacher into those of a student.

    Our reconstruction of MFAGAN's training. Paper: Cheng et al. 2021, arXiv 2107.12679.

    Attributes:
        teacher: The teacher's generator.
        discriminator: The student's discriminator.
        teacher_discriminator: The teacher's discriminator.
        teacher_discriminator_weights: Safetensors file of the teacher's discriminator; if not
            given, it is trained along with the student, on the teacher's pictures.
        perceptual: The network whose features are compared.
        adversarial: The GAN loss.
        weights: Weights of the loss terms against the HR photos.
        distill: Weights of the loss terms against the teacher.
        discriminator_feature: Weight of the difference between the feature maps of the two
            discriminators, relative to the teacher's.
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
    """Train a wider and a deeper teacher together with a student that learns only from them.

    The teachers are trained against discriminators that share their first layers; the student
    has none and never sees an HR photo. Paper: Ren et al. 2021, "Online Multi-Granularity
    Distillation for GAN Compression", arXiv 2108.06908.

    Attributes:
        wider: Teacher with more channels.
        deeper: Teacher with more blocks.
        discriminator: Architecture and size of the discriminators.
        shared_layers: Number of first layers that the discriminators share.
        students_per_teacher: Updates of the student per update of the teachers.
        adversarial: The GAN loss of the teachers.
        perceptual: The network whose features are compared; with ``discriminator`` the student
            is compared on the features of each teacher's own.
        teacher_weights: Weights of the loss terms of the teachers.
        student_weights: Weights of the loss terms of the student.
        channel: Weight of the pooled-channel loss against the wider teacher.
        connector: Layer that fits the student's maps to the wider teacher's. The paper uses
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
    """Train a supernet: a network whose subnets of many sizes all work.

    The method is GAN Compression; by default it is its "fast" variant, in which the teacher is
    the full network and the supernet starts from random weights. The original variant distils
    a student first, by ``init_weights`` of a `DistillRecipe` run that inherits or by
    ``inherit`` and a first stage of ``shrinking`` within this run, and continues with the
    teacher's discriminator. Paper: Li et al. 2020, arXiv 2003.08936.

    Attributes:
        teacher: The teacher.
        space: The sizes that subnets may have, at most the generator's.
        subnets_per_step: Random subnets per step.
        draw: Whether all costs in MACs are equally likely in a random subnet, or all choices.
        sandwich: Whether the smallest and the largest subnet are trained at every step too.
            Paper: Yu and Huang 2019, arXiv 1903.05134.
        imitate: What subnets learn from: HR photos and teacher (``teacher``), or the picture of
            the largest subnet, which alone sees the two (``largest``, with ``sandwich``).
            Paper: Yu et al. 2020, "BigNAS", arXiv 2003.11142.
        shrinking: Stages at the start in which subnets differ only in some choices; without any
            choice only the largest subnet is trained. After the last all choices are free.
            Paper: Cai et al. 2019, "Once for All", arXiv 1908.09791.
        inherit: Whether to start from the teacher's channels of largest L1 norm.
        weights: Weights of the loss terms against teacher and HR photos; affinity, perceptual
            and style are not available.
        adversarial_weight: Weight of the GAN loss; 0 trains without a discriminator.
        adversarial: The GAN loss.
        discriminator: Architecture and size of the discriminator.
        discriminator_weights: Safetensors file that the discriminator starts from, such as the
            teacher's.
    """

    teacher: TeacherRecipe
    space: MfanetSpaceRecipe
    subnets_per_step: Positive = 1
    draw: Literal["cost", "choices"] = "cost"
    sandwich: bool = False
    imitate: Literal["teacher", "largest"] = "teacher"
    shrinking: tuple[ShrinkingStage, ...] = ()
    inherit: bool = False
    weights: DistillWeights = DistillWeights(output=0.0, feature=0.01, pixel=1.0)
    adversarial_weight: Weight = 0.01
    adversarial: GanLossName = "hinge"
    discriminator: DiscriminatorRecipe = DiscriminatorRecipe()
    discriminator_weights: str | None = None

    @override
    def __post_init__(self) -> None:
        super().__post_init__()
        if self.imitate == "largest" and not self.sandwich:
            raise ValueError(
                "imitate=largest: the largest subnet must be trained at every step; "
                "set sandwich to true"
            )
        ends = [stage.until for stage in self.shrinking]
        if ends != sorted(ends):
            raise ValueError(f"shrinking: until={ends} should rise from stage to stage")


class SlimRecipe(TrainRecipe, frozen=True, kw_only=True, tag="slim"):
    """Distil, prune channels and quantize with one objective.

    The inner channels of every block have gates. A proximal step sets gates to exactly 0, and
    the channels of the remaining gates are extracted at the end. Paper: Wang et al. 2020,
    "GAN Slimming", arXiv 2008.11062.

    Attributes:
        teacher: The teacher.
        sparsity: Weight of the L1 penalty on the gates.
        reweight: Whether channels that contribute little get a larger penalty (Candès et al.
            2008, doi:10.1007/s00041-008-9045-x). The paper has one penalty for all, but its
            networks have normalization layers: without them weights grow as gates shrink, and
            gates with equal penalties all close at the same time.
        gate_learning_rate: Learning rate of the gates; it falls as the schedule's does.
        quantize: Whether weights and activations are rounded to 8 bits during training.
        weights: Weights of the loss terms against the teacher's picture: features and style as
            in the paper, or ``output`` alone for a faithful network.
        perceptual: The network whose features are compared; ``discriminator`` needs an
            adversarial weight.
        adversarial_weight: Weight of the GAN loss, for which the teacher's pictures are real;
            0 trains without a discriminator.
        adversarial: The GAN loss.
        discriminator: Architecture and size of the discriminator.
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


class QuantizeRecipe(DialTrainRecipe, frozen=True, kw_only=True, tag="quantize"):
    """Fine-tune a network so that its 8-bit file computes what its float file computes.

    8-bit inference is simulated, and the picture of the float network is the target, not a photo.
    Papers: Jacob et al. 2018, arXiv 1712.05877; for ranges Esser et al. 2020, arXiv 1902.08153.

    Attributes:
        float_weights: The float network: the id of a model, whose corners are all trained at
            random points of its dial, or an ONNX file that ``mfagan export`` wrote.
        range_learning_rate: Learning rate of the ranges, relative to their size; it falls as the
            schedule's does.
        squared_weight: Weight of the squared difference, against few large ones.
        smooth_weight: Additional weight of the difference in smooth areas, where grain is seen.
    """

    float_weights: str
    range_learning_rate: Above = 5e-4
    squared_weight: Weight = 100.0
    smooth_weight: Weight = 3.0

    @override
    def __post_init__(self) -> None:
        super().__post_init__()
        if self.init_weights is not None:
            raise ValueError("init_weights: type=quantize starts from float_weights; leave it out")
        if self.precision != "fp32":
            raise ValueError(f"precision={self.precision}: 8 bits are simulated in fp32; use that")


AnyRecipe: TypeAlias = (
    PsnrRecipe
    | GanRecipe
    | DistillRecipe
    | MfaganRecipe
    | OmgdRecipe
    | SupernetRecipe
    | SlimRecipe
    | QuantizeRecipe
)
