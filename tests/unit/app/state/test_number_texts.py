"""Numbers in the writing of a language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale

from app.state.number_texts import local_numbers


@pytest.fixture(autouse=True)
def _locale_again() -> Iterator[None]:
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("language", "expected"), [("de", "\u2248 1,4 MB, a.b"), ("en", "\u2248 1.4 MB, a.b")]
)
def test_only_the_marks_in_numbers_change(language: str, expected: str) -> None:
    QLocale.setDefault(QLocale(language))

    assert local_numbers("\u2248 1.4 MB, a.b") == expected
