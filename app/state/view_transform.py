"""Which part of the result the viewer shows: one transform for both sides.

Output coordinates are pixels of the result, with the origin at its top left. The view
is measured in device pixels, so that 100 % means one result pixel per pixel of the screen.

        output                            view_x = (output_x - left) * zoom
        +-----------------------+
        |   (left, top)         |         left = center_x - view_width_px / 2 / zoom
        |     +---------+       |
        |     |  center |       |         the view may be larger than the output; then the
        |     +---------+       |         output is centered in it
        +-----------------------+
"""

from __future__ import annotations

from dataclasses import dataclass, replace

MAXIMUM_ZOOM = 32.0
_SMALLEST_ON_SCREEN_PX = 48.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewTransform:
    """A window of ``view`` device pixels onto a picture of ``output`` pixels.

    Attributes:
        output_width_px: Columns of the result.
        output_height_px: Rows of the result.
        view_width_px: Columns of the window, in device pixels.
        view_height_px: Rows of the window, in device pixels.
        zoom: Device pixels per result pixel.
        center_x: Output coordinate in the middle of the window.
        center_y: Output coordinate in the middle of the window.
        is_fitted: Whether the whole picture stays in view when the window changes.
    """

    output_width_px: int
    output_height_px: int
    view_width_px: int
    view_height_px: int
    zoom: float = 1.0
    center_x: float = 0.0
    center_y: float = 0.0
    is_fitted: bool = True

    @property
    def fit_zoom(self) -> float:
        """The zoom that shows the whole picture, at most 4 device pixels per result pixel."""
        across = self.view_width_px / self.output_width_px
        down = self.view_height_px / self.output_height_px
        return min(across, down, 4.0)

    @property
    def left(self) -> float:
        """Output coordinate at the left edge of the window."""
        return self.center_x - self.view_width_px / 2 / self.zoom

    @property
    def top(self) -> float:
        """Output coordinate at the top edge of the window."""
        return self.center_y - self.view_height_px / 2 / self.zoom

    def fitted(self) -> ViewTransform:
        """Return the view of the whole picture."""
        return replace(
            self,
            zoom=self.fit_zoom,
            center_x=self.output_width_px / 2,
            center_y=self.output_height_px / 2,
            is_fitted=True,
        )

    def on_output(self, width_px: int, height_px: int) -> ViewTransform:
        """Return the view of another picture, shown whole."""
        return replace(self, output_width_px=width_px, output_height_px=height_px).fitted()

    def at_spot(self, x: float, y: float) -> ViewTransform:
        """Return the view at 100 % centered on output coordinate (x, y)."""
        return replace(self, zoom=1.0, center_x=x, center_y=y, is_fitted=False).bounded()

    def zoomed(self, zoom: float, *, x: float, y: float) -> ViewTransform:
        """Return the view at ``zoom`` in which view point (x, y) shows the same spot as now."""
        # The whole photo can always be seen, and never shrinks to less than 48 pixels.
        lowest = min(self.fit_zoom, _SMALLEST_ON_SCREEN_PX / max(self.output_width_px, 1))
        zoom = min(max(zoom, lowest), MAXIMUM_ZOOM)
        # The spot under the point before, and after: center = spot - (point - middle) / zoom.
        held_x, held_y = self.to_output(x, y)
        moved = replace(
            self,
            zoom=zoom,
            center_x=held_x - (x - self.view_width_px / 2) / zoom,
            center_y=held_y - (y - self.view_height_px / 2) / zoom,
            is_fitted=False,
        )
        return moved.bounded()

    def panned(self, dx: float, dy: float) -> ViewTransform:
        """Return the view after the picture was dragged by (dx, dy) device pixels."""
        moved = replace(
            self,
            center_x=self.center_x - dx / self.zoom,
            center_y=self.center_y - dy / self.zoom,
            is_fitted=False,
        )
        return moved.bounded()

    def resized(self, view_width_px: int, view_height_px: int) -> ViewTransform:
        """Return the view in a window of another size."""
        view = replace(
            self, view_width_px=max(view_width_px, 1), view_height_px=max(view_height_px, 1)
        )
        return view.fitted() if self.is_fitted else view.bounded()

    def for_output(self, width_px: int, height_px: int) -> ViewTransform:
        """Return the view of the same spot, at the same size on screen, for another result size."""
        # The same share of the picture fills the view, whatever its pixels: a model of scale 2 and
        # one of scale 4 show the same spot at the same size.
        ratio = width_px / self.output_width_px
        view = replace(
            self,
            output_width_px=width_px,
            output_height_px=height_px,
            zoom=self.zoom / ratio,
            center_x=self.center_x * ratio,
            center_y=self.center_y * height_px / self.output_height_px,
        )
        return view.fitted() if self.is_fitted else view.bounded()

    def bounded(self) -> ViewTransform:
        """Return the nearest view that stays inside the picture."""
        return replace(
            self,
            center_x=_bound(self.center_x, self.output_width_px, self.view_width_px / self.zoom),
            center_y=_bound(self.center_y, self.output_height_px, self.view_height_px / self.zoom),
        )

    def to_output(self, x: float, y: float) -> tuple[float, float]:
        """Return the output coordinates at view point (x, y)."""
        return self.left + x / self.zoom, self.top + y / self.zoom

    def to_view(self, x: float, y: float) -> tuple[float, float]:
        """Return the view point of output coordinates (x, y)."""
        return (x - self.left) * self.zoom, (y - self.top) * self.zoom


def _bound(center: float, length: int, visible: float) -> float:
    # The picture is smaller than the view: it is centered and cannot be moved.
    if visible >= length:
        return length / 2
    return min(max(center, visible / 2), length - visible / 2)
