"""What the window promises beside the work: keys, names, looks, languages."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QColorSpace, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QSlider,
    QSpinBox,
    QWidget,
)

from app.services.pictures.tile_span import picture_rect
from app.settings.settings_dialog import SettingsDialog
from app.state.queue_store import ItemState
from app.state.resources import resource_path
from app.state.viewer_state import ViewerMode
from app.widgets.message_dialog import MessageDialog
from engine.catalog.catalog import imported_models_folder
from tests.gui.conftest import App, DrawPhoto, StartApp
from tests.helpers.catalogs import put_dial


def test_every_control_has_a_name_for_screen_readers(app: App) -> None:
    kinds = (QAbstractButton, QComboBox, QSlider, QLineEdit, QAbstractSpinBox)
    controls = [w for w in app.shell.window.findChildren(QWidget) if isinstance(w, kinds)]
    inner = {"qt_spinbox_lineedit", "qt_menubar_ext_button", "ScrollLeftButton"}

    nameless = [
        f"{type(w).__name__} in {type(w.parent()).__name__}"
        for w in controls
        if w.objectName() not in inner
        and not w.accessibleName()
        and not (isinstance(w, QAbstractButton) and w.text())
    ]

    assert nameless == []


def test_the_divider_tells_its_value_to_screen_readers(app: App, photo: Path) -> None:
    app.open(photo)
    handle = app.page.viewer.handle

    assert handle.accessibleName()
    assert handle.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert handle.minimum() == 0 < handle.value() < handle.maximum()


@pytest.mark.parametrize("mode", list(ViewerMode))
def test_every_mode_shows_the_photo_and_none_moves_it(
    app: App, photo: Path, mode: ViewerMode
) -> None:
    app.open(photo)
    viewer = app.page.viewer
    viewer.zoom_to(2.5)
    center = (viewer.view.center_x, viewer.view.center_y)

    viewer.set_mode(mode)
    app.settle()
    image = viewer.grab().toImage()

    pixels = {image.pixel(x, image.height() // 3) for x in range(4, image.width() // 2, 9)}
    assert len(pixels) > 3
    assert viewer.view.zoom == pytest.approx(2.5)
    assert (viewer.view.center_x, viewer.view.center_y) == pytest.approx(center, abs=150)


def test_keys_walk_through_all_models_and_round_the_ends(app: App) -> None:
    ids = [card.id for card in app.controller.engine_service.cards()]
    app.page.choices.take_model(len(ids) - 1)

    walked = []
    for _ in ids:
        app.key(Qt.Key.Key_M)
        walked.append(app.page.choices.card.id)
    app.key(Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)

    assert walked == ids
    assert app.page.choices.card.id == ids[-2]


def test_the_loupe_magnifies_and_the_read_out_follows(app: App, photo: Path) -> None:
    app.open(photo)
    viewer = app.page.viewer
    plain = viewer.grab().toImage()
    readings: list[object] = []
    viewer.pointed.connect(readings.append)

    app.shell.window.actions_by_name["loupe"].trigger()
    viewer.point_at(QPointF(viewer.width() / 2, viewer.height() / 3))
    app.settle()

    assert viewer.grab().toImage() != plain
    assert readings[-1] is not None


def test_before_stays_left_and_photos_are_not_mirrored_in_right_to_left_languages(
    app: App, photo: Path
) -> None:
    app.open(photo)
    viewer = app.page.viewer
    plain = viewer.grab().toImage()
    width = plain.width()

    application = app.shell.application
    application.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        app.wait(lambda: app.page.inspector.mapTo(app.shell.window, QPoint(0, 0)).x() < 10)
        app.settle()
        mirrored = viewer.grab().toImage()
    finally:
        application.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    y = plain.height() // 2 + 60
    row = [plain.pixel(x, y) for x in range(0, width, 7)]
    assert [mirrored.pixel(x, y) for x in range(0, width, 7)] == row


def test_settings_hold_at_once_and_can_be_reset(app: App) -> None:
    dialog = app.controller.commands.show_settings()
    blink = dialog.fields["viewer.blink_ms"]
    theme = dialog.fields["appearance.theme"]
    assert isinstance(blink, QSpinBox)
    assert isinstance(theme, QComboBox)

    blink.setValue(900)
    theme.setCurrentIndex(theme.findData("light"))

    assert app.shell.settings.number("viewer.blink_ms") == 900
    assert not app.shell.theming.theme.is_dark
    dialog.reset.click()
    assert app.shell.settings.number("viewer.blink_ms") == 400
    assert blink.value() == 400


def test_every_section_of_the_settings_has_something_in_it(app: App) -> None:
    dialog = app.controller.commands.show_settings()

    assert isinstance(dialog, SettingsDialog)
    prefixes = {key.split(".")[0] for key in dialog.fields}
    assert len(prefixes) == dialog.sections.count()


def test_a_file_that_is_no_photo_gets_a_dialog_with_details_to_copy(
    app: App, tmp_path: Path
) -> None:
    path = tmp_path / "not-a-photo.jpg"
    path.write_text("words")

    app.page.open_paths([path])
    app.wait(lambda: bool(app.dialogs.shown))

    dialog = app.dialogs.shown[0]
    assert isinstance(dialog, MessageDialog)
    dialog.copy.click()
    text = QGuiApplication.clipboard().text()
    assert "not-a-photo.jpg" in text
    assert "ONNX Runtime" in text


def test_the_presentation_sweeps_over_the_photo_and_ends_with_escape(
    app: App, draw_photo: DrawPhoto, tmp_path: Path
) -> None:
    paths = [draw_photo(tmp_path / f"{n}.png", hue=60 * n) for n in range(2)]
    app.shell.settings.set_value("presentation.sweep_s", 2)
    view = app.page.presentation.start(paths)
    assert view is not None

    app.wait(lambda: view.viewer.is_sharp and view.is_sweeping)
    places: set[int] = set()
    view.viewer.handle.valueChanged.connect(places.add)
    app.wait(lambda: len(places) > 5)

    photo = picture_rect(view.viewer.view)
    width = view.viewer.view.view_width_px
    assert all(photo.left() - 2 <= p / 1000 * width <= photo.right() + 3 for p in places)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert app.page.presentation.view is None


@pytest.mark.parametrize(
    "shipped", sorted(resource_path("translations").glob("*.ts")), ids=lambda path: path.stem
)
def test_every_translation_is_complete_and_up_to_date(tmp_path: Path, shipped: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    fresh = tmp_path / "fresh.ts"
    sources = [str(path) for path in sorted((root / "app").rglob("*.py"))]
    tool = Path(sys.executable).with_name("pyside6-lupdate")
    subprocess.run([tool, *sources, "-ts", fresh], check=True, capture_output=True)

    assert set(_messages(fresh)) == set(_messages(shipped))
    assert [source for source, text in _messages(shipped).items() if not text] == []


def _messages(path: Path) -> dict[tuple[str, str], str]:
    root = ET.parse(path).getroot()  # our own file
    return {
        (context.findtext("name", ""), message.findtext("source", "")): message.findtext(
            "translation", ""
        )
        for context in root.iter("context")
        for message in context.iter("message")
    }


def test_the_window_is_shown_before_the_engine_is_loaded() -> None:
    code = (
        "import sys; import app.main; from app.shell.application import build_shell; "
        "from app.state.settings_store import SettingsStore; "
        "shell = build_shell(SettingsStore(None)); "
        "libraries = {'numpy', 'onnxruntime', 'pyvips', 'cv2', 'PIL', 'msgspec', 'torch'}; "
        "packages = {'engine.imaging', 'engine.catalog', 'engine.inference', 'engine.probing'}; "
        "heavy = (libraries | packages) & set(sys.modules); "
        "assert shell.window.isVisible(); assert not heavy, heavy"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_a_display_p3_photo_is_vivid_in_the_viewer_and_its_result_keeps_the_profile(
    app: App, tmp_path: Path
) -> None:
    space = QColorSpace(QColorSpace.NamedColorSpace.DisplayP3)
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor(234, 51, 35))
    image.setColorSpace(space)
    path = tmp_path / "p3.png"
    assert image.save(str(path))

    app.open(path)
    viewer = app.page.viewer
    shown = viewer.grab().toImage()
    app.page.commands.upscale()
    app.wait(lambda: not app.page.queue.is_running)

    for x in (viewer.width() * 4 // 10, viewer.width() * 6 // 10):
        color = shown.pixelColor(x, viewer.height() // 3)
        assert (color.red(), color.green(), color.blue()) == pytest.approx((255, 0, 0), abs=6)
    result = app.page.queue_store.items[0].result
    assert result is not None
    saved = QImage(str(result))
    assert saved.colorSpace() == space
    codes = saved.pixelColor(20, 20)
    assert (codes.red(), codes.green(), codes.blue()) == pytest.approx((234, 51, 35), abs=6)


def test_reset_takes_back_the_model_and_the_fidelity_as_well(start_app: StartApp) -> None:
    put_dial(imported_models_folder(), "a-dial", scale=4)
    app = start_app()
    first = app.page.choices.choice
    app.page.inspector.model_requested.emit("a-dial")
    app.page.choices.set_choice(replace(app.page.choices.choice, fidelity=0.3, quality=40))
    assert app.page.choices.choice.model_id != first.model_id

    app.controller.commands.show_settings().reset.click()

    assert app.page.choices.choice == first
    assert app.page.choices.choice.fidelity is None
    dials = app.page.inspector.dials
    assert dials.fidelity.value() == dials.fidelity.mark


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_refused_without_waiting_for_it(app: App, tmp_path: Path) -> None:
    pipe = tmp_path / "photo.jpg"
    os.mkfifo(pipe)

    app.page.open_paths([pipe])
    app.wait(lambda: bool(app.dialogs.shown))
    app.page.queue.add([pipe], app.page.choices.choice)
    app.page.queue.start()
    app.wait(lambda: not app.page.queue.is_running)

    assert app.page.photos.photo is None
    assert app.page.queue_store.items[0].state is ItemState.FAILED
