"""The two dials: at what a photo needs by itself, moved, and for many photos at once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.services.pictures.preview_levels import PreviewLevels
from app.state.queue_store import ItemState, QueueItem
from engine.catalog.catalog import imported_models_folder
from tests.gui.conftest import App, StartApp
from tests.helpers.catalogs import put_dial

_MODEL = "a-dial"


@pytest.fixture
def dial_app(start_app: StartApp) -> App:
    """The app with a small model that has both dials."""
    return _start(start_app)


def _start(start_app: StartApp) -> App:
    put_dial(imported_models_folder(), _MODEL, scale=4)
    app = start_app()
    app.page.choices.take_named(_MODEL)
    return app


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A smooth photo, which needs little."""
    ramp = np.linspace(40, 210, 128)
    plane = np.add.outer(ramp[:96], ramp) / 2
    return _save(np.stack([plane, plane, plane], axis=2), tmp_path / "photos" / "clean.png")


@pytest.fixture
def noisy(tmp_path: Path) -> Path:
    """A photo full of noise, which needs much."""
    rng = np.random.default_rng(7)
    return _save(rng.normal(128, 30, (96, 128, 3)), tmp_path / "photos" / "noisy.png")


def _save(pixels: np.ndarray, path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path)
    return path


def _shown_percent(app: App) -> int:
    return app.page.inspector.dials.restoration.value()


def _move(app: App, percent: int) -> None:
    app.page.inspector.dials.restoration.setValue(percent)
    app.wait(lambda: app.page.choices.choice.restoration == percent / 100)
    app.settle()


def _run(app: App) -> tuple[QueueItem, ...]:
    app.page.queue.start()
    app.wait(lambda: not app.page.queue.is_running)
    return app.page.queue_store.items


def test_each_photo_opens_at_what_it_needs(dial_app: App, clean: Path, noisy: Path) -> None:
    app, dials = dial_app, dial_app.page.inspector.dials
    app.open(clean)
    little, why = _shown_percent(app), dials.reason

    app.open(noisy)

    assert little < 30
    assert _shown_percent(app) > 60
    assert dials.auto.isChecked()
    assert dials.reason not in {"", why}


def test_a_moved_dial_is_seen_at_once_and_counts_for_its_photo_alone(
    dial_app: App, clean: Path, noisy: Path
) -> None:
    app, dials = dial_app, dial_app.page.inspector.dials
    app.open(noisy)
    needed, before = _shown_percent(app), app.page.viewer.grab().toImage()

    _move(app, 5)

    assert not dials.auto.isChecked()
    assert app.page.viewer.grab().toImage() != before
    assert "restoration 5 %" in app.page.viewer.label_texts[1]
    app.open(clean)
    assert dials.auto.isChecked()
    app.open(noisy)
    assert (_shown_percent(app), dials.auto.isChecked()) == (5, False)
    QTest.mouseClick(dials.auto, Qt.MouseButton.LeftButton)
    app.settle()
    assert (_shown_percent(app), dials.auto.isChecked()) == (needed, True)


def test_a_fixed_value_that_auto_would_take_changes_no_pixel(dial_app: App, noisy: Path) -> None:
    app = dial_app
    app.open(noisy)
    pictures = app.page.viewer.pictures
    assert pictures is not None

    QTest.mouseClick(app.page.inspector.dials.auto, Qt.MouseButton.LeftButton)
    app.settle()

    assert app.page.choices.choice.restoration == _shown_percent(app) / 100
    assert app.page.viewer.pictures is pictures


@pytest.mark.parametrize("percent", [None, 40])
def test_the_preview_is_the_file_and_the_queue_tells_the_value(
    dial_app: App, noisy: Path, percent: int | None
) -> None:
    app = dial_app
    app.open(noisy)
    if percent is not None:
        _move(app, percent)
    needed, pictures = _shown_percent(app), app.page.viewer.pictures
    assert pictures is not None
    assert isinstance(pictures.after, PreviewLevels)
    seen = pictures.after.read(0, pictures.after.cell_region((0, 0)))[..., :3]
    app.page.commands.enqueue()

    (item,) = _run(app)

    assert item.result is not None
    saved = np.asarray(Image.open(item.result))[: seen.shape[0], : seen.shape[1]]
    assert np.array_equal(seen, saved)
    assert item.restoration == needed / 100
    tip = app.page.panel.list.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert f"Restoration {needed}\u00a0%" in tip
    assert ("estimated" in tip) == (percent is None)


