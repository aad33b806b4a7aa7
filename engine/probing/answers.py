"""Messages to and from the process that examines a network: JSON, one object per line.

caller ── Request ──► child      then closes its stdin
       ◄── Attempt ──            before each run that may crash, any number of them
       ◄── Refusal | NetworkFacts | GraphCost | Accepted ──
       ◄── Field ──              after Accepted only
"""

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
    """Resource limits of the process."""

    memory_bytes: _Positive
    """Address space, including that of the interpreter."""
    decide_cpu_s: _Positive
    """CPU time until the network is refused or accepted."""
    finish_cpu_s: _Positive
    """CPU time in all."""
    file_bytes: _Positive
    """Largest file it may write."""


class ProbeTask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="probe"):
    """Detect everything that is needed to use the network."""

    value_range: ValueRange | None = None
    """Input values of black and white, if known."""
    crashed: tuple[Size, ...] = ()
    """Sizes at which an earlier process died; they are not tried again."""


class InspectTask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="inspect"):
    """Detect the sizes that the network takes and gives."""

    crashed: tuple[Size, ...] = ()
    """As in `ProbeTask`."""


class CostTask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="cost"):
    """Count the cost of one pass."""

    height_px: _Positive
    """Height of the LR input."""
    width_px: _Positive
    """Width of the LR input."""


Task: TypeAlias = ProbeTask | InspectTask | CostTask


class Request(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request to the process."""

    path: str
    """The ONNX file."""
    task: Task
    """What to detect."""
    limits: Limits
    """Its resource limits."""


class Attempt(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="attempt"):
    """The network will now be run on a size, which may end the process."""

    size: Size
    """The size."""


class Refusal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="refusal"):
    """The network cannot be used."""

    reason: str
    """The reason, as words that follow the name of the file."""


class NetworkFacts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="facts"):
    """The facts of the graph, and the sizes at which it ran."""

    input_name: str
    """Name of its only input."""
    output_name: str
    """Name of its only output."""
    channels: Literal[1, 3]
    """1 for gray, 3 for RGB."""
    dtype: Literal["float32", "float16"]
    """Element type of the input."""
    precision: Precision
    """Precision of its weights."""
    scale: _Positive
    """Enlargement."""
    size_multiple: _Positive
    """Smallest number that the sides of the input must be a multiple of."""
    min_px: _Positive
    """Shortest side of an input that it takes."""
    sha256: str
    """Hash of the bytes that were examined."""
    size_bytes: _Positive
    """Number of these bytes."""

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
    """Most bytes of feature maps alive at once, estimated; None if a size is unknown."""

    @property
    def macs(self) -> int:
        """All multiply-accumulates."""
        return self.conv_macs + self.matmul_macs


class RangeGuess(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pair of value ranges and how probable it is."""

    input_range: ValueRange
    """Input values of black and white."""
    output_range: ValueRange
    """Output values of black and white."""
    confidence: _Share
    """Probability, relative to all other ranges that were tried."""


class Accepted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="accepted"):
    """The network can be used."""

    facts: NetworkFacts
    """Its facts."""
    guesses: Annotated[tuple[RangeGuess, ...], Meta(min_length=1)]
    """The ranges in which its output is a picture of its input, the most probable first."""
    cost_px: _Positive
    """Side of the square input of ``cost``."""
    cost: GraphCost
    """The cost of one pass."""


class Field(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="field"):
    """The receptive field of the network."""

    receptive_field_px: _Positive
    """Width of the window of LR pixels that one output pixel depends on."""
    is_exact: bool
    """False if single pixels reach farther than could be measured; the width then
    holds for visible changes."""


Answer: TypeAlias = Attempt | Refusal | NetworkFacts | GraphCost | Accepted | Field
