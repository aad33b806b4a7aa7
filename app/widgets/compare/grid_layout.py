"""Where the panes of several pictures of one size are, side by side and one above the other."""

from __future__ import annotations

from PySide6.QtCore import QRect

GUTTER_PX = 4


def grid_shape(count: int, width: int, height: int) -> tuple[int, int]:
    """Return columns and rows with the largest panes; among equals, the ones nearest a square.

    2, wide: | 1 | 2 |    3, wide: | 1 | 2 | 3 |    4: | 1 | 2 |
                                                       | 3 | 4 |
    """
    shapes = [(columns, -(-count // columns)) for columns in range(1, count + 1)]

    def size(shape: tuple[int, int]) -> tuple[int, float]:
        across, down = _pane_size(shape, width, height)
        # Squares show most of a spot in all directions.
        return across * down, min(across, down) / max(across, down, 1)

    # Gutters take a few pixels more from some shapes: that alone must not decide.
    largest = max(size(shape)[0] for shape in shapes)
    return max(
        (shape for shape in shapes if size(shape)[0] >= 0.95 * largest),
        key=lambda shape: size(shape)[1],
    )


def grid_panes(count: int, area: QRect) -> tuple[QRect, ...]:
    """Return a rectangle per picture, all of one size, row by row from the top left."""
    if count == 0:
        return ()
    columns, _ = shape = grid_shape(count, area.width(), area.height())
    width, height = _pane_size(shape, area.width(), area.height())
    return tuple(
        QRect(
            area.left() + number % columns * (width + GUTTER_PX),
            area.top() + number // columns * (height + GUTTER_PX),
            width,
            height,
        )
        for number in range(count)
    )


def _pane_size(shape: tuple[int, int], width: int, height: int) -> tuple[int, int]:
    columns, rows = shape
    across = (width - (columns - 1) * GUTTER_PX) // columns
    down = (height - (rows - 1) * GUTTER_PX) // rows
    return max(across, 1), max(down, 1)
