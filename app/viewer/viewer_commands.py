"""What the commands of the window do to a viewer."""

from __future__ import annotations

from functools import partial

from app.state.viewer_state import ViewerMode
from app.widgets.compare.image_compare import ImageCompare
from app.window.connect_actions import Commands


def viewer_commands(viewer: ImageCompare) -> Commands:
    """Return what changes how ``viewer`` shows its photo, by the names of the window's actions."""
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
        "fit": viewer.fit,
        "actual-size": lambda: viewer.zoom_to(1.0),
        "double-size": lambda: viewer.zoom_to(2.0),
        "zoom-in": viewer.zoom_in,
        "zoom-out": viewer.zoom_out,
    }
