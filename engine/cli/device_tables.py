"""Shows device profiles and forecasts as rows of tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from engine.search.devices.checking import CheckedNetwork
from engine.search.devices.conditions import Conditions
from engine.search.devices.estimates import fit_published
from engine.search.devices.predictor import LatencyForecast, label_of
from engine.search.devices.profile import (
    Accuracy,
    DeviceProfile,
    MeasuredProfile,
    PublishedProfile,
    RooflineProfile,
    WidthLatency,
)

Table: TypeAlias = tuple[tuple[str, ...], list[tuple[str, ...]]]

FORECAST_COLUMNS = (
    "Network",
    "Profile",
    ">ms, from measured times",
    ">ms, estimated",
    ">at least",
    ">at most",
)
_NONE = "-"


def forecast_row(network: str, profile_id: str, found: LatencyForecast) -> tuple[str, ...]:
    """Return a row of `FORECAST_COLUMNS`; an estimate stays out of the column of the others."""
    latency = f"{found.latency_ms:.1f}"
    columns = (latency, _NONE) if found.origin == "measured" else (_NONE, latency)
    return (network, profile_id, *columns, f"{found.low_ms:.1f}", f"{found.high_ms:.1f}")


def list_row(profile: DeviceProfile) -> tuple[str, ...]:
    """Return id, device, what computes, and where its latencies come from."""
    return (profile.id, profile.device, profile.processor, label_of(profile))


def accuracy_rows(found: Sequence[Accuracy]) -> Table:
    """Return a table of prediction errors on unseen networks."""
    columns = ("Predicted by", ">Networks", ">MAPE", ">Spearman", ">within 5%", ">within 10%")
    rows = [
        (
            row.method,
            str(row.networks),
            f"{row.mape:.1%}",
            f"{row.spearman:.4f}",
            f"{row.within_5:.0%}",
            f"{row.within_10:.0%}",
        )
        for row in found
    ]
    return (*columns, ">Bias"), [
        (*cells, f"{row.bias:+.1%}") for cells, row in zip(rows, found, strict=True)
    ]


def width_rows(widths: Sequence[WidthLatency]) -> Table:
    """Return a table of the latency of 3x3 convolutions."""
    columns = (">Width", ">ms per 3x3 convolution", ">GMAC/s")
    rows: list[tuple[str, ...]] = [
        (str(w.width), f"{w.latency_ms:.2f}", f"{w.gmac_per_s:.0f}") for w in widths
    ]
    return columns, rows


def check_rows(found: Sequence[CheckedNetwork]) -> Table:
    """Return a table of predicted and measured latencies."""
    columns = ("Network", ">ms, predicted", ">ms, measured", ">Error")
    rows: list[tuple[str, ...]] = [
        (row.path.name, f"{row.predicted_ms:.1f}", f"{row.measured_ms:.1f}", f"{row.error:+.1%}")
        for row in found
    ]
    return columns, rows


def facts(profile: DeviceProfile) -> list[tuple[str, str]]:
    """Return labels and values that describe a profile."""
    common = [
        ("Profile", profile.id),
        ("Device", f"{profile.device}, {profile.processor}"),
        ("Latencies", label_of(profile)),
    ]
    if isinstance(profile, MeasuredProfile):
        return [*common, *_measured_facts(profile)]
    if isinstance(profile, RooflineProfile):
        return [*common, *_roofline_facts(profile)]
    return [*common, *_published_facts(profile)]


def _measured_facts(profile: MeasuredProfile) -> Iterator[tuple[str, str]]:
    yield "Measured", profile.measured_at
    yield "Input", f"{profile.height_px}x{profile.width_px}, x{profile.scale}"
    yield "Networks", f"{len(profile.observations)}, {len(profile.blocks)} kinds of blocks"
    sizes = profile.reference
    reference = f"MFANet {sizes.channels}x{sizes.blocks}"
    spread = f"quartiles ±{profile.reference_spread:.1%}"
    yield "Reference", f"{reference}: {profile.reference_ms:.1f} ms, {spread}"
    yield "Lanes", f"widths cost what the next multiple of {profile.model.lanes} channels does"
    yield "Before", _condition_text(profile.before)
    yield "After", _condition_text(profile.after)


def _roofline_facts(profile: RooflineProfile) -> Iterator[tuple[str, str]]:
    yield "Peak", f"{profile.peak_gmac_per_s:.1f} GMAC/s in {profile.precision}"
    yield "Memory", f"{profile.bandwidth_gb_per_s:.1f} GB/s"
    yield "Assumed", f"kernels reach {profile.efficiency:.0%} of both"
    yield "Derivation", profile.derivation
    for source in profile.sources:
        yield "Source", source


def _published_facts(profile: PublishedProfile) -> Iterator[tuple[str, str]]:
    fit = fit_published(profile)
    yield "Runtime", f"{profile.runtime}, {profile.precision}"
    yield "Line", f"{fit.overhead_ms:.3f} ms + GMAC / {fit.gmac_per_s:.0f} per s"
    for time, error in zip(profile.times, fit.errors, strict=True):
        yield (
            "Residual",
            f"{time.network}: {time.gmac:.2f} GMAC, published {time.latency_ms} ms, {error:+.0%}",
        )
    for source in profile.sources:
        yield "Source", source


def _condition_text(found: Conditions) -> str:
    def told(value: float | None, unit: str) -> str:
        return "not known" if value is None else f"{value:.0f} {unit}"

    return (
        f"governor {found.governor or 'not known'}, frequency {told(found.frequency_mhz, 'MHz')}, "
        f"temperature {told(found.temperature_c, '°C')}, "
        f"load {'not known' if found.load is None else f'{found.load:.1f}'}"
    )
