"""The parts of a recipe that several kinds of run share."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from engine.config.degradation import DegradationRecipe

Positive: TypeAlias = Annotated[int, Meta(ge=1)]
Fraction: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
Weight: TypeAlias = Annotated[float, Meta(ge=0)]
Above: TypeAlias = Annotated[float, Meta(gt=0)]


class GeneratorRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which generator to train, and how wide and deep it is.

    Attributes:
        family: Name of the builder.
        scale: Factor between LR and SR sides.
        channels: Width of the body; the family's published one when not given.
        blocks: Depth of the body; the family's published one when not given.
        inner: Widths of the two inner stages of each block, of an mfanet that was
            slimmed or searched; ``channels`` when not given.
    """

    family: str = "mfanet"
    scale: Annotated[int, Meta(ge=2, le=4)] = 4
    channels: Positive | None = None
    blocks: Positive | None = None
    inner: tuple[tuple[Positive, Positive], ...] | None = None


class DataRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the training photos are and how patches are cut from them.

    Attributes:
        folder: Folder of HR photos, searched through all its subfolders.
        lr_folder: Folder of their LR photos, of the same names in the same
            subfolders, or with ``x4`` and the like at the end; when not given,
            LR is made from HR.
        cache_folder: Where decoded pixels are kept between runs; in the user's
            cache when not given.
        patch_px: Side of an LR patch.
        batch_size: Patches a step, over all processes together.
        held_out_share: Share of the photos that is judged instead of trained on where no
            ``validation_folder`` is given; at most 16 photos, none of fewer than 10.
        degradation: How LR is made from HR.
    """

    folder: str
    lr_folder: str | None = None
    cache_folder: str | None = None
    patch_px: Positive = 32
    batch_size: Positive = 16
    held_out_share: Fraction = 0.05
    degradation: DegradationRecipe = DegradationRecipe()

    def __post_init__(self) -> None:
        if self.lr_folder is not None and not self.degradation.is_clean:
            raise ValueError(
                f"lr_folder gives the LR photos; degradation.kind={self.degradation.kind} "
                "would degrade none"
            )


class ScheduleRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long training lasts and how the step size changes on the way.

    The step size rises during warm-up and then falls to ``final_fraction`` of
    its peak. ``linear`` holds it first and then falls in a straight line: a
    plain one-cycle run lost its last quarter to a step size near zero, so the
    fall is late and stops above zero. ``cosine`` falls over all the steps after
    the warm-up. ``steps`` halves it at each of ``milestones``.

    Attributes:
        milestones: Shares of the steps after which ``shape: steps`` halves the step size.
    """

    steps: Positive
    learning_rate: Above = 1e-3
    shape: Literal["linear", "cosine", "steps"] = "linear"
    warmup_fraction: Fraction = 0.01
    hold_fraction: Fraction = 0.45
    final_fraction: Fraction = 0.01
    milestones: tuple[Fraction, ...] = (0.125, 0.25, 0.5, 0.75)


class DiscriminatorRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which discriminator judges, and how wide it is.

    Attributes:
        channels: Width of the first layer; the published one when not given.
        norm: Normalization of a PatchGAN; the other families fix theirs.
        learning_rate_factor: Step size against the generator's.
    """

    family: str = "patchgan"
    channels: Positive | None = None
    layers: Annotated[int, Meta(ge=1, le=5)] = 3
    norm: Literal["none", "batch", "spectral"] = "spectral"
    learning_rate_factor: Above = 1.0


class PerceptualRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On which network's features SR and HR are compared.

    Attributes:
        network: ``vgg19`` or ``squeezenet`` need ``weights``; ``discriminator``
            compares features of the run's own discriminator and needs no file.
        weights: ``.npz`` file of the network.
    """

    network: Literal["discriminator", "vgg19", "squeezenet"] = "discriminator"
    weights: str | None = None


class GanWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much each term counts; a term of weight 0 is not computed.

    The defaults are ESRGAN's. Paper: Wang et al. 2018, arXiv 1809.00219. ``color`` is
    against tints beside edges, ``checkerboard`` against that artifact, ``tone`` against
    places that become lighter or darker as a whole; the three are our own.
    """

    pixel: Weight = 1e-2
    perceptual: Weight = 1.0
    adversarial: Weight = 5e-3
    color: Weight = 0.0
    checkerboard: Weight = 0.0
    tone: Weight = 0.0
    structure: Weight = 0.0
    style: Weight = 0.0
    variation: Weight = 0.0
    artifact: Weight = 0.0


GanLossName: TypeAlias = Literal["vanilla", "least-squares", "hinge", "relativistic"]


Connector: TypeAlias = Literal["linear", "normalized"]
"""What fits a student's map to a teacher's: a 1x1 convolution, or that with BatchNorm and ReLU."""


class TeacherRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A trained network that the student imitates.

    Attributes:
        generator: Its sizes; those of the weights when not given, where these say them.
        weights: Id of a model, ONNX file that ``mfagan export`` wrote, or safetensors
            file of a run's averaged weights; to name none is an error.
        random: Imitates random weights instead, which only tests want.
    """

    generator: GeneratorRecipe | None = None
    weights: str | None = None
    random: bool = False


class DistillWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much each imitation term counts; a term of weight 0 is not computed.

    Attributes:
        output: Mean absolute difference to the teacher's picture.
        feature: Mean square difference of adapted feature maps, relative to the teacher's.
        affinity: Difference of the maps' pixel-to-pixel affinities (FAKD).
        pixel: Mean absolute error to the HR photo.
        perceptual: Difference of features of the student's and the teacher's picture.
        style: Difference of the Gram matrices of these features.
    """

    output: Weight = 1.0
    feature: Weight = 0.0
    affinity: Weight = 0.0
    pixel: Weight = 0.0
    perceptual: Weight = 0.0
    style: Weight = 0.0
