"""What could hold the window up is done beside it."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.services.pictures import picture_levels
from app.services.pictures.picture_levels import shrink
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


def test_large_pictures_are_reduced_in_short_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    reduce_slice = picture_levels._shrink_slice

    def record(codes: picture_levels.RgbCodes, level: int) -> picture_levels.RgbCodes:
        sizes.append(codes.shape[0] * codes.shape[1])
        return reduce_slice(codes, level)

    monkeypatch.setattr(picture_levels, "_shrink_slice", record)
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 256, (1024, 1024, 3), dtype=np.uint8)

    small = shrink(codes, 2)

    expected = codes.reshape(256, 4, 256, 4, 3).mean(axis=(1, 3))
    assert np.abs(small - expected).max() <= 1.0
    assert max(sizes) <= 2**16
