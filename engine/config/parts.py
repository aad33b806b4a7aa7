"""Groups of values that recipes of several kinds share."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from engine.config.degradation import DegradationRecipe
from engine.config.operations import Operation

Positive: TypeAlias = Annotated[int, Meta(ge=1)]
Fraction: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
Weight: TypeAlias = Annotated[float, Meta(ge=0)]
Above: TypeAlias = Annotated[float, Meta(gt=0)]
KernelSize: TypeAlias = Literal[1, 3]


class GeneratorRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Architecture and size of a generator.

    Attributes:
        family: Name of the architecture.
        scale: Factor between LR and SR sides.
        channels: Width of the body; as published if not given.
        blocks: Depth of the body; as published if not given.
        inner: Widths of the two inner stages of each block, for an mfanet that was slimmed
            or searched; ``channels`` if not given.
        taps: Whether each block of an mfanet has the tap on its first stage; all if not given.
        last_kernels: Kernel size of the last stage of each block of an mfanet; 3 if not given.
        tail_kernel: Kernel size of an mfanet's tail; 3 if not given.
        widths: Width inside each block of another family than mfanet and tpsr: of a layer of a
            compact, between the convolutions of an srresnet or span, of each half of a selfcal,
            and the growth of an rrdbnet; as published if not given.
        cells: Operations of the four chains of a tpsr: early, two branches and the shortcut; as
            published if not given.
    """

    family: str = "mfanet"
    scale: Annotated[int, Meta(ge=2, le=4)] = 4
    channels: Positive | None = None
    blocks: Positive | None = None
    inner: tuple[tuple[Positive, Positive], ...] | None = None
    taps: tuple[bool, ...] | None = None
    last_kernels: tuple[KernelSize, ...] | None = None
    tail_kernel: KernelSize | None = None
    widths: tuple[Positive, ...] | None = None
    cells: tuple[tuple[Operation, ...], ...] | None = None


class DataRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Training photos, and how patches are cut from them.

    Attributes:
        folder: Folder of HR photos, including its subfolders.
        lr_folder: Folder of the LR photos, with the same names in the same subfolders, or
            with a suffix such as ``x4``; LR is made from HR if not given.
        cache_folder: Folder where decoded photos are kept between runs; the user's cache if
            not given.
        patch_px: Side of an LR patch.
        batch_size: Patches per step, over all processes together.
        held_out_share: Share of the photos that are used for validation instead of training
            if there is no ``validation_folder``; at most 16 photos, none of fewer than 10.
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
    """Number of steps, and the learning rate over them.

    The learning rate rises during the warm-up and then falls from its peak::

        peak        _________________
                   /                 '-._            linear: constant, then a straight line
                  /                      '-._        cosine: half a period over all steps
                 /                           '-      steps:  halved at each of milestones
                |<>| warmup_fraction          final_fraction * peak
                |<-- hold_fraction -->|

    A plain one-cycle schedule wasted its last quarter at a learning rate near zero, so
    ``linear`` falls late and ends above zero.

    Attributes:
        steps: Number of steps.
        learning_rate: Peak learning rate.
        shape: How the learning rate falls.
        warmup_fraction: Share of the steps in which the learning rate rises.
        hold_fraction: Share of the steps, with the warm-up, after which ``linear`` falls.
        final_fraction: Last learning rate of ``linear`` and ``cosine``, relative to the peak.
        milestones: Shares of the steps after which ``steps`` halves the learning rate.
    """

    steps: Positive
    learning_rate: Above = 1e-3
    shape: Literal["linear", "cosine", "steps"] = "linear"
    warmup_fraction: Fraction = 0.01
    hold_fraction: Fraction = 0.45
    final_fraction: Fraction = 0.01
    milestones: tuple[Fraction, ...] = (0.125, 0.25, 0.5, 0.75)


class DialRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A restoration dial: the network is told how degraded each picture is, from 0 to 1.

    The value of a picture comes from what the degradation did to it. Why a dial, and how values
    are computed: docs/decisions/0018-restoration-dial.md.

    Attributes:
        group: Number of pictures that share one value, the mean of theirs: pictures of like
            values are grouped, because weights are mixed once for each group.
    """

    group: Positive = 4


class DiscriminatorRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Architecture and size of a discriminator.

    Attributes:
        family: Name of the architecture.
        channels: Width of the first layer; as published if not given.
        layers: Layers of a PatchGAN with stride 2.
        cells: Operation before each layer of stride 2 of a discriminator of cells, which has no
            other number of layers; null for none.
        norm: Normalization of a PatchGAN; the other architectures have a fixed one.
        learning_rate_factor: Learning rate relative to the generator's.
    """

    family: str = "patchgan"
    channels: Positive | None = None
    layers: Annotated[int, Meta(ge=1, le=5)] = 3
    cells: Annotated[tuple[Operation | None, ...], Meta(min_length=1, max_length=5)] = (
        "conv3",
        "conv3",
        "conv3",
    )
    norm: Literal["none", "batch", "spectral"] = "spectral"
    learning_rate_factor: Above = 1.0


class PerceptualRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The network whose features the perceptual loss compares.

    Attributes:
        network: ``vgg19`` and ``squeezenet`` need ``weights``; ``discriminator`` uses the
            features of the run's own discriminator and needs no file.
        weights: ``.npz`` file with the weights of the network.
    """

    network: Literal["discriminator", "vgg19", "squeezenet"] = "discriminator"
    weights: str | None = None


class GanWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Weights of the loss terms of a GAN's generator; a term of weight 0 is not computed.

    The defaults are ESRGAN's. Paper: Wang et al. 2018, arXiv 1809.00219. ``color``,
    ``checkerboard`` and ``tone`` are our own.

    Attributes:
        pixel: Mean absolute error.
        perceptual: Difference of the features of a network.
        adversarial: GAN loss.
        color: Error of color differences, against tints along edges.
        checkerboard: Patterns that repeat with every LR pixel.
        tone: Areas that become lighter or darker as a whole.
        structure: 1 - SSIM.
        style: Difference of the Gram matrices of the features.
        variation: Total variation.
        artifact: Error where it varies from pixel to pixel and the averaged generator has a
            smaller one. Paper: Liang et al. 2022, arXiv 2203.09195.
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
"""Layer that fits a student's feature map to a teacher's: a 1x1 convolution, or that followed by
BatchNorm and ReLU."""


class TeacherRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A trained network that the student imitates: one of ours, or any ONNX file.

    One of ours runs beside the student at every step. An ONNX file enlarges each training
    photo once, and patches are cut from its pictures; it has no feature maps to imitate.

    Attributes:
        generator: Architecture and size; as stored with the weights if not given.
        weights: Id of a model, ONNX file that ``mfagan export`` wrote, or safetensors file
            with the averaged weights of a run. Required, except with ``onnx`` or ``random``.
        random: Imitate random weights instead, for tests.
        onnx: ONNX file of any super-resolution network of the student's scale.
        license: License of the ONNX file, for the student's model card; required with it.
        credit: Author of the ONNX file, for the student's model card.
        kind: Whether the pictures of the ONNX file are faithful, or ``vivid`` ones that may
            have invented detail; that cannot be measured, so it counts as vivid if not given.
        value_range: Input values of black and white of the ONNX file; detected if not given.
        self_ensemble: Whether the ONNX file's picture is the mean over the 8 flips and
            turns of the photo, which takes 8 times as long and has a smaller error.
    """

    generator: GeneratorRecipe | None = None
    weights: str | None = None
    random: bool = False
    onnx: str | None = None
    license: str | None = None
    credit: str | None = None
    kind: Literal["faithful", "vivid"] | None = None
    value_range: tuple[float, float] | None = None
    self_ensemble: bool = False

    def __post_init__(self) -> None:
        if self.onnx is None:
            return
        if self.weights is not None or self.generator is not None or self.random:
            raise ValueError(
                "teacher.onnx is a teacher by itself; leave out teacher.weights, "
                "teacher.generator and teacher.random (--set teacher.weights=null)"
            )
        if not self.license:
            raise ValueError(
                f"teacher.onnx={self.onnx}: name the license of this network, which the "
                "student's model card will tell: --set teacher.license=MIT"
            )


class DistillWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Weights of the loss terms of a student; a term of weight 0 is not computed.

    Attributes:
        output: Mean absolute difference from the teacher's picture.
        feature: Mean squared difference of adapted feature maps, relative to the teacher's.
        affinity: Difference of the pixel-to-pixel affinities of the maps (FAKD).
        pixel: Mean absolute error against the HR photo.
        perceptual: Difference of the features of the student's and the teacher's picture.
        style: Difference of the Gram matrices of these features.
    """

    output: Weight = 1.0
    feature: Weight = 0.0
    affinity: Weight = 0.0
    pixel: Weight = 0.0
    perceptual: Weight = 0.0
    style: Weight = 0.0
