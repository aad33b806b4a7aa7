"""Large text, long languages, small windows: nothing is cut off."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)

from app.catalog.blind_test import judged_models
from app.catalog.models_page import NAME as CATALOG
from app.catalog.models_page import ModelsPage
from app.widgets.controls import ElidedLabel
from app.window.main_window import DEFAULT_SIZE
from engine.catalog.catalog import imported_models_folder
from tests.gui.conftest import App, StartApp
from tests.helpers.catalogs import put_dial, put_model


def _clipped(root: QWidget) -> list[str]:
    """Return the visible texts of ``root`` that have less space than they need."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, ElidedLabel):
            continue
        if isinstance(widget, QLabel) and widget.text():
            need = widget.sizeHint()
            if widget.wordWrap():
                need.setWidth(0)
                need.setHeight(widget.heightForWidth(widget.width()))
        elif isinstance(widget, QAbstractButton) and widget.text():
            need = widget.sizeHint()
        else:
            continue
        is_cut = need.width() > widget.width() + 1 or need.height() > widget.height() + 1
        if is_cut or _leaves_its_column(widget):
            found.append(f"{type(widget).__name__}: {widget.text()}")
    return found


def _leaves_its_column(widget: QWidget) -> bool:
    window = widget.window()
    left = widget.mapTo(window, QPoint(0, 0)).x()
    right = left + widget.width()
    column = widget.parentWidget()
    while column is not None and not isinstance(column, QScrollArea) and column is not window:
        column = column.parentWidget()
    if not isinstance(column, QScrollArea):
        return right > window.width() or left < 0
    area = column.viewport()
    first = area.mapTo(window, QPoint(0, 0)).x()
    return left < first or right > first + area.width()


@pytest.mark.parametrize("percent", [100, 150, 200])
def test_no_text_of_the_window_is_cut_at_large_text_sizes(
    app: App, photo: Path, percent: int
) -> None:
    app.shell.settings.set_value("appearance.text_scale", percent)
    app.shell.window.resize(DEFAULT_SIZE)
    app.open(photo)
    app.page.commands.upscale()
    app.wait(lambda: app.page.photos.after_state.kind == "result")
    app.settle()

    assert app.shell.window.size() == DEFAULT_SIZE, "large text does not widen the window"
    assert _clipped(app.shell.window) == []


@pytest.mark.parametrize("percent", [100, 200])
def test_no_text_of_the_dialogs_is_cut_at_large_text_sizes(app: App, percent: int) -> None:
    app.shell.settings.set_value("appearance.text_scale", percent)
    settings = app.controller.commands.show_settings()
    app.controller.commands.show_shortcuts()
    app.controller.commands.show_about()
    app.controller.errors.show(
        "A title of some length that says it", "A sentence. " * 20, "details\n" * 9
    )

    for row in range(settings.sections.count()):
        settings.sections.setCurrentRow(row)
        app.wait(settings.isVisible)
        assert _clipped(settings) == []
    for dialog in app.dialogs.shown:
        assert _clipped(dialog) == [], dialog.windowTitle()


@pytest.mark.parametrize("percent", [100, 200])
def test_no_text_of_the_blind_test_is_cut_at_large_text_sizes(
    app: App, photo: Path, percent: int
) -> None:
    app.shell.settings.set_value("appearance.text_scale", percent)
    app.shell.window.resize(DEFAULT_SIZE)
    page = app.controller.page(CATALOG, ModelsPage)
    models = judged_models(app.controller.engine_service)[:2]
    dialog = page.blind_tests.start(None, models, photo=photo)
    for row in range(1, dialog.setup.photos.count()):
        dialog.setup.photos.item(row).setCheckState(Qt.CheckState.Unchecked)

    app.wait(lambda: _clipped(dialog) == [])
    dialog.setup.start.click()
    app.wait(dialog.questions.left.isEnabled)
    app.wait(lambda: _clipped(dialog) == [])
    session = dialog.session
    assert session is not None
    while session.question is not None:
        app.wait(dialog.questions.left.isEnabled)
        dialog.questions.tie.click()
    app.wait(lambda: _clipped(dialog) == [])
    dialog.end.result.click()
    app.wait(lambda: dialog.pages.currentWidget() is dialog.ranking)
    app.wait(lambda: _clipped(dialog) == [])
    assert dialog.width() <= DEFAULT_SIZE.width()


@pytest.mark.parametrize("has_dials", [True, False])
def test_the_inspector_needs_no_scrolling_in_a_window_of_860_pixels(
    start_app: StartApp, photo: Path, *, has_dials: bool
) -> None:
    put = put_dial if has_dials else put_model
    put(imported_models_folder(), "a-x4", scale=4)
    app = start_app()
    app.shell.window.resize(DEFAULT_SIZE)
    app.page.choices.take_named("a-x4")
    app.open(photo)
    app.page.commands.upscale()
    app.wait(lambda: app.page.photos.after_state.kind == "result")

    scroll = app.page.inspector.findChild(QScrollArea)

    assert app.page.inspector.dials.fidelity.isVisible() is has_dials
    assert app.page.inspector.consistency.isVisible()
    assert isinstance(scroll, QScrollArea)
    assert scroll.verticalScrollBar().maximum() == 0


def test_labels_begin_where_lines_begin_in_right_to_left_layouts(app: App) -> None:
    application = app.shell.application
    application.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        headings = [
            label
            for label in app.page.inspector.findChildren(QLabel)
            if label.property("role") == "section"
        ]
        sides = {bool(label.alignment() & Qt.AlignmentFlag.AlignRight) for label in headings}
    finally:
        application.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    assert headings
    assert sides == {True}
    assert not any(label.alignment() & Qt.AlignmentFlag.AlignRight for label in headings)


def test_the_close_button_of_an_error_has_the_focus(app: App) -> None:
    app.controller.errors.show("Title", "Text", "Details")

    dialog = app.dialogs.shown[-1]
    focused = dialog.focusWidget()

    assert isinstance(focused, QPushButton)
    assert focused.isDefault()
