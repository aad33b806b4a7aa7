"""A result is seen growing while it is computed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.pictures.running_levels import RunningLevels
from app.state.queue_store import ItemState
from tests.gui.conftest import App, DrawPhoto


def test_tiles_of_a_run_are_shown_while_it_runs(app: App, photo: Path) -> None:
    app.open(photo)
    page = app.page
    seen: list[bool] = []

    def record(_item: object, picture: object, _region: object) -> None:
        seen.append(_shown(app) is picture)

    page.queue.part_finished.connect(record)
    page.commands.upscale()
    app.wait(lambda: page.photos.after_state.kind == "result")
    app.settle()

    assert seen
    assert all(seen)
    assert not isinstance(_shown(app), RunningLevels)


def test_a_cancelled_run_leaves_the_preview(
    app: App, draw_photo: DrawPhoto, tmp_path: Path
) -> None:
    photo = draw_photo(tmp_path / "large.png", width_px=700, height_px=600)
    app.open(photo)
    page = app.page

    page.queue.part_finished.connect(
        lambda item, _picture, _region: page.queue.cancel([item.item_id])
    )
    page.commands.upscale()
    app.wait(lambda: page.queue_store.items[0].state is ItemState.CANCELLED)
    app.settle()

    assert page.photos.after_state.kind == "preview"
    assert not isinstance(_shown(app), RunningLevels)


def _shown(app: App) -> object:
    pictures = app.page.viewer.pictures
    return pictures.after if pictures is not None else None


def test_a_saved_file_is_one_click_away_from_its_folder(
    app: App, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "app.window.window_commands.QDesktopServices.openUrl",
        lambda url: opened.append(url.toLocalFile()),
    )
    window = app.shell.window
    assert not window.reveal.isVisible()
    app.open(photo)
    app.page.commands.upscale()
    app.wait(window.reveal.isVisible)

    result = app.page.queue_store.items[0].result
    assert result is not None
    assert result.name in window.status_text
    window.reveal.click()
    assert opened == [str(result.parent)]
    window.show_status("something else")
    assert not window.reveal.isVisible()
