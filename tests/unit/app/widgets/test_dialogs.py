from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.dialogs import Dialogs, photo_filter


@pytest.fixture
def dialogs(qtbot: QtBot) -> Dialogs:
    window = QWidget()
    qtbot.addWidget(window)
    return Dialogs(window)


def _answer(monkeypatch: pytest.MonkeyPatch, name: str, value: object) -> None:
    monkeypatch.setattr(QFileDialog, name, lambda *_arguments: value)


def test_chosen_files_and_folders_come_as_paths(
    dialogs: Dialogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answer(monkeypatch, "getOpenFileNames", (["/a.png", "/b.png"], "Photos"))
    _answer(monkeypatch, "getExistingDirectory", "/folder")
    _answer(monkeypatch, "getOpenFileName", ("/net.onnx", "ONNX"))

    assert dialogs.choose_photos("") == [Path("/a.png"), Path("/b.png")]
    assert dialogs.choose_folder("") == Path("/folder")
    assert dialogs.choose_network("") == Path("/net.onnx")


def test_a_cancelled_dialog_chooses_nothing(
    dialogs: Dialogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answer(monkeypatch, "getOpenFileNames", ([], ""))
    _answer(monkeypatch, "getExistingDirectory", "")
    _answer(monkeypatch, "getOpenFileName", ("", ""))

    assert dialogs.choose_photos("") == []
    assert dialogs.choose_folder("") is None
    assert dialogs.choose_network("") is None


@pytest.mark.parametrize(("is_chosen", "answer"), [(True, (0.0, 255.0)), (False, None)])
def test_a_range_is_chosen_by_its_text(
    dialogs: Dialogs,
    monkeypatch: pytest.MonkeyPatch,
    is_chosen: bool,  # a parameter of pytest
    answer: tuple[float, float] | None,
) -> None:
    asked: list[str] = []

    def get_item(*arguments: object, **_options: object) -> tuple[str, bool]:
        asked.extend(arguments[3])  # type: ignore[arg-type]  # the list of texts
        return asked[1], is_chosen

    monkeypatch.setattr(QInputDialog, "getItem", get_item)

    chosen = dialogs.choose_range("net.onnx", [(0.0, 1.0), (0.0, 255.0)])

    assert asked == ["0 to 1", "0 to 255"]
    assert chosen == answer


def test_a_dialog_is_shown_without_waiting_and_deleted_when_it_closes(
    dialogs: Dialogs, qtbot: QtBot
) -> None:
    dialog = QDialog()

    dialogs.show(dialog)

    assert dialog.isVisible()
    assert dialog.testAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    with qtbot.waitSignal(dialog.destroyed):
        dialog.close()


def test_photos_are_found_by_small_and_capital_suffixes() -> None:
    photos, everything = photo_filter().split(";;")

    assert "*.jpg" in photos
    assert "*.JPG" in photos
    assert everything.endswith("(*)")
