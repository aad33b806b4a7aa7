"""A network of the user's own, from the menu to the list of models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.gui.conftest import App
from tests.helpers.odd_onnx import nearest_nodes, node, write_onnx
from tests.helpers.tiny_onnx import write_tiny_onnx


@pytest.fixture
def odd_network(tmp_path: Path) -> Path:
    """Adds so much that it may be for 0 to 1 or for 0 to 255."""
    nodes = [*nearest_nodes("lr", "a"), node("Add", "a", "b", "sr")]
    weights = {"b": np.array(0.13, dtype=np.float32)}
    return write_onnx(tmp_path / "odd.onnx", nodes, weights=weights)


def test_a_range_that_is_not_sure_is_asked_for(app: App, odd_network: Path) -> None:
    app.dialogs.network, app.dialogs.said_range = odd_network, (0.0, 255.0)

    app.page.model_import.start()
    # The list and not the catalog: a worker changes that before the window hears of it.
    app.wait(lambda: app.page.inspector.model.findData("odd") >= 0)

    assert set(app.dialogs.ranges) >= {(0.0, 1.0), (0.0, 255.0)}
    assert app.controller.engine_service.catalog.get("odd").input.range == (0.0, 255.0)


def test_without_an_answer_about_the_range_nothing_is_imported(app: App, odd_network: Path) -> None:
    app.dialogs.network = odd_network

    app.page.model_import.start()
    app.wait(lambda: bool(app.dialogs.ranges))

    assert app.page.inspector.model.findData("odd") < 0
    assert app.dialogs.shown == []


def test_a_network_that_restores_is_chosen_with_the_factor_1(app: App, tmp_path: Path) -> None:
    app.dialogs.network = write_tiny_onnx(tmp_path / "clean.onnx", scale=1)
    app.page.model_import.start()
    app.wait(lambda: app.page.inspector.model.findData("clean") >= 0)

    app.page.inspector.model.setCurrentIndex(app.page.inspector.model.findData("clean"))

    assert app.page.choices.choice.model_id == "clean"
    assert app.page.choices.choice.target.value == 1.0
