"""Device profiles: what is known about the latency of networks on a device, and how well.

Three kinds, each a struct of its own, so that an estimate cannot pass for a measurement:
`MeasuredProfile`, `RooflineProfile` (from a data sheet) and `PublishedProfile` (from times that
others published). `predictor.py` turns any of them into latencies.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct
from typing_extensions import override

from engine.config.mfa_sizes import MfaSizes
from engine.search.devices.conditions import Conditions

SCHEMA_VERSION: Literal[1] = 1

ProfileId: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")]
Positive: TypeAlias = Annotated[float, Meta(gt=0)]
Count: TypeAlias = Annotated[int, Meta(ge=1)]
Precision: TypeAlias = Literal["fp32", "fp16", "int8"]


class Runtime(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The software that runs networks, and how.

    Attributes:
        name: Such as ``onnxruntime``.
        version: Its version.
        provider: What it runs on: ``cpu``.
        precision: Precision of weights and feature maps.
        thread_count: CPU threads; 0 is all physical cores.
    """

    name: str
    version: str
    provider: str
    precision: Precision
    thread_count: Annotated[int, Meta(ge=0)]

    @override
    def __str__(self) -> str:
        threads = f", {self.thread_count} threads" if self.provider == "cpu" else ""
        return f"{self.name} {self.version} on {self.provider}, {self.precision}{threads}"


class Observation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The measured time of a network.

    Attributes:
        sizes: The network.
        ratio: Its time as a multiple of the reference network's.
        spread: Half the distance between the quartiles of the single ratios, as a share.
        runs: Timed runs.
    """

    sizes: MfaSizes
    ratio: Positive
    spread: Annotated[float, Meta(ge=0)]
    runs: Count


class BlockLatency(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The latency that one more block costs a network.

    Attributes:
        channels: Width of the trunk.
        inner: Width of both inner stages; the block has its tap and a 3x3 last stage.
        latency_ms: Its latency, with its part of the aggregation.
    """

    channels: Count
    inner: Count
    latency_ms: float


class WidthLatency(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The latency of a 3x3 convolution with as many channels before as behind.

    Attributes:
        width: Channels.
        latency_ms: Its latency, with its activation.
        gmac_per_s: 10^9 multiply-accumulates per second.
    """

    width: Count
    latency_ms: float
    gmac_per_s: float


class Accuracy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How well latencies are predicted, over networks that the prediction had not seen.

    Attributes:
        method: How they were predicted.
        networks: Number of networks.
        mape: Mean absolute error, as a share of the measured latency.
        spearman: Rank correlation.
        within_5: Share of the networks within 5 %.
        within_10: Share within 10 %.
        bias: Mean signed error, as a share.
    """

    method: str
    networks: Count
    mape: float
    spearman: float
    within_5: float
    within_10: float
    bias: float


class LatencyModel(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A latency as a sum over the layers of a network; see `predictor.py`.

    Attributes:
        lanes: Channels that the runtime computes together: widths cost as much as the next
            multiple of it.
        terms: Milliseconds per unit of each feature.
    """

    lanes: Count
    terms: dict[str, float]


class MeasuredProfile(
    Struct, frozen=True, kw_only=True, tag="measured", forbid_unknown_fields=True
):
    """A device that was measured.

    Attributes:
        schema_version: Of this file.
        id: Short name.
        device: Name of the computer or phone.
        processor: What computed: the model of the CPU.
        runtime: With what.
        height_px: Height of the LR input.
        width_px: Width of the LR input.
        scale: Enlargement of the networks.
        measured_at: Date and time, UTC, ISO 8601.
        before: State of the device before.
        after: State of the device after.
        reference: The network that all others were compared with.
        reference_ms: Median of its latency.
        reference_spread: Half the distance between the quartiles of its latency, as a share.
        model: Composes the latency of any network.
        observations: What ``model`` was fitted to.
        tested: Networks that ``model`` was only tested with.
        blocks: Table of block latencies.
        widths: Latency against width.
        accuracy: Errors on networks that ``model`` was not fitted to.
    """

    id: ProfileId
    device: str
    processor: str
    runtime: Runtime
    height_px: Count
    width_px: Count
    scale: Count
    measured_at: str
    before: Conditions
    after: Conditions
    reference: MfaSizes
    reference_ms: Positive
    reference_spread: Annotated[float, Meta(ge=0)]
    model: LatencyModel
    observations: tuple[Observation, ...]
    tested: tuple[Observation, ...] = ()
    blocks: tuple[BlockLatency, ...] = ()
    widths: tuple[WidthLatency, ...] = ()
    accuracy: tuple[Accuracy, ...] = ()
    schema_version: Literal[1] = SCHEMA_VERSION


class RooflineProfile(
    Struct, frozen=True, kw_only=True, tag="estimated-from-data-sheet", forbid_unknown_fields=True
):
    """A device of which only the data sheet is known.

    A layer takes as long as its arithmetic or its memory traffic at the peak rates, whichever is
    longer, divided by ``efficiency``.

    Attributes:
        schema_version: Of this file.
        id: Short name.
        device: Name of the device.
        processor: What computes.
        precision: Precision of weights and feature maps.
        peak_gmac_per_s: 10^9 multiply-accumulates per second.
        bandwidth_gb_per_s: 10^9 bytes per second to and from the memory.
        efficiency: Share of the peak rates that kernels are assumed to reach. With 0.5 the peak
            itself is a factor of two faster than the estimate.
        derivation: How the peak rates follow from the data sheet.
        sources: Where the figures of the data sheet were read.
    """

    id: ProfileId
    device: str
    processor: str
    precision: Precision
    peak_gmac_per_s: Positive
    bandwidth_gb_per_s: Positive
    efficiency: Annotated[float, Meta(gt=0, le=1)]
    derivation: str
    sources: Annotated[tuple[str, ...], Meta(min_length=1)]
    schema_version: Literal[1] = SCHEMA_VERSION


class PublishedTime(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The latency of a network that others published.

    Attributes:
        network: Its name.
        gmac: 10^9 multiply-accumulates at the input of the measurement.
        latency_ms: Published latency.
    """

    network: str
    gmac: Positive
    latency_ms: Positive


class PublishedProfile(
    Struct, frozen=True, kw_only=True, tag="estimated-from-published", forbid_unknown_fields=True
):
    """A device of which others published the latencies of some networks.

    Attributes:
        schema_version: Of this file.
        id: Short name.
        device: Name of the device.
        processor: What computed.
        precision: Precision of weights and feature maps.
        runtime: What ran the networks.
        times: Published latencies, of at least three networks.
        sources: Where they were read.
    """

    id: ProfileId
    device: str
    processor: str
    precision: Precision
    runtime: str
    times: Annotated[tuple[PublishedTime, ...], Meta(min_length=3)]
    sources: Annotated[tuple[str, ...], Meta(min_length=1)]
    schema_version: Literal[1] = SCHEMA_VERSION


DeviceProfile: TypeAlias = MeasuredProfile | RooflineProfile | PublishedProfile
