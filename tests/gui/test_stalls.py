"""What could hold the window up is done beside it."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from app.state import state_writer
from app.state.state_writer import write_text_atomic
from tests.gui.conftest import App, StartApp


def test_the_window_does_not_wait_for_the_disk(
    start_app: StartApp, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writers: dict[str, int] = {}

    def write(path: Path, text: str) -> None:
        writers[path.name] = threading.get_ident()
        write_text_atomic(path, text)

    monkeypatch.setattr(state_writer, "write_text_atomic", write)
    app = start_app()
    app.open(photo)
    app.shell.settings.set_value("output.quality", 71)
    app.page.queue.add([photo], app.page.choices.choice)
    app.wait(lambda: len(writers) == 3)

    assert writers.keys() == {"queue.json", "session.json", "settings.json"}
    assert threading.get_ident() not in writers.values()


def test_progress_alone_does_not_write_the_queue(app: App, photo: Path, own_home: Path) -> None:
    app.page.queue.add([photo], app.page.choices.choice)
    app.wait(lambda: app.page.queue_store.items[0].forecast is not None)
    app.page.queue.save()
    app.wait((own_home / "queue.json").is_file)
    app.page.queue.wait_for_saved()
    written = (own_home / "queue.json").stat().st_ino

    item = app.page.queue_store.items[0]
    app.page.queue_store.put(replace(item, fraction=0.5, eta_s=3.0))
    app.page.queue.save()
    app.page.queue.wait_for_saved()

    assert (own_home / "queue.json").stat().st_ino == written
