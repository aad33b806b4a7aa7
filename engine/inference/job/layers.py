"""The rasters of one picture: its colors and its alpha channel, if it has one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from typing_extensions import override

from engine.core.closing import Closing
from engine.core.images import ImageUint
from engine.core.tiling import Region
from engine.imaging.raster import Raster


class PixelReader(Protocol):
    """Pixel values that can be read in any order: a raster, or a view of one."""

    @property
    def width_px(self) -> int:
        """Columns."""
        ...

    @property
    def height_px(self) -> int:
        """Rows."""
        ...

    @property
    def channels(self) -> int:
        """1 or 3."""
        ...

    @property
    def dtype(self) -> np.dtype[Any]:
        """uint8 or uint16."""
        ...

    def read(self, region: Region) -> ImageUint:
        """Return the pixels in ``region``, ``(height, width, C)``."""
        ...


class ReadableLayers(Protocol):
    """Anything whose pixels can be read: a photo, `Layers`, a part of them."""

    @property
    def color(self) -> PixelReader:
        """Gray or RGB."""
        ...

    @property
    def alpha(self) -> PixelReader | None:
        """Opacity, of the same size."""
        ...


class PictureLayers(Protocol):
    """Anything with the rasters of a picture: a photo, or `Layers`."""

    @property
    def color(self) -> Raster:
        """Gray or RGB."""
        ...

    @property
    def alpha(self) -> Raster | None:
        """Opacity, of the same size."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers(Closing):
    """Rasters made here; close them, or use this as a context manager.

    Attributes:
        color: Gray or RGB pixel values, not multiplied with alpha.
        alpha: Opacity of the same size and bit depth, or None.
    """

    color: Raster
    alpha: Raster | None = None

    @classmethod
    def like(
        cls,
        source: ReadableLayers,
        *,
        width_px: int,
        height_px: int,
        scratch_folder: Path,
        bit_depth: int | None = None,
    ) -> Layers:
        """Return black rasters of another size for a picture like ``source``.

        Args:
            source: The picture.
            width_px: Width of the rasters.
            height_px: Height of the rasters.
            scratch_folder: Existing folder for large rasters.
            bit_depth: 8 or 16 bits per channel; None for those of ``source``.

        Raises:
            DiskFullError: If the scratch folder lacks the room.
            OutputError: If the scratch folder cannot be written to.
        """

        def create(raster: PixelReader) -> Raster:
            return Raster.create(
                height_px=height_px,
                width_px=width_px,
                channels=raster.channels,
                dtype=raster.dtype if bit_depth is None else f"uint{bit_depth}",
                scratch_folder=scratch_folder,
            )

        color = create(source.color)
        if source.alpha is None:
            return cls(color=color)
        try:
            return cls(color=color, alpha=create(source.alpha))
        except BaseException:
            # A full disk at the second raster must not leave the scratch file of the first.
            color.close()
            raise

    @override
    def close(self) -> None:
        """Free memory and scratch files; closing again does nothing."""
        self.color.close()
        if self.alpha is not None:
            self.alpha.close()
