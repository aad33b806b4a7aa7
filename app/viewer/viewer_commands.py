"""What the commands of the window do to a viewer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.state.viewer_state import ViewerMode
from app.widgets.compare.image_compare import ImageCompare
from app.widgets.compare.zoom_canvas import ZoomCanvas
from app.window.page_commands import Commands


def viewer_commands(viewer: ImageCompare) -> Commands:
    """Return what changes how ``viewer`` shows its photo, by the names of the window's actions."""
    return {**mode_commands(viewer), **zoom_commands(lambda: viewer)}


def mode_commands(viewer: ImageCompare) -> Commands:
    """Return what changes how ``viewer`` shares its space between the sides."""
    split_modes = (
        ViewerMode.SPLIT_VERTICAL,
        ViewerMode.SPLIT_HORIZONTAL,
        ViewerMode.SIDE_BY_SIDE,
    )
    return {
        **{mode.value: partial(viewer.set_mode, mode) for mode in split_modes},
        # Not among the split modes: the key flips at once, and again with each press.
        "flip": viewer.flip,
        "blink": lambda: viewer.toggle_mode(ViewerMode.BLINK),
        "difference": lambda: viewer.toggle_mode(ViewerMode.DIFFERENCE),
        "loupe": lambda: viewer.set_loupe(not viewer.has_loupe),
    }


def zoom_commands(canvas: Callable[[], ZoomCanvas]) -> Commands:
    """Return what changes which part of the photo ``canvas`` shows, and how large.

    Args:
        canvas: Returns what is to be zoomed, at the time of the command.
    """
    return {
        "fit": lambda: canvas().fit(),
        "actual-size": lambda: canvas().zoom_to(1.0),
        "double-size": lambda: canvas().zoom_to(2.0),
        "zoom-in": lambda: canvas().zoom_in(),
        "zoom-out": lambda: canvas().zoom_out(),
    }


def mode_marks(viewer: ImageCompare) -> dict[str, bool]:
    """Return which of `mode_commands` are on."""
    modes = {mode.value: viewer.mode is mode for mode in ViewerMode}
    return {**modes, "loupe": viewer.has_loupe}
