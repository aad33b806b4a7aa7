"""The model card: the description of one model, stored as JSON next to its ONNX files.

A plain model is one network, a file for each precision. A dial is networks of one graph, whose
weights are mixed for the values of restoration and fidelity that are asked for::

    fidelity 1    r0f1 ─────────── r1f1        four files for each precision: the corners,
                   │       x        │          where each value is 0 or 1; x is any point
    fidelity 0    r0f0 ─────────── r1f0
              restoration 0    restoration 1


The structs are its schema (``docs/schema/model-card.json``); `engine.catalog.card_file` reads and
writes cards.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from engine.core.errors import BadCardError
from engine.core.size_rules import SizeRules
from engine.core.typed_data import prepared

SCHEMA_VERSION = 3

Kind: TypeAlias = Literal["faithful", "vivid"]
Degradation: TypeAlias = Literal["bicubic", "real"]
Precision: TypeAlias = Literal["fp32", "fp16", "int8"]
"""Precisions of weights and activations, highest first."""

ModelId: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$(?!\n)")]
# Python's $ also matches before a final line break, hence the (?!\n).
# Only a bare name: a card must never point outside its own folder.
FileName: TypeAlias = Annotated[
    str, Meta(pattern=r"^[^./\\:\x00-\x1f\x7f][^/\\:\x00-\x1f\x7f]{0,199}$(?!\n)")
]
Sha256: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
# Far above any real network, but sums and products of them stay ordinary numbers.
Count: TypeAlias = Annotated[int, Meta(ge=0, le=10**18)]
Positive: TypeAlias = Annotated[int, Meta(gt=0, le=10**12)]
Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
SidePx: TypeAlias = Annotated[int, Meta(gt=0, le=4096)]
Text: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=4000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$(?!\n)")
]


class Architecture(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Architecture of the network."""

    family: Text
    """Name of the architecture, such as ``mfanet``; ``unknown`` for an imported file."""
    config: dict[str, Any] = {}
    """Arguments that the architecture is built with, such as its width."""


