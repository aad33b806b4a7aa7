from __future__ import annotations

from pathlib import Path

import pytest

from app.state.shown_names import menu_name, shown, shown_lines, title_name
from app.state.tooltips import tip_html


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plain name.png", "plain name.png"),
        ("two\nlines", r"two\nlines"),
        ("gpj.\u202egnp", r"gpj.\u202egnp"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("gr\u00fc\u00dfe \u5199\u771f.jpg", "gr\u00fc\u00dfe \u5199\u771f.jpg"),
    ],
)
def test_a_name_is_one_line_without_hidden_signs(name: str, text: str) -> None:
    assert shown(name) == text
    assert shown(Path(name)) == text


def test_lines_of_a_text_stay_lines() -> None:
    assert shown_lines("one\ntwo\x07") == "one\ntwo\\x07"


def test_menus_and_titles_show_their_own_signs() -> None:
    assert menu_name("this & that") == "this && that"
    assert title_name("photo[*].png") == "photo[*][*].png"


def test_a_tooltip_shows_markup_as_text_and_breaks_paths() -> None:
    assert tip_html("<i>/a/b</i>\nc") == ("<qt>&lt;i&gt;/\u200ba/\u200bb&lt;/\u200bi&gt;<br>c</qt>")
