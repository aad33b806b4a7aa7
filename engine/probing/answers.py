"""What the process that looks at a network is asked and answers: JSON, one object a line."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from engine.catalog.card import Precision
from engine.core.size_rules import SizeRules

ValueRange: TypeAlias = tuple[float, float]
_Count: TypeAlias = Annotated[int, Meta(ge=0)]
_Positive: TypeAlias = Annotated[int, Meta(gt=0)]
Size: TypeAlias = tuple[_Positive, _Positive]
"""Height and width in pixels."""
_Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]


class Limits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the process may take."""

    memory_bytes: _Positive
    """Address space, the interpreter's own among it."""
    decide_cpu_s: _Positive
    """Processor time until the network is refused or accepted."""
    finish_cpu_s: _Positive
    """Processor time in all."""
    file_bytes: _Positive
    """Largest file it may write."""


class ProbeTask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="probe"):
    """Find out all that is needed to use the network."""

    value_range: ValueRange | None = None
    """The values that stand for black and white going in, when somebody knows them."""
    crashed: tuple[Size, ...] = ()
    """Sizes at which a process before this one died: they are not tried again."""


class InspectTask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="inspect"):
    """Find out what sizes the network takes and gives."""

    crashed: tuple[Size, ...] = ()
    """As in `ProbeTask`."""


class CostTask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="cost"):
    """Count what one pass costs."""

    height_px: _Positive
    """Height of the LR input."""
    width_px: _Positive
    """Width of the LR input."""


Task: TypeAlias = ProbeTask | InspectTask | CostTask


class Request(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the process is asked."""

    path: str
    """The ONNX file."""
    task: Task
    """What to find out."""
    limits: Limits
    """What it may take."""


class Attempt(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="attempt"):
    """The network will now be run on some size, which may end the process."""

    size: Size
    """That size."""


class Refusal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="refusal"):
    """The network cannot be used."""

    reason: str
    """Why, in words that follow the file's name."""


class NetworkFacts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="facts"):
    """What the graph says and which sizes it was seen to take."""

    input_name: str
    """Name of its only input."""
    output_name: str
    """Name of its only output."""
    channels: Literal[1, 3]
    """1 for gray, 3 for RGB."""
    dtype: Literal["float32", "float16"]
    """Element type at the border."""
    precision: Precision
    """Precision of its weights."""
    scale: _Positive
    """Enlargement."""
    size_multiple: _Positive
    """Least number of which the input's sides must be a multiple."""
    min_px: _Positive
    """Shortest side of an input that it takes."""
    sha256: str
    """Hash of the bytes that were looked at."""
    size_bytes: _Positive
    """How many they are."""

    @property
    def size_rules(self) -> SizeRules:
        """The input sizes that the network takes."""
        return SizeRules(multiple=self.size_multiple, min_px=self.min_px)


class GraphCost(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="cost"):
    """The cost of one pass."""

    channels: Literal[1, 3]
    """Channels of the input."""
    params: _Count
    """Elements of all weights."""
    conv_macs: _Count
    """Multiply-accumulates of the convolutions."""
    matmul_macs: _Count
    """Multiply-accumulates of the matrix products."""
    conv_activations: _Count
    """Elements of all outputs of convolutions."""
    output_shape: tuple[_Count, ...]
    """Shape of the output."""
    live_peak_bytes: _Count | None
    """Most bytes of feature maps that are alive at once, estimated; None where a size
    cannot be worked out."""

    @property
    def macs(self) -> int:
        """All multiply-accumulates."""
        return self.conv_macs + self.matmul_macs


class RangeGuess(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pair of value ranges and how probable it is."""

    input_range: ValueRange
    """The values that stand for black and white, going in."""
    output_range: ValueRange
    """The same, coming out."""
    confidence: _Share
    """Probability against all other ranges that were tried."""


class Accepted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="accepted"):
    """The network can be used."""

    facts: NetworkFacts
    """What its graph says."""
    guesses: Annotated[tuple[RangeGuess, ...], Meta(min_length=1)]
    """The ranges in which its output is a picture of its input, most probable first."""
    cost_px: _Positive
    """Side of the square input that ``cost`` holds for."""
    cost: GraphCost
    """What one pass costs."""


class Field(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="field"):
    """How far the network looks."""

    receptive_field_px: _Positive
    """Width of the window of LR pixels that reaches an output pixel."""
    is_exact: bool
    """False when single pixels reach farther than could be measured; the width
    then holds for visible changes."""


Answer: TypeAlias = Attempt | Refusal | NetworkFacts | GraphCost | Accepted | Field
