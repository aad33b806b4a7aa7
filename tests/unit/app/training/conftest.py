"""What tests of the page's parts share."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from app.widgets.theming import ThemeService


@pytest.fixture
def theming(qapp: QApplication) -> ThemeService:
    return ThemeService(qapp)
