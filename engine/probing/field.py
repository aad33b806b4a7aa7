"""Measures the receptive field of a network.

┌───────────────┐   One pixel is changed, and the network is run with and
│               │   without the change. The farthest LR pixel whose output
│   ┌───────┐   │   differs gives the reach:
│   │   x   │   │
│   └───────┘   │       receptive field = 2 * reach + 1
└───────────────┘
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.core.errors import InferenceError, OutOfMemoryError
from engine.core.size_rules import SizeRules
from engine.probing.answers import Field
from engine.probing.ranges import Run

_SIDES_PX = (64, 128, 256)
# Rounding of float32 sums is below this, any real influence above it.
_EXACT_CHANGE = 2e-6
# A quarter of an 8-bit level: smaller differences are invisible.
_VISIBLE_CHANGE = 0.25 / 255
# Most networks reach less than 64 px; that is assumed if nothing could be measured.
UNMEASURED = Field(receptive_field_px=129, is_exact=False)


def measure_field(
    run: Run,
    *,
    channels: int,
    scale: int,
    rules: SizeRules,
    may_go_on: Callable[[int], bool] = lambda _side_px: True,
) -> Field:
    """Return the receptive field of ``run``.

    Args:
        run: The network for pictures in which 0 is black and 1 is white.
        channels: 1 or 3.
        scale: Enlargement.
        rules: The sizes that it takes.
        may_go_on: Called with the side of the next pictures; if it returns False, the
            result so far counts.
    """
    found = UNMEASURED
    for least_px in _SIDES_PX:
        side_px = rules.fitting_px(least_px)
        if not may_go_on(side_px):
            break
        try:
            exact_px, visible_px, room_px = _reaches(run, channels, scale, rules.multiple, side_px)
        except (InferenceError, OutOfMemoryError, MemoryError):
            break
        # If the change reaches the border, it may reach beyond it.
        if exact_px < room_px - 1:
            return Field(receptive_field_px=2 * exact_px + 1, is_exact=True)
        if visible_px < room_px // 2:
            return Field(receptive_field_px=2 * visible_px + 1, is_exact=False)
        widest_px = max(2 * exact_px + 1, UNMEASURED.receptive_field_px)
        found = Field(receptive_field_px=widest_px, is_exact=False)
    return found


def _reaches(
    run: Run, channels: int, scale: int, multiple: int, side_px: int
) -> tuple[int, int, int]:
    """Return the reach of exact and of visible changes, and the reach that could be measured."""
    first = side_px // 2 // multiple * multiple
    # In a network that works on blocks both ends of a block reach different distances.
    marks = sorted({first, first + multiple - 1})
    exact_px = visible_px = 0
    for mark_px in marks:
        change = _change_map(run, channels, scale, side_px, mark_px)
        exact_px = max(exact_px, _reach(change > _EXACT_CHANGE, mark_px))
        visible_px = max(visible_px, _reach(change > _VISIBLE_CHANGE, mark_px))
    return exact_px, visible_px, min(marks[0], side_px - marks[-1])


def _change_map(
    run: Run, channels: int, scale: int, side_px: int, mark_px: int
) -> NDArray[np.float32]:
    """Return the largest change that one pixel causes, one value per LR pixel."""
    random = np.random.default_rng(7)
    shape = (1, channels, side_px, side_px)
    largest = np.zeros((side_px, side_px), dtype=np.float32)
    for _ in range(3):
        picture = random.random(shape, dtype=np.float32)
        touched = picture.copy()
        # A strong change on noise: units that a threshold switches off here are on elsewhere.
        touched[:, :, mark_px, mark_px] = 4.0 - 6.0 * touched[:, :, mark_px, mark_px]
        change = np.abs(run(touched) - run(picture)).max(axis=(0, 1))
        blocks = change.reshape(side_px, scale, side_px, scale).max(axis=(1, 3))
        largest = np.maximum(largest, blocks)
    return largest


def _reach(is_changed: NDArray[np.bool_], mark_px: int) -> int:
    rows, columns = np.nonzero(is_changed)
    if rows.size == 0:
        return 0
    return int(max(np.abs(rows - mark_px).max(), np.abs(columns - mark_px).max()))
