"""Tells screen readers what changed in a widget that draws itself."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, text: str) -> None:
    """Let a screen reader say ``text``, and keep it as the description of ``widget``."""
    # Who reads the widget again later, or with a reader that knows no announcements, finds it
    # in the description.
    widget.setAccessibleDescription(text)
    event = QAccessibleEvent(widget, QAccessible.Event.DescriptionChanged)
    QAccessible.updateAccessibility(event)
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
