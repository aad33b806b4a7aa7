"""Results of an evaluation as text: tables, Markdown and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.core.markdown_table import markdown_table
from engine.evaluation.costs import CandidateCost
from engine.evaluation.evaluate import SetResult


@dataclass(frozen=True, slots=True)
class _Metric:
    """How a table shows a metric: its title, and its digits after the point, as in papers."""

    title: str
    digits: int


_METRICS = {
    "psnr_y_db": _Metric("PSNR-Y", 2),
    "ssim_y": _Metric("SSIM", 4),
    "psnr_rgb_db": _Metric("PSNR-RGB", 2),
    "consistency_levels": _Metric("back to LR", 2),
    "lpips": _Metric("LPIPS", 4),
    "niqe": _Metric("NIQE", 2),
    "color_shift_de": _Metric("color ΔE", 2),
    "color_cast_de": _Metric("color cast ΔE", 2),
    "checkerboard_levels": _Metric("checkerboard", 2),
}
# What a table of several degradations compares; one column for each metric would not fit a page.
_COMPARED = ("psnr_y_db", "lpips", "color_shift_de")
_ABSENT = "-"
_ONCE = "lr"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of figures: a set, how its LR pictures were made, and the metrics in its cells."""

    set: str
    lr: str | None
    metrics: tuple[str, ...]
    title: str


def column_title(name: str) -> str:
    """Return the title of a column of `to_cells`, such as ``PSNR-Y`` of ``psnr_y_db``."""
    return _METRICS[name].title if name in _METRICS else name


def to_cells(results: Sequence[SetResult]) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows, with numbers rounded as in papers."""
    rows = [result.row() for result in results]
    header = list(dict.fromkeys(name for row in rows for name in row))
    if len(_degradations(results)) < 2:
        header.remove(_ONCE)
    return header, [[_cell(name, row.get(name)) for name in header] for row in rows]


def to_markdown(results: Sequence[SetResult]) -> str:
    """Return a Markdown table with one row per model, set and degradation."""
    header, rows = to_cells(results)
    return markdown_table(header, rows, left=("model", "set", _ONCE))


def to_cost_table(results: Sequence[SetResult], costs: Sequence[CandidateCost]) -> str:
    """Return a Markdown table with one row per model: cost, training time and figures.

    With one way of making LR pictures, every metric of every set is a column. With several,
    each pair of set and degradation is one, whose cells hold PSNR, LPIPS and color difference.

    Args:
        results: Metrics of every model on every set.
        costs: Cost of each model.
    """
    figures = {(result.model, result.set, result.lr): result.means() for result in results}
    columns = list(_columns(results))
    header = ["model", "scale", "params", "GMAC", "M act.", "training"]
    header += [column.title for column in columns]
    rows = [
        [*_cost_cells(cost), *(_cells(figures[cost.model, c.set, c.lr], c) for c in columns)]
        for cost in costs
    ]
    return markdown_table(header, rows)


def to_csv(results: Sequence[SetResult]) -> str:
    """Return comma-separated values, one line per photo, unrounded."""
    photos = [photo for result in results for photo in result.photos]
    names = list(dict.fromkeys(name for photo in photos for name in photo.figures))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    # How LR was made is a column only where it differs.
    has_lr = len(_degradations(results)) > 1
    writer.writerow(["model", "set", *([_ONCE] if has_lr else []), "photo", *names])
    for result in results:
        place = [result.model, result.set, *([result.lr or ""] if has_lr else [])]
        for photo in result.photos:
            values = [photo.figures.get(name, "") for name in names]
            writer.writerow([*place, photo.photo, *values])
    return text.getvalue()


def _degradations(results: Sequence[SetResult]) -> set[str]:
    return {result.lr for result in results if result.lr is not None}


def _columns(results: Sequence[SetResult]) -> Iterator[_Column]:
    # Sets may differ in their metrics: those without reference have no PSNR.
    places: dict[tuple[str, str | None], dict[str, None]] = {}
    for result in results:
        places.setdefault((result.set, result.lr), {}).update(dict.fromkeys(result.means()))
    is_compact = len(_degradations(results)) > 1
    for (name, lr), metrics in places.items():
        if is_compact and lr is not None:
            compared = tuple(metric for metric in _COMPARED if metric in metrics)
            titles = " / ".join(_METRICS[metric].title for metric in compared)
            yield _Column(name, lr, compared, f"{name} {lr}: {titles}")
        else:
            for metric in metrics:
                yield _Column(name, lr, (metric,), f"{name} {_METRICS[metric].title}")


def _cost_cells(cost: CandidateCost) -> list[str]:
    if not cost.params:
        return [cost.model, f"x{cost.scale}", *[_ABSENT] * 4]
    counts = [f"{cost.params:,}", f"{cost.gmac:.2f}", f"{cost.activations_m:.1f}"]
    minutes = cost.training_minutes
    return [
        cost.model,
        f"x{cost.scale}",
        *counts,
        _ABSENT if minutes is None else f"{minutes:.0f} min",
    ]


def _cells(means: dict[str, float], column: _Column) -> str:
    return " / ".join(_cell(metric, means.get(metric)) for metric in column.metrics)


def _cell(name: str, value: object) -> str:
    if value is None:
        return _ABSENT
    return f"{value:.{_METRICS[name].digits}f}" if isinstance(value, float) else str(value)
