"""Writes Markdown tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def markdown_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, left: Collection[str] | None = None
) -> str:
    """Return a Markdown table, with a line feed at the end of each line.

    Args:
        header: Titles of the columns.
        rows: Cells, as many per row as there are titles.
        left: Titles of the columns that are aligned to the left, the first one when not given;
            the others hold numbers and are aligned to the right.
    """
    left = header[:1] if left is None else left
    rule = ["---" if title in left else "---:" for title in header]
    lines = (_escaped(header), rule, *(_escaped(row) for row in rows))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _escaped(cells: Sequence[str]) -> list[str]:
    # A bare bar would begin another cell.
    return [cell.replace("|", r"\|") for cell in cells]
