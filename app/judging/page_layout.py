"""How the pages of the blind test use a wide window."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget


def centered(page: QWidget, content: QWidget, *, widest_px: int) -> None:
    """Lay ``content`` into the middle of ``page``; long lines are hard to read."""
    content.setMaximumWidth(widest_px)
    content.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.addStretch(1)
    # Far more than the space beside it: it takes all of the width up to its widest.
    row.addWidget(content, 1000)
    row.addStretch(1)
