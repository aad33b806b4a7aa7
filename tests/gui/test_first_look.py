"""What users see first of a photo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import pyvips
from PySide6.QtCore import Qt

from app.window.empty_state import sample_paths
from tests.gui.conftest import App, DrawPhoto


@pytest.fixture
def textured(tmp_path: Path) -> Path:
    """A flat photo with fine texture in one place."""
    pixels = np.full((500, 700, 3), 120, np.uint8)
    pixels[330:420, 480:600] += (np.indices((90, 120)).sum(axis=0) // 3 % 2 * 50).astype(np.uint8)[
        ..., None
    ]
    path = tmp_path / "textured.png"
    pyvips.Image.new_from_array(pixels).write_to_file(str(path))
    return path


def test_a_large_photo_begins_at_100_percent_on_its_most_detailed_spot(
    app: App, textured: Path
) -> None:
    app.open(textured)
    view = app.page.viewer.view

    assert view.zoom == pytest.approx(1.0)
    right, bottom = view.to_output(view.view_width_px, view.view_height_px)
    shown = (view.left / 4, view.top / 4, right / 4, bottom / 4)
    assert shown[0] < 540 < shown[2]
    assert shown[1] < 375 < shown[3]
    app.key(Qt.Key.Key_F)
    assert app.page.viewer.view.is_fitted


def test_a_photo_that_fits_is_shown_whole(app: App, photo: Path) -> None:
    app.open(photo)

    assert app.page.viewer.view.is_fitted


def test_samples_begin_like_photos(app: App) -> None:
    app.shell.window.sample_requested.emit(sample_paths()[0])
    app.wait(lambda: app.page.photos.photo is not None)
    app.settle()

    assert app.page.viewer.view.zoom == pytest.approx(1.0)


def test_the_next_photo_begins_anew(
    app: App, textured: Path, draw_photo: DrawPhoto, tmp_path: Path
) -> None:
    app.open(textured)
    app.page.viewer.zoom_to(5.0)

    app.page.photos.open(draw_photo(tmp_path / "next.png", width_px=640, height_px=480))
    app.wait(lambda: getattr(app.page.photos.photo, "path", None) == tmp_path / "next.png")
    app.settle()

    assert app.page.viewer.view.zoom == pytest.approx(1.0)


def test_sizes_go_with_the_photo(app: App, photo: Path) -> None:
    app.open(photo)
    assert app.page.inspector.size_text == "384 \u00d7 256 \u00b7 0.098 MP"

    app.page.photos.close_photo()

    assert app.page.inspector.size_text == ""
