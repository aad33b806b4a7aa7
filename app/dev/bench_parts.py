"""The parts of the window's benchmark; each one has a process of its own."""

from __future__ import annotations

import asyncio
import resource
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

import qasync
from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from app.dev.timing import FRAMES, PACE_HZ, Pulse, time_frames, wait_until
from app.main import load_app
from app.shell.application import Shell, build_shell
from app.state.settings_store import SettingsStore

if TYPE_CHECKING:
    from app.photos.photos_page import PhotosPage
    from app.services.pictures.picture_levels import RasterLevels
    from app.shell.app_controller import AppController
    from engine.api import Raster

_RESULT_PX = (16000, 12000)
_RESULTS = 5
WINDOW_PX = (1360, 860)


def measure_window(started: float) -> dict[str, object]:
    """Return the time from the start of the process to a window, empty and usable."""
    shell = build_shell(SettingsStore(None))
    QCoreApplication.processEvents()
    shown_ms = (time.time() - started) * 1000
    load_window(shell)
    QCoreApplication.processEvents()
    usable_ms = (time.time() - started) * 1000
    shell.window.close()
    return {"window_ms": round(usable_ms, 1), "window_shown_ms": round(shown_ms, 1)}


def measure_viewer(folder: Path) -> dict[str, object]:
    """Return frame times on results of 192 megapixels, and the memory with five of them open."""
    from app.services.pictures.compared_pictures import ComparedPictures  # noqa: PLC0415
    from app.services.pictures.picture_levels import BicubicLevels, RasterLevels  # noqa: PLC0415

    shell, page = _open_page()
    viewer = page.viewer
    width, height = _RESULT_PX
    original = RasterLevels(_textured_raster(folder, width // 4, height // 4, seed=0))
    before = BicubicLevels(original, width_px=width, height_px=height)
    results: list[RasterLevels] = []
    shell.window.show_photo("192 megapixels")
    for number in range(_RESULTS):
        results.append(RasterLevels(_textured_raster(folder, width, height, seed=number)))
        # Before the measurement: it reads the whole picture in the background otherwise.
        results[-1].refine()
        pictures = ComparedPictures(before=before, after=results[-1])
        viewer.show_pictures(pictures, width_px=width, height_px=height)
        viewer.fit()
        _settle(page)
        viewer.zoom_to(1.0)
        _settle(page)
    drags = time_frames("drag", viewer.repaint, lambda i: viewer.handle.setValue(100 + i * 4 % 800))
    pans = time_frames(
        "pan", viewer.repaint, lambda _: viewer.set_view(viewer.view.panned(-23, -11))
    )
    zooms = time_frames("zoom", viewer.repaint, lambda i: _zoom(page, i))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shell.window.close()
    return {
        **drags,
        **pans,
        **zooms,
        "peak_rss_mb": round(peak_mb, 1),
        "viewer_conditions": {
            "result_px": list(_RESULT_PX),
            "results_open": _RESULTS,
            "view_px": [viewer.view.view_width_px, viewer.view.view_height_px],
            "frames": FRAMES,
            "pace_hz": PACE_HZ,
        },
    }


def measure_preview(folder: Path) -> dict[str, object]:
    """Return the time from drop to the first preview pixels: cold, and with a loaded network."""
    shell, page = _open_page()
    photo = folder / "photo.jpg"
    _draw_photo(photo, 1200, 800)
    times = []
    # The first one loads the network and is reported as "cold".
    for _ in range(4):
        start = time.perf_counter()
        page.open_paths([photo])
        wait_until(lambda: _has_preview_pixels(page))
        page.viewer.repaint()
        times.append((time.perf_counter() - start) * 1000)
        _settle(page)
        # Or the next round would find its tiles.
        page.photos.close_photo()
    shell.window.close()
    return {
        "first_preview_ms": round(statistics.median(times[1:]), 1),
        "first_preview_cold_ms": round(times[0], 1),
        "preview_conditions": {"photo_px": [1200, 800], "region_px": 512},
    }


def measure_stall(folder: Path, *, seconds: float) -> dict[str, object]:
    """Return the longest time the window did not answer while 12 megapixels are enlarged."""
    shell, page = _open_page()
    photo = folder / "photo.jpg"
    _draw_photo(photo, 4000, 3000)
    page.open_paths([photo])
    wait_until(lambda: page.photos.photo is not None)
    _settle(page)
    pulse = Pulse()
    start = time.perf_counter()
    page.commands.upscale()
    wait_until(lambda: not page.queue.is_running or time.perf_counter() - start > seconds)
    longest_ms = pulse.stop()
    items = page.queue_store.items
    share = items[-1].fraction if items else 0.0
    shell.window.close()
    return {
        "longest_stall_ms": round(longest_ms, 1),
        "stall_p99_ms": pulse.quantile(99),
        "stall_conditions": {
            "photo_px": [4000, 3000],
            "watched_s": round(time.perf_counter() - start, 1),
            "share_done": round(share, 3),
        },
    }


def _has_preview_pixels(page: PhotosPage) -> bool:
    pictures = page.viewer.pictures
    if page.photos.photo is None or pictures is None or pictures.after is None:
        return False
    tiles = page.tiles.tiles_of(pictures.after.picture_id)
    # The preview is transparent where nothing is computed yet.
    return any(tile.pixelColor(tile.rect().center()).alpha() > 0 for tile in tiles)


def _open_page() -> tuple[Shell, PhotosPage]:
    from app.photos.photos_page import NAME, PhotosPage  # noqa: PLC0415

    shell = build_shell(SettingsStore(None))
    shell.window.resize(*WINDOW_PX)
    return shell, load_window(shell).page(NAME, PhotosPage)


def load_window(shell: Shell) -> AppController:
    """Load the rest of the app behind a window that is shown."""
    loop = qasync.QEventLoop(shell.application)
    asyncio.set_event_loop(loop)
    controller: AppController = loop.run_until_complete(load_app(shell))
    loop.close()
    return controller


def _textured_raster(folder: Path, width_px: int, height_px: int, *, seed: int) -> Raster:
    """Return a raster with a pattern at every size, written strip by strip."""
    import numpy as np  # noqa: PLC0415

    from engine.api import Raster, Region  # noqa: PLC0415

    raster = Raster.create(
        height_px=height_px, width_px=width_px, channels=3, dtype=np.uint8, scratch_folder=folder
    )
    columns = np.arange(width_px, dtype=np.uint32)[None, :, None]
    weights = np.array([3, 5, 7], dtype=np.uint32)
    # 576 MB at once would count in the peak memory.
    for top in range(0, height_px, 250):
        rows = np.arange(top, min(top + 250, height_px), dtype=np.uint32)[:, None, None]
        codes = ((columns * weights + rows * (seed + 2)) >> 3).astype(np.uint8)
        region = Region(left=0, top=top, width=width_px, height=codes.shape[0])
        raster.write(region, codes)
    return raster


def _draw_photo(path: Path, width_px: int, height_px: int) -> None:
    image = QImage(width_px, height_px, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    gradient = QLinearGradient(0, 0, width_px, height_px)
    gradient.setColorAt(0, QColor(30, 70, 120))
    gradient.setColorAt(1, QColor(230, 190, 120))
    painter.fillRect(image.rect(), gradient)
    painter.setPen(QColor(20, 30, 20))
    for x in range(0, width_px, 9):
        painter.drawLine(x, 0, (x * 7) % width_px, height_px)
    painter.end()
    image.save(str(path), None, 92)


def _zoom(page: PhotosPage, step: int) -> None:
    viewer = page.viewer
    if step % 24 == 0:
        viewer.fit()
    viewer.zoom_to(viewer.view.zoom * 1.15, at=QPointF(380, 270))


def _settle(page: PhotosPage) -> None:
    for _ in range(3):
        QCoreApplication.processEvents()
    wait_until(lambda: page.tiles.is_idle and page.photos.is_idle and page.viewer.is_sharp)
