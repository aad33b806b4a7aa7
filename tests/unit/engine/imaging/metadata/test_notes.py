from __future__ import annotations

from engine.imaging.metadata.notes import damaged_entries, no_texts, other_segments


def test_names_that_a_file_chose_are_few_and_do_nothing_to_a_terminal() -> None:
    names = ["\x1b[2Jred", *(f"key{number}" for number in range(1000))]

    said = no_texts(names, "JPEG")

    assert said == (
        "JPEG holds no texts such as [2Jred, key0, key1, key2, key3, \u2026: they are left out."
    )
    assert other_segments(["FLIR"]) == "Data of other kinds in the JPEG are left out (FLIR)."


def test_one_entry_is_one() -> None:
    assert damaged_entries(1) == "A damaged entry of the EXIF block is left out."
    assert damaged_entries(2) == "2 damaged entries of the EXIF block are left out."
