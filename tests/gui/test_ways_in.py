"""Every way a photo comes into the window, and what happens to things that are no photo here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from app.state.tooltips import tip_html
from app.window.empty_state import sample_paths
from tests.gui.conftest import App, DrawPhoto, StartApp, drop, drop_mime

_CONTROL = Qt.KeyboardModifier.ControlModifier


def test_the_wheel_zooms_at_the_pointer(app: App, photo: Path) -> None:
    app.open(photo)
    viewer = app.page.viewer
    place = QPointF(viewer.width() * 0.3, viewer.height() * 0.4)
    zoom, held = viewer.view.zoom, viewer.view.to_output(place.x(), place.y())

    turned = QWheelEvent(
        place,
        viewer.mapToGlobal(place),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,  # Qt takes it by position
    )
    QApplication.sendEvent(viewer, turned)

    assert viewer.view.zoom == pytest.approx(zoom * 1.25**2)
    assert viewer.view.to_output(place.x(), place.y()) == pytest.approx(held, abs=1e-6)


def test_a_folder_is_dropped_into_the_queue_and_its_first_photo_shown(
    app: App, draw_photo: DrawPhoto, tmp_path: Path
) -> None:
    names = ("a.png", "b.png", "below/c.png")
    for hue, name in enumerate(names):
        draw_photo(tmp_path / "in" / name, hue=60 * hue)
    (tmp_path / "in" / "notes.txt").write_text("no photo")

    drop(app, [tmp_path / "in"])
    app.wait(lambda: app.page.photos.photo is not None)

    shown = app.page.photos.photo
    assert shown is not None
    assert shown.path.name == "a.png"
    assert {item.path.name for item in app.page.queue_store.items} == {"a.png", "b.png", "c.png"}


def test_an_address_on_the_network_is_refused_politely(app: App) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/photo.jpg")])

    drop_mime(app, mime)

    assert app.page.photos.photo is None
    assert app.controller.is_idle, "the address is not asked for"
    assert "this computer" in app.shell.window.status_text
    assert not app.dialogs.shown


def test_a_picture_dropped_from_a_browser_comes_from_its_pixels(
    app: App, photo: Path, tmp_path: Path
) -> None:
    app.shell.settings.set_value("output.folder", str(tmp_path / "out"))
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/photo.jpg")])
    mime.setImageData(QImage(str(photo)))

    drop_mime(app, mime)
    app.wait(lambda: app.page.photos.photo is not None)

    shown = app.page.photos.photo
    assert shown is not None
    assert QImage(str(shown.path)) == QImage(str(photo)).convertToFormat(
        QImage(str(shown.path)).format()
    )


@pytest.mark.parametrize("kind", ["pixels", "files"])
def test_what_was_copied_is_pasted(app: App, photo: Path, tmp_path: Path, kind: str) -> None:
    app.shell.settings.set_value("output.folder", str(tmp_path / "out"))
    mime = QMimeData()
    if kind == "pixels":
        mime.setImageData(QImage(str(photo)))
    else:
        mime.setUrls([QUrl.fromLocalFile(str(photo))])
    QGuiApplication.clipboard().setMimeData(mime)

    app.key(Qt.Key.Key_V, _CONTROL)
    app.wait(lambda: app.page.photos.photo is not None)

    shown = app.page.photos.photo
    assert shown is not None
    assert (shown.width_px, shown.height_px) == (96, 64)
    assert (shown.path == photo) is (kind == "files")
    assert list(photo.parent.iterdir()) == [photo], "nothing is written beside a photo"
    if kind == "pixels":
        modes = [path.stat().st_mode & 0o777 for path in (shown.path, shown.path.parent)]
        assert modes == [0o600, 0o700], "what was copied may be a secret"


def test_words_in_the_clipboard_are_no_photo(app: App) -> None:
    QGuiApplication.clipboard().setText("words")

    app.key(Qt.Key.Key_V, _CONTROL)

    assert app.shell.window.status_text
    assert app.controller.is_idle


def test_the_result_of_a_pasted_photo_goes_to_the_pictures_and_changes_nothing_for_others(
    app: App, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = tmp_path / "Pictures"
    monkeypatch.setattr(platformdirs, "user_pictures_dir", lambda: str(pictures))
    mime = QMimeData()
    mime.setImageData(QImage(str(photo)))
    QGuiApplication.clipboard().setMimeData(mime)

    app.key(Qt.Key.Key_V, _CONTROL)
    app.wait(lambda: app.page.photos.photo is not None)
    app.page.commands.upscale()
    app.wait(lambda: not app.page.queue.is_running)
    app.open(photo)
    app.page.commands.upscale()
    app.wait(lambda: not app.page.queue.is_running)

    pasted, opened = [item.result for item in app.page.queue_store.items]
    assert pasted is not None
    assert pasted.parent == pictures / "upscaled"
    assert opened is not None
    assert opened.parent == photo.parent / "upscaled"
    assert app.shell.settings.text("output.folder") == ""


def test_the_result_of_a_sample_does_not_go_into_the_installation(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = tmp_path / "Pictures"
    monkeypatch.setattr(platformdirs, "user_pictures_dir", lambda: str(pictures))
    sample = sample_paths()[0]
    before = sorted(sample.parent.iterdir())

    app.page.queue.add([sample], app.page.choices.choice)
    app.page.queue.start()
    app.wait(lambda: not app.page.queue.is_running)

    (item,) = app.page.queue_store.items
    assert item.result is not None
    assert item.result.parent == pictures / "upscaled"
    assert sorted(sample.parent.iterdir()) == before


def test_a_photo_named_from_its_folder_is_found_from_another_one(
    start_app: StartApp, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photo.parent)
    app = start_app()
    app.open(Path(photo.name))
    app.page.queue.add([Path(photo.name)], app.page.choices.choice)
    app.close()
    monkeypatch.chdir(tmp_path)

    again = start_app()

    assert [item.path for item in again.page.queue_store.items] == [photo]
    assert again.shell.window.recent_actions()[0].toolTip() == tip_html(str(photo))


def test_a_recent_photo_opens_again_at_the_next_start(start_app: StartApp, photo: Path) -> None:
    app = start_app()
    app.open(photo)
    app.close()
    again = start_app()

    again.shell.window.recent_actions()[0].trigger()
    again.wait(lambda: again.page.photos.photo is not None)

    shown = again.page.photos.photo
    assert shown is not None
    assert shown.path == photo


def test_a_photo_named_at_the_start_is_opened(photo: Path) -> None:
    code = (
        "import asyncio, sys; import app.main as door; real = door.load_app\n"
        "async def load_app(shell):\n"
        "    from app.photos.photos_page import NAME, PhotosPage\n"
        "    controller = await real(shell)\n"
        "    page = controller.page(NAME, PhotosPage)\n"
        "    page.photos.opened.connect(lambda info: sys.stdout.write(info.path.name))\n"
        "    page.photos.opened.connect(shell.window.close)\n"
        "    return controller\n"
        "door.load_app = load_app\n"
        "sys.exit(door.main([sys.argv[1]]))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, photo], capture_output=True, text=True, check=False, timeout=90
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == photo.name
