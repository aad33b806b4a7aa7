from __future__ import annotations

from engine.core.markdown_table import markdown_table


def test_the_first_column_is_aligned_left_and_the_others_right() -> None:
    table = markdown_table(["model", "PSNR"], [["a", "31.2"], ["b", "-"]])

    assert table == "| model | PSNR |\n| --- | ---: |\n| a | 31.2 |\n| b | - |\n"


def test_columns_of_text_can_be_named() -> None:
    table = markdown_table(["model", "set", "PSNR"], [], left=("model", "set"))

    assert table == "| model | set | PSNR |\n| --- | --- | ---: |\n"


def test_a_bar_in_a_cell_does_not_begin_another_cell() -> None:
    assert markdown_table(["a|b"], [["c|d"]]) == "| a\\|b |\n| --- |\n| c\\|d |\n"
