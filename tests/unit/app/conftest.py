"""The engine with one tiny network, and photos made in the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.engine_service import EngineService
from app.services.pictures.tile_store import TileStore
from app.services.task_runner import TaskRunner
from app.state.processing import ProcessingChoice, TargetChoice
from app.state.theme import load_theme
from app.widgets.theming import ThemeService
from tests.helpers.catalogs import put_model
from tests.helpers.gui_garbage import collect_on_gui_thread

__all__ = ["collect_on_gui_thread"]

WritePhoto = Callable[..., Path]


@pytest.fixture
def tiny_service(own_home: Path) -> Iterator[EngineService]:
    """The engine's service; its catalog has the network ``tiny`` of scale 2."""
    put_model(own_home / "data" / "models", "tiny")
    service = EngineService()
    yield service
    service.close()


@pytest.fixture
def tiny_choice(tmp_path: Path) -> ProcessingChoice:
    """Twice the size by the network ``tiny``, into a folder of the test."""
    target = TargetChoice(kind="factor", value=2)
    return ProcessingChoice(model_id="tiny", target=target, folder=str(tmp_path / "results"))


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    """A runner that is asked to stop when the test ends."""
    runner = TaskRunner(threads=2)
    yield runner
    runner.cancel_all()
    assert runner.wait_for_done()
    # What the tasks reported last is delivered while their receivers exist, as in the window.
    QCoreApplication.processEvents()


@pytest.fixture
def tiles(qtbot: QtBot) -> Iterator[TileStore]:
    """A store with room for all tiles of a test."""
    store = TileStore(budget_bytes=2**26)
    yield store
    assert store.wait_for_done()


@pytest.fixture
def theming(qapp: QApplication) -> ThemeService:
    """The dark theme, applied to the application."""
    service = ThemeService(qapp)
    service.apply(load_theme("dark"))
    return service


@pytest.fixture
def write_photo(tmp_path: Path) -> WritePhoto:
    """Write a noisy photo under a name, in the folder of the test."""

    def write(name: str = "photo.png", *, width_px: int = 24, height_px: int = 16) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(len(name))
        pixels = rng.integers(90, 160, (height_px, width_px, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(path)
        return path

    return write
