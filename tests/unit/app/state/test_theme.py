from __future__ import annotations

import pytest

from app.state.theme import TEXT_PAIRS, contrast_ratio, load_theme


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read_on_every_ground_it_stands_on(name: str, text: str, ground: str) -> None:
    theme = load_theme(name)

    assert contrast_ratio(theme.color(text), theme.color(ground)) >= 4.5


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("token", ["focus", "field_border"])
def test_edges_that_carry_meaning_stand_out(name: str, token: str) -> None:
    theme = load_theme(name)

    grounds = [theme.color(ground) for ground in ("panel", "chrome")]

    assert min(contrast_ratio(theme.color(token), ground) for ground in grounds) >= 3.0


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("number", range(1, 9))
def test_curves_stand_out_on_the_ground_of_a_chart(name: str, number: int) -> None:
    theme = load_theme(name)

    assert contrast_ratio(theme.color(f"curve_{number}"), theme.color("field")) >= 4.5


def test_both_themes_have_the_same_tokens() -> None:
    assert load_theme("dark").colors.keys() == load_theme("light").colors.keys()


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21)


def test_text_scale_enlarges_type() -> None:
    assert load_theme("dark", text_scale=2.0).type_px(12) == 24
