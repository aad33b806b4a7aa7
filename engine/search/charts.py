"""Pictures of a search: its front, its hypervolume, its latencies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from engine.core.atomic_file import atomic_path
from engine.search.rank_study import RankedNetwork

_SIZE_IN = (6.4, 4.0)
_DPI = 120
TITLES = {
    "psnr_y_db": "Y-PSNR on the proxy crops, dB",
    "lpips": "LPIPS on the proxy crops",
    "latency_ms": "predicted latency, ms",
    "peak_mb": "peak of feature maps, MB",
    "gmacs": "GMAC",
    "params": "parameters",
    "file_mb": "ONNX file, MB",
}
"""Titles of axes by metric."""


def draw_front(
    path: Path,
    points: Mapping[str, Sequence[tuple[float, float]]],
    fronts: Mapping[str, Sequence[tuple[float, float]]],
    *,
    across: str,
    up: str,
) -> None:
    """Draw candidates and fronts of one or several searches.

    Args:
        path: PNG to write.
        points: All candidates by search, as pairs of the two metrics.
        fronts: Those that no other beats.
        across: Metric of the horizontal axis.
        up: Metric of the vertical axis.
    """
    with _figure(path) as axes:
        for number, (name, pairs) in enumerate(points.items()):
            color = f"C{number}"
            axes.scatter(*_columns(pairs), s=7, alpha=0.3, color=color, linewidths=0)
            line = sorted(fronts[name])
            axes.plot(*_columns(line), marker="o", ms=3, lw=1, color=color, label=name)
        axes.set_xlabel(TITLES.get(across, across))
        axes.set_ylabel(TITLES.get(up, up))
        axes.legend(frameon=False)


def draw_hypervolume(
    path: Path, histories: Mapping[str, Sequence[Sequence[float]]], *, reference: str
) -> None:
    """Draw hypervolume against the number of evaluations.

    Args:
        path: PNG to write.
        histories: For each algorithm the curve of each seed.
        reference: The reference point, in words.
    """
    with _figure(path) as axes:
        # The first evaluations rise steeply, and would leave little height for the rest.
        early = [curve[len(curve) // 20] for curves in histories.values() for curve in curves]
        axes.set_ylim(bottom=min(early))
        for number, (name, curves) in enumerate(histories.items()):
            for seed, curve in enumerate(curves):
                label = name if seed == 0 else None
                counts = range(1, len(curve) + 1)
                axes.plot(counts, curve, color=f"C{number}", lw=1.2, alpha=0.8, label=label)
        axes.set_xlabel("evaluations")
        axes.set_ylabel("hypervolume")
        axes.set_title(f"Reference point: {reference}", fontsize=8)
        axes.legend(frameon=False)


def draw_latency(
    path: Path,
    predicted: Sequence[tuple[float, float]],
    measured: Sequence[tuple[float, float]],
    *,
    label: str,
) -> None:
    """Draw latency against multiply-accumulates.

    Args:
        path: PNG to write.
        predicted: GMAC and predicted latency of each candidate.
        measured: GMAC and measured latency of those that were measured here.
        label: Where the predictions come from.
    """
    with _figure(path) as axes:
        axes.scatter(*_columns(predicted), s=8, alpha=0.5, linewidths=0, label=label)
        if measured:
            axes.scatter(*_columns(measured), marker="x", color="C3", label="measured here")
        axes.set_xlabel(TITLES["gmacs"])
        axes.set_ylabel("latency, ms")
        axes.legend(frameon=False)


def draw_ranks(path: Path, networks: Sequence[RankedNetwork], *, pictures: str, cost: str) -> None:
    """Draw the quality of networks trained alone against that with inherited weights.

    Args:
        path: PNG to write.
        networks: The networks; the line at each spans its seeds.
        pictures: The pictures on which inherited weights are measured.
        cost: What the color shows.
    """
    with _figure(path) as axes:
        inherited = [one.inherited_db for one in networks]
        for one in networks:
            ends = (min(one.alone_db), max(one.alone_db))
            axes.plot((one.inherited_db,) * 2, ends, color="0.7", lw=1, zorder=1)
        means = [sum(one.alone_db) / len(one.alone_db) for one in networks]
        dots = axes.scatter(inherited, means, c=[one.cost for one in networks], s=18, zorder=2)
        axes.figure.colorbar(dots, label=cost)
        axes.set_xlabel(f"inherited weights on {pictures}, dB")
        axes.set_ylabel("trained alone, dB")


def draw_best_so_far(
    path: Path,
    means: Mapping[str, Sequence[float]],
    bands: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    metric: str,
) -> None:
    """Draw the best value against the number of evaluations.

    Args:
        path: PNG to write.
        means: The mean over seeds, by algorithm.
        bands: The ends of its interval.
        metric: What was improved.
    """
    with _figure(path) as axes:
        for number, (name, curve) in enumerate(means.items()):
            counts = range(1, len(curve) + 1)
            axes.plot(counts, curve, color=f"C{number}", lw=1.4, label=name)
            axes.fill_between(counts, *bands[name], color=f"C{number}", alpha=0.15, linewidth=0)
        axes.set_xlabel("evaluations")
        axes.set_ylabel(f"best {metric}")
        axes.legend(frameon=False)


@contextmanager
def _figure(path: Path) -> Iterator[Axes]:
    """Yield empty axes; what is drawn on them is written to ``path``."""
    # Without pyplot, which would look for a window system.
    figure = Figure(figsize=_SIZE_IN, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.grid(visible=True, alpha=0.25)
    yield axes
    with atomic_path(path) as part:
        figure.savefig(part, format="png", dpi=_DPI)


def _columns(pairs: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
