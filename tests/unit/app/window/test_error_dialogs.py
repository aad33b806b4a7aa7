from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app.state.settings_store import SettingsStore
from app.widgets.dialogs import Dialogs
from app.widgets.theming import ThemeService
from app.window.error_dialogs import ErrorDialogs
from engine.api import ConfigError


class _KeptDialogs(Dialogs):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.kept: list[QDialog] = []

    @override
    def show(self, dialog: QDialog) -> None:
        self.kept.append(dialog)


@pytest.fixture
def dialogs(qtbot: QtBot) -> _KeptDialogs:
    parent = QWidget()
    qtbot.addWidget(parent)
    return _KeptDialogs(parent)


def test_an_error_is_shown_with_its_text_and_the_details_for_a_report(
    qtbot: QtBot, theming: ThemeService, dialogs: _KeptDialogs, tmp_path: Path
) -> None:
    settings = SettingsStore(None)
    settings.set_value("processing.device", "cpu")
    errors = ErrorDialogs(dialogs=dialogs, theming=theming, settings=settings)
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"12345")

    errors.show_error("This photo could not be opened", ConfigError("the size is 0"), photo)

    (dialog,) = dialogs.kept
    qtbot.addWidget(dialog)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert "This photo could not be opened" in texts
    assert any("the size is 0" in text for text in texts)
    report = errors.report(ConfigError("the size is 0"), photo)
    assert "Device: cpu" in report
    assert "(5 bytes)" in report
    assert "ConfigError" in report
