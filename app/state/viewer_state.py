"""What the viewer shows, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.state.processing import ProcessingChoice


class ViewerMode(Enum):
    """How before and after share the viewer."""

    SPLIT_VERTICAL = "split-vertical"
    SPLIT_HORIZONTAL = "split-horizontal"
    SIDE_BY_SIDE = "side-by-side"
    FLIP = "flip"
    BLINK = "blink"
    DIFFERENCE = "difference"

    @property
    def is_split(self) -> bool:
        """Whether a line divides the picture."""
        return self in {ViewerMode.SPLIT_VERTICAL, ViewerMode.SPLIT_HORIZONTAL}


class Side(Enum):
    """One of the two pictures that are compared."""

    BEFORE = "before"
    AFTER = "after"

    @property
    def other(self) -> Side:
        """The one it is compared with."""
        return Side.AFTER if self is Side.BEFORE else Side.BEFORE


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelReading:
    """The pixel under the pointer, as shown on screen.

    Attributes:
        x: Column of the result.
        y: Row of the result.
        before: Red, green and blue, 0 to 255.
        after: Red, green and blue, 0 to 255.
    """

    x: int
    y: int
    before: tuple[int, int, int]
    after: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterState:
    """What the "after" side shows.

    Attributes:
        kind: ``none``, ``preview`` or ``result``.
        choice: The choice that made it, None if that is not known.
        is_computing: Whether parts in view are still missing.
    """

    kind: str
    choice: ProcessingChoice | None = None
    is_computing: bool = False
