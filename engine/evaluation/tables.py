"""Results of an evaluation as text that people and other programs read."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from engine.evaluation.evaluate import SetResult

_DIGITS = {"psnr_y_db": 2, "psnr_rgb_db": 2, "niqe": 2, "consistency_codes": 2}


def to_cells(results: Sequence[SetResult]) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows, numbers rounded as papers print them."""
    header = list(results[0].row()) if results else []
    rows = [[_cell(name, value) for name, value in result.row().items()] for result in results]
    return header, rows


def to_markdown(results: Sequence[SetResult]) -> str:
    """Return a Markdown table."""
    header, rows = to_cells(results)
    rule = ["---" if name in {"model", "set"} else "---:" for name in header]
    return "".join(f"| {' | '.join(line)} |\n" for line in (header, rule, *rows))


def to_csv(results: Sequence[SetResult]) -> str:
    """Return comma-separated values, one line a photo, unrounded."""
    names = list(results[0].photos[0].figures) if results else []
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["model", "set", "photo", *names])
    for result in results:
        for photo in result.photos:
            values = [photo.figures[name] for name in names]
            writer.writerow([result.model, result.set, photo.photo, *values])
    return text.getvalue()


def _cell(name: str, value: object) -> str:
    return f"{value:.{_DIGITS.get(name, 4)}f}" if isinstance(value, float) else str(value)