class Cost(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Multiply-accumulate operations of one pass."""

    input: Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,5}x[1-9][0-9]{0,5}$(?!\n)")]
    """Height and width of the LR input: ``256x256``."""
    value: Count
    """Operations of all convolutions and matrix products."""


class TileHint(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to cut a picture into tiles for this network, in LR pixels."""

    overlap_px: Annotated[int, Meta(ge=0, le=4096)]
    """Margin on each side that is computed and discarded."""
    best_px: SidePx
    """Side of the square input that was fastest when measured, margins included."""


class TensorSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The input or output tensor of the network."""

    name: Text
    """Name in the ONNX graph."""
    layout: Literal["NCHW"] = "NCHW"
    """Order of the axes."""
    range: tuple[float, float] = (0.0, 1.0)
    """The values of black and white."""
    color: Literal["sRGB"] = "sRGB"
    """Encoding of the values."""
    channels: Literal[1, 3] = 3
    """1 is gray, 3 is RGB."""
    dtype: Literal["float32", "float16"] = "float32"
    """Element type in the ONNX graph."""


class ModelFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ONNX file: a plain network, or one corner of a dial."""

    file: FileName
    """Name of the ONNX file, in the folder of the card."""
    sha256: Sha256
    """Hash of the file."""
    bytes: Positive
    """Size of the file."""
    restoration: Literal[0, 1] | None = None
    """Restoration at which these weights are used alone; None without that dial."""
    fidelity: Literal[0, 1] | None = None
    """Fidelity at which these weights are used alone; None without that dial."""


class Variant(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The model in one precision."""

    precision: Precision
    """Precision of weights and activations."""
    files: Annotated[tuple[ModelFile, ...], Meta(min_length=1, max_length=4)]
    """One ONNX file, or the corners of a dial: two for one value, four for both."""
    loss_db: Annotated[float, Meta(ge=0)] = 0.0
    """PSNR lost against fp32, measured; 0 for fp32 itself."""
    difference_levels: Annotated[float, Meta(ge=0)] | None = None
    """Mean difference from fp32's pictures in 8-bit levels; None when not measured."""
    smooth_difference_levels: Annotated[float, Meta(ge=0)] | None = None
    """The same in smooth areas, where it shows as grain; None when not measured."""
    relative_speed: Annotated[float, Meta(gt=0)] | None = None
    """How many times faster than fp32, measured; None when it was not."""


class Dial(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The values that a user can choose for a model with corners."""

    default_fidelity: Share = 0.15
    """Fidelity when none is chosen: 0 is vivid, 1 is faithful."""
    restoration_map: Literal[1] = 1
    """Version of the formula that says which restoration a degradation needs."""


class QualityFigure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One measured figure, and the command that reproduces it."""

    set: Text
    """Name of the picture set: ``set5``."""
    protocol: Text
    """How LR pictures were made and results compared."""
    metric: Text
    """Name of the metric, with its unit: ``psnr_y_db``."""
    value: float
    """Mean over the pictures of the set."""
    command: Text
    """The command that measured it."""
    date: dt.date
    """The day it was measured."""


class ModelCard(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything the app, the engine and the exporters know about one model."""

    schema_version: Literal[3] = 3
    """Version of this schema."""
    id: ModelId
    """Unique id, also used on the command line: ``mfa-s-x4``."""
    name: Text
    """Name that users see."""
    version: Text
    """Version of the weights."""
    scale: Annotated[int, Meta(ge=1, le=16)]
    """Factor by which one pass enlarges each side."""
    kind: Kind | None = None
    """``faithful`` minimizes the error; ``vivid`` looks sharp and may invent detail; None for a
    dial, whose fidelity decides it."""
    dial: Dial | None = None
    """The dial; None for a plain model."""
    degradation: Degradation | None = None
    """Degradation of the photos it was trained for: ``bicubic`` for downsampling alone,
    ``real`` for blur, noise and JPEG too; None when it is not known."""
    is_default: bool = False
    """Whether it is the default model of its scale."""
    license: Text
    """SPDX identifier, or where the terms can be read."""
    credit: Text
    """Who made it, and from what."""
    architecture: Architecture
    """Architecture of the network."""
    params: Count
    """Number of weights of the inference graph."""
    macs: Cost
    """Cost of one pass."""
    receptive_field_px: SidePx
    """Width of the input window that influences one output pixel, in LR pixels."""
    field_is_exact: bool = True
    """False if single pixels have influence beyond that window: it then holds for visible
    changes only, and tiles may differ from the whole picture."""
    size_multiple: SidePx = 1
    """The width and height of the input must be multiples of this value."""
    min_side_px: SidePx = 1
    """Least width and height of the input, a multiple of `size_multiple`."""
    tile: TileHint
    """How to cut a picture into tiles."""
    input: TensorSpec
    """The input."""
    output: TensorSpec
    """The output."""
    range_confidence: Annotated[float, Meta(ge=0, le=1)] | None = None
    """Probability that the value ranges are right, if they were found by experiment; None if
    the author of the network or of the card stated them."""
    variants: Annotated[tuple[Variant, ...], Meta(min_length=1)]
    """The files of each precision; a precision occurs at most once."""
    training: dict[str, Any] = {}
    """Recipe, start, steps, machine and duration of the training."""
    quality: tuple[QualityFigure, ...] = ()
    """Measured quality."""
    limits: tuple[Text, ...] = ()
    """What the model is not suited for, in sentences."""

    @property
    def exact_overlap_px(self) -> int:
        """Overlap per side, in LR pixels, at which tiles equal the whole picture."""
        return (self.receptive_field_px - 1) // 2

    @property
    def size_rules(self) -> SizeRules:
        """The input sizes that the network takes."""
        return SizeRules(multiple=self.size_multiple, min_px=self.min_side_px)

    @property
    def files(self) -> tuple[ModelFile, ...]:
        """The files of all variants."""
        return tuple(file for variant in self.variants for file in variant.files)

    @property
    def has_restoration(self) -> bool:
        """Whether restoration can be chosen."""
        return self.variants[0].files[0].restoration is not None

    @property
    def has_fidelity(self) -> bool:
        """Whether fidelity can be chosen."""
        return self.variants[0].files[0].fidelity is not None

    def variant(self, precision: Precision) -> Variant | None:
        """Return the variant of ``precision``, or None when there is none."""
        return next((v for v in self.variants if v.precision == precision), None)


def card_schema() -> dict[str, Any]:
    """Return the JSON schema of a card."""
    # Through JSON, because defaults are tuples and a schema has lists.
    return dict(msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(prepared(ModelCard)))))


# What the files of a variant may be: a plain network, or all corners of one value or of both.
_CORNERS = (
    {(None, None)},
    {(0, None), (1, None)},
    {(None, 0), (None, 1)},
    {(0, 0), (1, 0), (0, 1), (1, 1)},
)


def _corners(variant: Variant) -> tuple[tuple[int | None, int | None], ...]:
    return tuple((file.restoration, file.fidelity) for file in variant.files)


def check_rules(card: ModelCard, *, source: str) -> None:
    """Check the rules between the fields of a card, which its schema cannot express.

    Raises:
        BadCardError: If one is broken; the message says which.
    """
    precisions = [variant.precision for variant in card.variants]
    tile, overlap_px = card.tile.best_px, card.tile.overlap_px
    fp32 = card.variant("fp32")
    names = [file.file for file in card.files]
    corners = [_corners(variant) for variant in card.variants]
    broken = (
        (len(set(precisions)) != len(precisions), "two variants have the same precision"),
        (len(set(names)) != len(names), "two files have the same name"),
        (set(corners[0]) not in _CORNERS, "its files are not all corners of a dial"),
        (any(set(one) != set(corners[0]) for one in corners), "its variants differ in corners"),
        (any(len(set(one)) != len(one) for one in corners), "two files are the same corner"),
        ((card.dial is None) != (corners[0] == ((None, None),)), "only corners make a dial"),
        ((card.dial is None) != (card.kind is not None), "a plain model has a kind, a dial none"),
        (fp32 is not None and fp32.loss_db > 0, "the fp32 variant cannot lose against itself"),
        (tile <= 2 * overlap_px, f"a {tile} px tile keeps nothing at {overlap_px} px overlap"),
        (tile % card.size_multiple != 0, f"{tile} px tiles are no multiple of the size multiple"),
        (tile < card.min_side_px, f"{tile} px tiles are smaller than it takes"),
        (card.min_side_px % card.size_multiple != 0, "the least side is no multiple of the other"),
        (card.input.range[0] >= card.input.range[1], "the input range is empty"),
        (card.output.range[0] >= card.output.range[1], "the output range is empty"),
        (card.input.channels != card.output.channels, "input and output differ in channels"),
    )
    for is_broken, rule in broken:
        if is_broken:
            raise BadCardError(f"{source}: {rule}")
