"""The page of exports: sources, targets, a bundle and its check."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QWidget

from app.export.export_page import NAME, ExportPage
from app.shell.pages import PAGES
from engine.export.bundle.making import BundleRequest, make_bundle
from engine.export.bundle.source import BundleSource
from engine.export.targets.target_list import target_entries
from tests.gui.conftest import App, StartApp, drop
from tests.helpers.catalogs import put_dial, put_model


@pytest.fixture
def opened(own_home: Path, start_app: StartApp, monkeypatch: pytest.MonkeyPatch) -> App:
    """The app with the page of exports shown, and a small model chosen in it."""
    # Where new bundles are offered.
    monkeypatch.setattr(Path, "home", lambda: own_home)
    put_model(own_home / "data" / "models", "tiny", scale=4)
    app = start_app(pages=[spec for spec in PAGES if spec.name in {"upscale", NAME}])
    app.controller.show_page(NAME)
    page = _page(app)
    app.wait(lambda: page.form.source is not None)
    page.show_source("tiny")
    app.wait(lambda: page.is_idle)
    return app


@pytest.fixture
def bundle(own_home: Path, tmp_path: Path) -> Path:
    """A bundle of a small model."""
    put_model(own_home / "data" / "models", "tiny", scale=4)
    request = BundleRequest(
        source=BundleSource(name="tiny"),
        targets=target_entries("onnx-uint8"),
        out=tmp_path / "phone.zip",
        runs=tmp_path,
        rounds=1,
    )
    make_bundle(request, lambda kind, /, **values: None)
    return request.out


def _page(app: App) -> ExportPage:
    return app.controller.page(NAME, ExportPage)


def _export(app: App, out: Path, *targets: str) -> ExportPage:
    page = _page(app)
    page.model.choose(targets)
    page.form.bundle.line.setText(str(out))
    page.form.export.click()
    assert page.is_exporting
    app.wait(lambda: page.is_idle)
    return page


def test_before_the_start_the_page_says_what_is_possible(opened: App) -> None:
    page = _page(opened)

    # The model has no int8 files, and no photos are named.
    assert page.model.states["onnx"] == "possible"
    assert page.model.states["onnx-int8"] == "impossible"
    assert "onnx-int8" not in page.model.chosen


def test_photos_for_calibration_make_8_bits_possible(opened: App, photo: Path) -> None:
    page = _page(opened)

    page.form.calibration.line.setText(str(photo.parent))
    opened.wait(lambda: page.model.states["onnx-int8"] == "possible")


def test_an_export_ends_with_a_bundle_its_report_and_pictures(opened: App, tmp_path: Path) -> None:
    page = _export(opened, tmp_path / "phone.zip", "onnx-uint8")

    assert zipfile.is_zipfile(tmp_path / "phone.zip")
    assert page.model.states["onnx-uint8"] == "verified"
    files = page.model.items.item(3, 0)
    assert files.rowCount() == 2
    assert files.child(0, 0).text() == "tiny-uint8.onnx"
    assert "ms" in files.child(0, 5).text()
    assert page.view.pictures.before.has_picture
    assert page.view.pictures.after.has_picture
    assert page.view.open_folder.isVisible()
    assert "phone.zip" in opened.shell.window.status_text
    # The next one gets another name.
    assert page.form.bundle.line.text() == str(tmp_path / "phone-2.zip")
    assert page.form.export.isEnabled()


def test_a_dropped_bundle_shows_its_report_and_is_checked(opened: App, bundle: Path) -> None:
    page = _page(opened)
    assert page.model.states["onnx-uint8"] == "possible"

    drop(opened, [bundle])

    assert page.model.states["onnx-uint8"] == "verified"
    page.view.check.click()
    opened.wait(lambda: page.is_idle)
    assert "right" in page.view.status.text()
    bundle.write_bytes(bundle.read_bytes()[:2000])
    page.view.check.click()
    opened.wait(lambda: page.is_idle)
    assert "not a zip file" in page.view.status.text()


def test_a_stopped_export_can_go_on(opened: App, tmp_path: Path) -> None:
    page = _page(opened)
    # Several, so that some are left when the first is verified.
    page.model.choose(["onnx", "onnx-uint8", "ort"])
    page.form.bundle.line.setText(str(tmp_path / "phone.zip"))
    page.form.export.click()
    opened.wait(lambda: "verifying" in page.model.states.values())

    page.form.stop.click()
    opened.wait(lambda: page.is_idle)

    assert not (tmp_path / "phone.zip").exists()
    assert page.form.export.isVisible()
    page.form.export.click()
    opened.wait(lambda: page.is_idle)
    assert (tmp_path / "phone.zip").exists()


@pytest.mark.parametrize("case", ["no target", "no name", "taken"])
def test_what_is_missing_is_said_before_the_start(opened: App, tmp_path: Path, case: str) -> None:
    page = _page(opened)
    page.model.choose([] if case == "no target" else ["onnx"])
    (tmp_path / "mine.zip").write_bytes(b"mine")
    name = {"no name": "", "taken": str(tmp_path / "mine.zip")}.get(case, str(tmp_path / "a.zip"))

    page.form.bundle.line.setText(name)

    assert not page.form.export.isEnabled()
    assert page.form.hint.text()
    assert (tmp_path / "mine.zip").read_bytes() == b"mine"


def test_a_failed_command_says_why(opened: App, tmp_path: Path) -> None:
    folder = tmp_path / "no" / "such"
    (tmp_path / "no").write_bytes(b"a file where a folder should be")

    page = _export(opened, folder / "phone.zip", "onnx-uint8")

    assert "no" in page.view.status.text()
    assert page.model.states["onnx-uint8"] == "possible"


def test_a_model_with_a_dial_is_fixed_at_the_values_of_the_form(
    opened: App, own_home: Path
) -> None:
    put_dial(own_home / "data" / "models", "knob")
    page = _page(opened)
    opened.controller.engine_service.refresh_models()
    page.show_source("knob")
    opened.wait(lambda: page.form.source is not None and page.form.source.word == "knob")

    page.form.restoration.setValue(0.25)

    words = page.form.source_words()
    assert words == ["knob", "--restoration", "0.25", "--fidelity", "0.15"]


def test_other_dropped_files_are_named_as_what_they_are(opened: App, photo: Path) -> None:
    drop(opened, [photo])

    assert "neither" in opened.shell.window.status_text


def test_another_page_can_ask_for_an_export(opened: App) -> None:
    opened.controller.show_page("upscale")

    opened.controller.requests.export_requested.emit("mfa-s-x2")

    page = _page(opened)
    opened.wait(lambda: page.form.source is not None and page.form.source.word == "mfa-s-x2")
    assert opened.shell.window.page is page.widget


def test_the_keyboard_chooses_targets(opened: App) -> None:
    page = _page(opened)
    page.model.choose([])
    page.view.tree.setFocus()
    page.view.show_target("darktable")

    QTest.keyClick(page.view.tree, Qt.Key.Key_Space)

    assert page.model.chosen == ("darktable",)


def test_every_control_has_a_name_for_screen_readers(opened: App) -> None:
    QApplication.processEvents()
    kinds = (QAbstractButton, QComboBox, QLineEdit)
    controls: list[QWidget] = [
        widget
        for kind in kinds
        for widget in _page(opened).widget.findChildren(kind)
        if widget.isVisible() and widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
    ]
    unnamed = [
        widget
        for widget in controls
        if not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        # The line inside a spin box is read as the box.
        and widget.objectName() != "qt_spinbox_lineedit"
    ]
    assert controls
    assert unnamed == []
