from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.charts import announcing


class _Reader:
    """Hears what a screen reader would."""

    Event = QAccessible.Event

    def __init__(self) -> None:
        self.said: list[str] = []

    def updateAccessibility(self, event: QAccessibleEvent) -> None:  # noqa: N802
        if isinstance(event, QAccessibleAnnouncementEvent):
            self.said.append(event.message())


def test_a_change_is_said_and_can_be_read_again(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = _Reader()
    monkeypatch.setattr(announcing, "QAccessible", reader)
    widget = QWidget()
    qtbot.addWidget(widget)

    announcing.announce(widget, "Step 200, PSNR: 29.4")

    assert reader.said == ["Step 200, PSNR: 29.4"]
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface.text(QAccessible.Text.Description) == "Step 200, PSNR: 29.4"
