"""What could hold the window up is done beside it."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.controllers import queue_controller
from app.services import picture_levels
from app.services.picture_levels import shrink
from app.services.queue_file import save_queue
from app.services.session_file import Session, save_session
from app.state.queue_store import QueueItem
from app.views import studio
from tests.gui.conftest import App, StartApp


def test_the_window_does_not_wait_for_the_disk(
    start_app: StartApp, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writers: dict[str, int] = {}

    def keep_queue(path: Path, items: tuple[QueueItem, ...]) -> None:
        writers["queue"] = threading.get_ident()
        save_queue(path, items)

    def keep_session(path: Path | None, session: Session) -> None:
        writers["session"] = threading.get_ident()
        save_session(path, session)

    monkeypatch.setattr(queue_controller, "save_queue", keep_queue)
    monkeypatch.setattr(studio, "save_session", keep_session)
    app = start_app()
    app.open(photo)
    app.studio.queue.add([photo], app.studio.choices.choice)
    app.wait(lambda: len(writers) == 2)

    assert threading.get_ident() not in writers.values()


def test_progress_alone_does_not_write_the_queue(app: App, photo: Path, own_home: Path) -> None:
    app.studio.queue.add([photo], app.studio.choices.choice)
    app.wait(lambda: app.studio.queue_store.items[0].forecast is not None)
    app.studio.queue.save()
    app.wait((own_home / "queue.json").is_file)
    (own_home / "queue.json").unlink()

    item = app.studio.queue_store.items[0]
    app.studio.queue_store.put(replace(item, fraction=0.5, eta_s=3.0))
    app.studio.queue.save()
    app.studio.queue.wait_for_saved()

    assert not (own_home / "queue.json").exists()


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
