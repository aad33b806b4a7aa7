from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.services.engine_service import EngineService
from app.state.processing import ProcessingChoice, TargetChoice
from app.state.queue_store import ItemForecast, QueueItem
from app.upscale.inspector import Inspector
from engine.api import CancelToken, ModelCard
from tests.helpers.tiny_models import tiny_card, tiny_dial
from tests.unit.app.conftest import WritePhoto

_CARDS = (
    msgspec.structs.replace(tiny_card(model_id="first", scale=4), name="First"),
    msgspec.structs.replace(tiny_card(model_id="second", scale=2), name="Second"),
)


@pytest.fixture
def inspector(qtbot: QtBot) -> Inspector:
    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.resize(320, 900)
    inspector.show()
    inspector.show_cards(_CARDS)
    _show(inspector, ProcessingChoice(model_id="first"))
    return inspector


def _show(inspector: Inspector, choice: ProcessingChoice, card: ModelCard = _CARDS[0]) -> None:
    inspector.show_choice(choice, card=card)


def _requests(inspector: Inspector) -> list[ProcessingChoice]:
    requests: list[ProcessingChoice] = []
    inspector.choice_requested.connect(requests.append)
    return requests


def _texts(inspector: Inspector) -> list[str]:
    return [label.text() for label in inspector.findChildren(QLabel) if label.isVisible()]


def test_what_is_shown_requests_nothing(inspector: Inspector) -> None:
    requests = _requests(inspector)
    models: list[str] = []
    inspector.model_requested.connect(models.append)

    target = TargetChoice(kind="print", value=30, dpi=240)
    _show(inspector, ProcessingChoice(model_id="second", target=target), _CARDS[1])

    assert requests == []
    assert models == []
    assert inspector.model.currentText() == "Second"
    assert (inspector.value.value(), inspector.dpi.value()) == (30, 240)
    assert inspector.dpi.isVisible()


def test_another_kind_of_size_brings_a_usual_value(inspector: Inspector) -> None:
    requests = _requests(inspector)

    QTest.mouseClick(inspector.kind.buttons()[1], Qt.MouseButton.LeftButton)

    assert [request.target for request in requests] == [TargetChoice(kind="long-edge", value=3840)]


def test_a_typed_size_is_requested_when_it_is_complete(inspector: Inspector) -> None:
    requests = _requests(inspector)
    field = inspector.value.lineEdit()
    field.selectAll()

    QTest.keyClicks(field, "3")
    assert requests == []
    QTest.keyClick(field, Qt.Key.Key_Return)

    assert [request.target.value for request in requests] == [3.0]


def test_a_dial_that_is_moved_requests_the_choice_in_use_with_its_value(
    inspector: Inspector, qtbot: QtBot, tmp_path: Path
) -> None:
    choice = ProcessingChoice(model_id="dial", quality=50)
    inspector.show_choice(choice, card=tiny_dial(tmp_path).card)
    requests = _requests(inspector)

    inspector.dials.fidelity.setValue(40)
    qtbot.waitUntil(lambda: bool(requests), timeout=5000)

    assert requests == [replace(choice, fidelity=0.4)]


def test_an_imported_network_shows_why_it_has_no_dials(inspector: Inspector) -> None:
    assert not inspector.dials.fidelity.isVisible()
    assert any("no dials" in text for text in _texts(inspector))


def test_a_photo_is_named_with_its_facts_and_can_be_enlarged(
    inspector: Inspector, tiny_service: EngineService, write_photo: WritePhoto
) -> None:
    assert not inspector.upscale.isEnabled()

    with tiny_service.open(write_photo(), CancelToken()) as photo:
        inspector.show_photo(photo.info)

    assert inspector.upscale.isEnabled()
    assert inspector.enqueue.isEnabled()
    texts = _texts(inspector)
    assert "photo.png" in texts
    assert any("24 \u00d7 16" in text and "PNG" in text and "8 bit" in text for text in texts)
    inspector.show_photo(None)
    assert not inspector.upscale.isEnabled()


def test_the_size_or_why_there_is_none_is_shown(inspector: Inspector) -> None:
    inspector.show_size(4000, 3000)
    assert inspector.size_text == "4000 \u00d7 3000 \u00b7 12.0 MP"

    inspector.show_size_error("too large")

    assert inspector.size_text == ""
    assert "too large" in _texts(inspector)
    inspector.show_size(40, 30)
    assert "too large" not in _texts(inspector)


def test_needs_are_shown_and_forgotten_with_the_forecast(inspector: Inspector) -> None:
    forecast = ItemForecast(
        width_px=40,
        height_px=30,
        file_bytes=3_000_000,
        memory_bytes=250_000_000,
        disk_bytes=4_000_000,
        time_s=90.0,
    )

    inspector.show_forecast(forecast)
    assert {"\u2248 3.0 MB", "\u2264 250.0 MB", "\u2248 4.0 MB"} <= set(_texts(inspector))
    inspector.show_forecast(None)

    assert not any("MB" in text for text in _texts(inspector))


def test_the_consistency_of_a_result_is_shown_in_levels(inspector: Inspector) -> None:
    item = QueueItem(item_id=1, path=Path("photo.png"), choice=ProcessingChoice())

    inspector.show_consistency(replace(item, consistency_mean=0.25, consistency_max=3.0))
    assert "0.25 of 255" in inspector.consistency.text()
    inspector.show_consistency(item)

    assert not inspector.consistency.isVisible()


def test_buttons_and_list_pass_on_what_they_are_for(inspector: Inspector, qtbot: QtBot) -> None:
    inspector.upscale.setEnabled(True)
    inspector.enqueue.setEnabled(True)

    with qtbot.waitSignals([inspector.upscale_requested, inspector.enqueue_requested]):
        QTest.mouseClick(inspector.upscale, Qt.MouseButton.LeftButton)
        QTest.mouseClick(inspector.enqueue, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(inspector.model_requested) as model:
        inspector.model.setCurrentIndex(1)
    requests = _requests(inspector)
    QTest.mouseClick(
        inspector.back_projection,
        Qt.MouseButton.LeftButton,
        pos=QPoint(10, inspector.back_projection.height() // 2),
    )

    assert model.args == ["second"]
    assert [request.back_projection for request in requests] == [True]
