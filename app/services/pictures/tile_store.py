"""Keeps tiles of pictures ready to draw within a memory budget, and loads missing ones."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QObject, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage

from app.services.pictures.picture_levels import PictureLevels, RgbPixels, level_size
from app.services.pictures.screen_colors import show_in_srgb
from app.services.thread_priority import LOADER_NICENESS, yield_to_the_window
from engine.api import Region

logger = logging.getLogger(__name__)

TILE_PX = 256
LOADER_THREADS = 2
_SLICE_ROWS = 32


class TileKey(NamedTuple):
    """Position of a tile: its picture, its level, its column and row among the tiles."""

    picture_id: int
    level: int
    column: int
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedTile:
    """A missing tile, and the picture to read it from."""

    key: TileKey
    picture: PictureLevels


class TileStore(QObject):
    """The least recently drawn tiles are evicted first when the budget is reached.

    Lives in the GUI thread; reading and color conversion happen on threads of its own:

        GUI thread:     want ─► _wanted                        _inbox ─► _tiles ─► arrived
        loader thread:             └─► _loading ─► read, to sRGB ─┘

    Everything that both sides touch is guarded by `_lock`.

    Signals:
        arrived: New tiles were loaded.
    """

    arrived = Signal()
    _delivered = Signal()

    def __init__(self, *, budget_bytes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._budget_bytes = budget_bytes
        self._tiles: OrderedDict[TileKey, QImage] = OrderedDict()
        self._used_bytes = 0
        self._lock = threading.Lock()
        self._wanted: OrderedDict[int, list[WantedTile]] = OrderedDict()
        self._loading: set[TileKey] = set()
        self._inbox: list[tuple[TileKey, QImage]] = []
        self._discarded: set[int] = set()
        self._stale: set[TileKey] = set()
        self._outdated: set[TileKey] = set()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(LOADER_THREADS)
        self._active = 0
        self._delivered.connect(self._on_delivered)

    @property
    def used_bytes(self) -> int:
        """Memory of the loaded tiles."""
        return self._used_bytes

    @property
    def is_idle(self) -> bool:
        """Whether every wanted tile is loaded."""
        with self._lock:
            return not (any(self._wanted.values()) or self._loading or self._inbox)

    def set_budget(self, budget_bytes: int) -> None:
        """Change the memory limit."""
        self._budget_bytes = budget_bytes
        self._shed()

    def get(self, key: TileKey) -> QImage | None:
        """Return a tile if it is loaded."""
        tile = self._tiles.get(key)
        if tile is not None:
            self._tiles.move_to_end(key)
        return tile

    def is_fresh(self, key: TileKey) -> bool:
        """Return whether a tile is loaded and up to date."""
        return key in self._tiles and key not in self._stale

    def is_stale(self, key: TileKey) -> bool:
        """Return whether a tile is loaded and out of date."""
        return key in self._stale

    def tiles_of(self, picture_id: int) -> list[QImage]:
        """Return the tiles of a picture that are up to date."""
        return [
            tile
            for key, tile in self._tiles.items()
            if key.picture_id == picture_id and key not in self._stale
        ]

    def expire(
        self, picture: PictureLevels, *, first_level: int = 0, area: Region | None = None
    ) -> None:
        """Mark tiles as out of date; they are drawn until the new ones are loaded.

        Args:
            picture: Picture whose content changed.
            first_level: Lowest level that changed.
            area: Changed pixels of level 0; None means everything.
        """

        def is_meant(key: TileKey) -> bool:
            if key.picture_id != picture.picture_id or key.level < first_level:
                return False
            covered = tile_region(picture, key).scaled(1 << key.level)
            return area is None or covered.intersects(area)

        # First what waits in the inbox: it was read before the change, and is stale too.
        self._on_delivered()
        self._stale.update(filter(is_meant, self._tiles))
        with self._lock:
            self._outdated.update(filter(is_meant, self._loading))

    def want(self, owner: object, tiles: Sequence[WantedTile]) -> None:
        """Load ``tiles`` in this order, in place of what ``owner`` wanted before."""
        with self._lock:
            wanted = [tile for tile in tiles if tile.key not in self._loading]
            self._wanted[id(owner)] = wanted
            # The latest request first: it is for what is in view now.
            self._wanted.move_to_end(id(owner), last=False)
            # As many loaders as there are tiles for; those that run take new wishes by themselves.
            starts = max(min(len(wanted), LOADER_THREADS - self._active), 0)
            self._active += starts
        for _ in range(starts):
            self._pool.start(self._load_wanted)

    def discard(self, picture_id: int) -> None:
        """Drop all tiles of a picture that is closed or whose content changed."""
        with self._lock:
            for owner, wanted in self._wanted.items():
                self._wanted[owner] = [t for t in wanted if t.key.picture_id != picture_id]
            self._inbox = [entry for entry in self._inbox if entry[0].picture_id != picture_id]
            if any(key.picture_id == picture_id for key in self._loading):
                # A loader is reading it at this moment: its tile is thrown away on arrival.
                self._discarded.add(picture_id)
        for key in [key for key in self._tiles if key.picture_id == picture_id]:
            self._used_bytes -= self._tiles.pop(key).sizeInBytes()
            self._stale.discard(key)

    def wait_for_done(self, timeout_ms: int = 5_000) -> bool:
        """Stop loading and wait for the threads; return whether they ended."""
        with self._lock:
            self._wanted.clear()
        return self._pool.waitForDone(timeout_ms)

    def _load_wanted(self) -> None:
        """Load tiles until none is wanted; runs on a loader thread."""
        yield_to_the_window(LOADER_NICENESS)
        while True:
            with self._lock:
                waiting = next((tiles for tiles in self._wanted.values() if tiles), None)
                if waiting is None:
                    self._active -= 1
                    return
                wanted = waiting.pop(0)
                self._loading.add(wanted.key)
            while not self._take(wanted, _load(wanted)):
                logger.debug("A tile changed while it was read")
            self._delivered.emit()

    def _take(self, wanted: WantedTile, tile: QImage | None) -> bool:
        """Queue a loaded tile for the window; return False if it has to be read again."""
        with self._lock:
            # The picture changed while it was being read: the tile is a mix of old and new.
            if wanted.key in self._outdated:
                self._outdated.discard(wanted.key)
                return False
            self._loading.discard(wanted.key)
            if tile is not None and wanted.key.picture_id not in self._discarded:
                self._inbox.append((wanted.key, tile))
            if not any(k.picture_id == wanted.key.picture_id for k in self._loading):
                self._discarded.discard(wanted.key.picture_id)
        return True

    @Slot()
    def _on_delivered(self) -> None:
        with self._lock:
            inbox, self._inbox = self._inbox, []
        for key, tile in inbox:
            previous = self._tiles.pop(key, None)
            self._stale.discard(key)
            self._used_bytes += tile.sizeInBytes()
            self._used_bytes -= previous.sizeInBytes() if previous is not None else 0
            self._tiles[key] = tile
        self._shed()
        if inbox:
            self.arrived.emit()

    def _shed(self) -> None:
        # At least one stays, however small the budget: without it nothing could be drawn.
        while self._used_bytes > self._budget_bytes and len(self._tiles) > 1:
            key, tile = self._tiles.popitem(last=False)
            self._stale.discard(key)
            self._used_bytes -= tile.sizeInBytes()


def tile_region(picture: PictureLevels, key: TileKey) -> Region:
    """Return the pixels of its level that a tile covers."""
    width, height = level_size(picture, key.level)
    left, top = key.column * TILE_PX, key.row * TILE_PX
    return Region(
        left=left, top=top, width=min(TILE_PX, width - left), height=min(TILE_PX, height - top)
    )


def to_image(pixels: RgbPixels, icc: bytes | None) -> QImage:
    """Return pixels as an image for an sRGB screen.

    Args:
        pixels: ``(H, W, 3)``, or ``(H, W, 4)`` with alpha 0 for missing pixels.
        icc: Profile of the pixel values; None means sRGB.
    """
    height, width, channels = pixels.shape
    held = pixels if pixels.flags.c_contiguous else pixels.copy()
    if icc is None:
        return _converted(_wrapped(held), channels)
    layout = QImage.Format.Format_RGB32
    if channels == 4:
        layout = QImage.Format.Format_ARGB32_Premultiplied
    result = QImage(width, height, layout)
    words = np.frombuffer(result.bits(), np.uint32).reshape(height, width)
    # A few rows per call: Qt holds the interpreter's lock while it converts colors.
    for top in range(0, height, _SLICE_ROWS):
        rows = held[top : top + _SLICE_ROWS]
        part = _converted(_with_alpha(show_in_srgb(_wrapped(rows), icc), rows), channels)
        converted = np.frombuffer(part.constBits(), np.uint32)
        words[top : top + _SLICE_ROWS] = converted.reshape(-1, width)
    return result


def _wrapped(pixels: RgbPixels) -> QImage:
    """Return an image that shares the memory of ``pixels`` and must not outlive it."""
    height, width, channels = pixels.shape
    layout = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGBA8888
    return QImage(pixels.data, width, height, width * channels, layout)


def _converted(image: QImage, channels: int) -> QImage:
    if channels == 3:
        return image.convertToFormat(QImage.Format.Format_RGB32)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _with_alpha(image: QImage, pixels: RgbPixels) -> QImage:
    """Return ``image`` with the alpha of ``pixels``, which a conversion from gray loses."""
    if pixels.shape[2] == 3:
        return image
    result = image.convertToFormat(QImage.Format.Format_RGBA8888)
    view = np.frombuffer(result.bits(), np.uint8).reshape(pixels.shape)
    view[..., 3] = pixels[..., 3]
    return result


def _load(wanted: WantedTile) -> QImage | None:
    try:
        region = tile_region(wanted.picture, wanted.key)
        return to_image(wanted.picture.read(wanted.key.level, region), wanted.picture.icc)
    except ValueError:
        # The picture was closed while its tile waited: the tile is no longer needed.
        logger.debug("A tile of a closed picture was requested")
        return None