def test_photos_of_a_queue_are_estimated_one_by_one(
    dial_app: App, clean: Path, noisy: Path
) -> None:
    app = dial_app
    app.page.queue.add([clean, noisy], app.page.choices.choice)
    items = app.page.queue_store.items
    app.wait(lambda: all(item.forecast for item in app.page.queue_store.items))
    model = app.page.panel.list.model()
    tip = model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "Restoration: estimated when the photo is enlarged" in tip

    items = _run(app)

    assert [item.state for item in items] == [ItemState.DONE] * 2
    little, much = (item.restoration for item in items)
    assert little is not None
    assert little < 0.3
    assert much is not None
    assert much > 0.6
    assert all(item.reason for item in items)


def test_a_fixed_value_goes_along_to_all_photos_and_the_status_says_so(
    dial_app: App, clean: Path, noisy: Path
) -> None:
    app = dial_app
    app.open(noisy)
    _move(app, 60)

    app.page.open_paths([clean.parent])
    app.wait(lambda: len(app.page.queue_store.items) == 2)
    assert "restoration 60 %" in app.shell.window.status_text
    items = _run(app)

    assert [(item.restoration, item.reason) for item in items] == [(0.6, "")] * 2


def test_what_is_set_without_a_photo_is_there_at_the_next_start(
    start_app: StartApp, noisy: Path
) -> None:
    app = _start(start_app)
    app.page.inspector.dials.restoration.setValue(40)
    app.page.inspector.dials.fidelity.setValue(80)
    app.wait(lambda: app.page.choices.choice.fidelity == 0.8)
    app.close()

    again = start_app()
    again.open(noisy)

    dials = again.page.inspector.dials
    assert again.page.choices.choice.model_id == _MODEL
    assert (dials.restoration.value(), dials.auto.isChecked()) == (40, False)
    assert dials.fidelity.value() == 80


def test_a_finished_result_stays_when_its_photo_is_opened_again(
    dial_app: App, clean: Path, noisy: Path
) -> None:
    app = dial_app
    app.open(noisy)
    _move(app, 40)
    app.page.commands.upscale()
    app.wait(lambda: app.page.photos.after_state.kind == "result")
    app.open(clean)

    app.page.panel.open_requested.emit(app.page.queue_store.items[0])
    app.wait(lambda: app.page.photos.after_state.kind == "result")
    app.settle()

    assert _shown_percent(app) == 40
    assert "restoration 40 %" in app.page.viewer.label_texts[1]


def test_a_queue_and_settings_of_an_older_version_name_models_that_were_replaced(
    start_app: StartApp, own_home: Path, noisy: Path
) -> None:
    put_dial(imported_models_folder(), "mfa-s-x2", scale=2)
    old_id = "mfa-s-x2-classic-vivid"
    target = {"kind": "factor", "value": 2.0, "dpi": 300.0}
    choice = {"model_id": old_id, "target": target, "fidelity": 0.4}
    entry = {"path": str(noisy), "choice": choice, "state": "waiting", "result": None}
    queue = {"version": 1, "items": [entry]}
    settings = {
        "version": 2,
        "values": {"processing.model": old_id, "processing.fidelity": 1.0},
    }
    (own_home / "queue.json").write_text(json.dumps(queue))
    (own_home / "settings.json").write_text(json.dumps(settings))

    app = start_app()
    (item,) = _run(app)

    assert item.state is ItemState.DONE
    # A network for clean photos; 0.4 of two pictures was 0.23 of one network's weights.
    assert (item.restoration, item.fidelity) == (0.0, 0.23)
    in_use = app.page.choices.choice
    assert (in_use.model_id, in_use.restoration, in_use.fidelity) == ("mfa-s-x2", None, None)
