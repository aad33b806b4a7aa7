"""The metrics of candidates: what they are called, their units, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.state.number_texts import local_numbers
from app.state.shown_names import shown
from app.state.translation import QT_TRANSLATE_NOOP
from engine.api import DeviceFacts, SearchState

LATENCY = "latency_ms"
MEASURED_LATENCY = "measured_latency_ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A metric as users read it.

    Attributes:
        name: Its name in the files of a search.
        title: What users read, marked for translation in the context ``SearchMetrics``.
        unit: Its unit, which is the same in all languages.
        digits: Digits after the decimal mark.
        divisor: What a value is divided by to have that unit.
        is_higher_better: Whether more is better.
    """

    name: str
    title: str
    unit: str
    digits: int
    divisor: float = 1.0
    is_higher_better: bool = False

    def text(self, value: float) -> str:
        """Return a value with its unit, in the language of the app."""
        number = local_numbers(f"{value / self.divisor:.{self.digits}f}")
        return f"{number} {self.unit}".rstrip()

    def shown_title(self) -> str:
        """Return the title in the language of the app."""
        return QCoreApplication.translate("SearchMetrics", self.title)


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            name="psnr_y_db",
            title=QT_TRANSLATE_NOOP("SearchMetrics", "PSNR-Y"),
            unit="dB",
            digits=3,
            is_higher_better=True,
        ),
        Metric(name="lpips", title=QT_TRANSLATE_NOOP("SearchMetrics", "LPIPS"), unit="", digits=4),
        Metric(
            name=LATENCY, title=QT_TRANSLATE_NOOP("SearchMetrics", "Latency"), unit="ms", digits=1
        ),
        Metric(
            name=MEASURED_LATENCY,
            title=QT_TRANSLATE_NOOP("SearchMetrics", "Latency, measured"),
            unit="ms",
            digits=1,
        ),
        Metric(
            name="peak_mb",
            title=QT_TRANSLATE_NOOP("SearchMetrics", "Peak memory"),
            unit="MB",
            digits=1,
        ),
        Metric(name="gmacs", title=QT_TRANSLATE_NOOP("SearchMetrics", "MACs"), unit="G", digits=2),
        Metric(
            name="params",
            title=QT_TRANSLATE_NOOP("SearchMetrics", "Parameters"),
            unit="K",
            digits=1,
            divisor=1000.0,
        ),
        Metric(
            name="file_mb",
            title=QT_TRANSLATE_NOOP("SearchMetrics", "File size"),
            unit="MB",
            digits=2,
        ),
    )
}
"""The metrics that a chart can show, in the order of its lists."""


def known_metrics(state: SearchState) -> tuple[Metric, ...]:
    """Return the metrics that at least one candidate of a search has."""
    return tuple(
        metric
        for metric in METRICS.values()
        if any(one.metric(metric.name) is not None for one in state.candidates)
    )


def axis_title(metric: Metric, device: DeviceFacts | None) -> str:
    """Return the title of an axis: metric, where its values come from, and unit."""
    title = metric.shown_title()
    if metric.name == LATENCY and device is not None:
        title = f"{title} \u00b7 {shown(device.device or device.id)}, {origin_text(device)}"
    return f"{title} ({metric.unit})" if metric.unit else title


def origin_text(device: DeviceFacts) -> str:
    """Return where the latencies of a device come from, in a word or two."""
    # A prediction stays one, however good the profile is that it is composed of.
    if device.is_measured:
        return QCoreApplication.translate("SearchMetrics", "predicted")
    return QCoreApplication.translate("SearchMetrics", "estimated")


def device_sentence(device: DeviceFacts) -> str:
    """Return what a search knows about the latency of its device."""
    name = shown(device.device or device.id)
    if device.processor:
        name = f"{name}, {shown(device.processor)}"
    sentences = {
        "measured": QCoreApplication.translate(
            "SearchMetrics", "{device}: latency composed of times measured on it"
        ),
        "estimated-from-data-sheet": QCoreApplication.translate(
            "SearchMetrics",
            "{device}: latency estimated from its data sheet, within a factor of two",
        ),
        "estimated-from-published": QCoreApplication.translate(
            "SearchMetrics", "{device}: latency estimated from published times"
        ),
    }
    return sentences.get(device.kind, "{device}").format(device=name)


def is_estimate(metrics: Sequence[Metric]) -> bool:
    """Return whether one of ``metrics`` is predicted or estimated, and none of it measured."""
    return any(metric.name == LATENCY for metric in metrics)
