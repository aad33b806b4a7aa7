"""A comparison is handed on: chosen in the window, written into one file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.sharing.share_dialog import ShareDialog, ShareKind
from tests.gui.conftest import App


@pytest.fixture
def opened(app: App, photo: Path) -> App:
    """The app with a photo and its preview in the viewer."""
    app.open(photo)
    return app


def _share(
    app: App, kind: ShareKind, path: Path, suffix: str = "", *, is_whole: bool = False
) -> None:
    app.shell.window.actions_by_name["share"].trigger()
    dialog = app.dialogs.shown[-1]
    assert isinstance(dialog, ShareDialog)
    dialog.kind.setCurrentIndex(dialog.kind.findData(kind))
    if suffix:
        dialog.suffix.setCurrentIndex(dialog.suffix.findData(suffix))
    dialog.area.setCurrentIndex(int(is_whole))
    app.dialogs.new_file = path
    dialog.save.click()


def _wait_for(app: App, path: Path) -> None:
    app.wait(lambda: app.shell.window.status_text == f"{path.name} was written")


def _pixels(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image)


def test_what_is_in_view_is_written_side_by_side(opened: App, tmp_path: Path) -> None:
    path = tmp_path / "out.png"

    _share(opened, ShareKind.SIDE_BY_SIDE, path)
    _wait_for(opened, path)

    # The photo fits the window: all of it is in view.
    pixels = _pixels(path).astype(int)
    assert pixels.shape == (64 * 4, 2 * 96 * 4 + 4, 3)
    before, after = pixels[60:, :384], pixels[60:, 388:]
    assert 0 < np.abs(before - after).mean() < 40
    assert opened.dialogs.suggested is not None
    assert opened.dialogs.suggested.name == "photo-comparison.png"


def test_a_split_is_where_the_divider_is(opened: App, tmp_path: Path) -> None:
    path = tmp_path / "out.png"
    viewer = opened.page.viewer
    viewer.handle.setValue(400)
    column = viewer.view.to_output(viewer.view.view_width_px * 0.4, 0)[0]

    _share(opened, ShareKind.SPLIT, path)
    _wait_for(opened, path)

    pixels = _pixels(path)
    white = np.flatnonzero((pixels[100:] == 255).all(axis=(0, 2)))
    assert np.abs(white - column).max() <= 2


def test_an_animation_and_a_page_are_written(opened: App, tmp_path: Path) -> None:
    animation, page = tmp_path / "out.gif", tmp_path / "out.html"

    _share(opened, ShareKind.ANIMATION, animation, ".gif")
    _wait_for(opened, animation)
    _share(opened, ShareKind.PAGE, page)
    _wait_for(opened, page)

    with Image.open(animation) as image:
        assert getattr(image, "n_frames", 1) == 36
    text = page.read_text(encoding="utf-8")
    assert "<title>photo.png</title>" in text
    assert "Balanced" in text
    assert "bicubic" in text


def test_a_name_without_a_suffix_gets_one_and_replaces_nothing(opened: App, tmp_path: Path) -> None:
    taken = tmp_path / "out.png"
    taken.write_bytes(b"something else")

    _share(opened, ShareKind.SPLIT, tmp_path / "out")
    opened.wait(lambda: len(opened.dialogs.shown) > 1)

    assert taken.read_bytes() == b"something else"


def test_the_photo_itself_is_never_replaced(opened: App, photo: Path) -> None:
    content = photo.read_bytes()

    _share(opened, ShareKind.SPLIT, photo)
    opened.wait(lambda: len(opened.dialogs.shown) > 1)

    assert photo.read_bytes() == content


def test_a_finished_result_can_be_handed_on_whole(opened: App, tmp_path: Path) -> None:
    opened.page.commands.upscale()
    opened.wait(lambda: opened.page.photos.after_state.kind == "result")
    opened.page.viewer.zoom_to(6.0)
    opened.settle()
    path = tmp_path / "out.webp"

    _share(opened, ShareKind.SPLIT, path, ".webp", is_whole=True)
    _wait_for(opened, path)

    assert _pixels(path).shape == (64 * 4, 96 * 4, 3)


def test_a_cancelled_name_writes_nothing(opened: App, tmp_path: Path) -> None:
    opened.shell.window.actions_by_name["share"].trigger()
    dialog = opened.dialogs.shown[-1]
    assert isinstance(dialog, ShareDialog)

    dialog.save.click()
    opened.settle()

    assert opened.page.runner.wait_for_done()
    assert list(tmp_path.glob("*comparison*")) == []


def test_without_a_preview_there_is_nothing_to_share(opened: App) -> None:
    opened.shell.settings.set_value("processing.preview", False)
    opened.settle()

    opened.shell.window.actions_by_name["share"].trigger()

    assert opened.dialogs.shown == []
    assert opened.shell.window.status_text == "There is nothing to share yet"
