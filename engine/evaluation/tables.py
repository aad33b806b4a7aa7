"""Results of an evaluation as text: tables, Markdown and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from engine.core.markdown_table import markdown_table
from engine.evaluation.costs import CandidateCost
from engine.evaluation.evaluate import SetResult


@dataclass(frozen=True, slots=True)
class _Column:
    """How a table shows a metric: its title, and its digits after the point, as in papers."""

    title: str
    digits: int


_COLUMNS = {
    "psnr_y_db": _Column("PSNR-Y", 2),
    "ssim_y": _Column("SSIM", 4),
    "psnr_rgb_db": _Column("PSNR-RGB", 2),
    "consistency_levels": _Column("back to LR", 2),
    "lpips": _Column("LPIPS", 4),
    "niqe": _Column("NIQE", 2),
    "color_shift_de": _Column("color ΔE", 2),
    "color_cast_de": _Column("color cast ΔE", 2),
    "checkerboard_levels": _Column("checkerboard", 2),
}
_ABSENT = "-"


def column_title(name: str) -> str:
    """Return the title of a column of `to_cells`, such as ``PSNR-Y`` of ``psnr_y_db``."""
    return _COLUMNS[name].title if name in _COLUMNS else name


def to_cells(results: Sequence[SetResult]) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows, with numbers rounded as in papers."""
    rows = [result.row() for result in results]
    header = list(dict.fromkeys(name for row in rows for name in row))
    return header, [[_cell(name, row.get(name)) for name in header] for row in rows]


def to_markdown(results: Sequence[SetResult]) -> str:
    """Return a Markdown table with one row per model and set."""
    header, rows = to_cells(results)
    return markdown_table(header, rows, left=("model", "set"))


def to_cost_table(results: Sequence[SetResult], costs: Sequence[CandidateCost]) -> str:
    """Return a Markdown table with one row per model: its cost, then each metric on each set.

    Args:
        results: Metrics of every model on every set.
        costs: Cost of each model.
    """
    figures = {(result.model, result.set): result.means() for result in results}
    sets = list(dict.fromkeys(result.set for result in results))
    # Sets may differ in their metrics: those without reference have no PSNR.
    names = {
        place: list(
            dict.fromkeys(n for key, means in figures.items() if key[1] == place for n in means)
        )
        for place in sets
    }
    columns = [(place, name) for place in sets for name in names[place]]
    header = ["model", "scale", "params", "GMAC", "M act."]
    header += [f"{place} {_COLUMNS[name].title}" for place, name in columns]
    rows = [
        [*_cost_cells(cost), *(_cell(n, figures[cost.model, s].get(n)) for s, n in columns)]
        for cost in costs
    ]
    return markdown_table(header, rows)


def to_csv(results: Sequence[SetResult]) -> str:
    """Return comma-separated values, one line per photo, unrounded."""
    photos = [photo for result in results for photo in result.photos]
    names = list(dict.fromkeys(name for photo in photos for name in photo.figures))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["model", "set", "photo", *names])
    for result in results:
        for photo in result.photos:
            values = [photo.figures.get(name, "") for name in names]
            writer.writerow([result.model, result.set, photo.photo, *values])
    return text.getvalue()


def _cost_cells(cost: CandidateCost) -> list[str]:
    if not cost.params:
        return [cost.model, f"x{cost.scale}", *[_ABSENT] * 3]
    counts = [f"{cost.params:,}", f"{cost.gmac:.2f}", f"{cost.activations_m:.1f}"]
    return [cost.model, f"x{cost.scale}", *counts]


def _cell(name: str, value: object) -> str:
    if value is None:
        return _ABSENT
    return f"{value:.{_COLUMNS[name].digits}f}" if isinstance(value, float) else str(value)
