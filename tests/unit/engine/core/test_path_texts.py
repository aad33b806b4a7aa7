from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.path_texts import printable, restored_path, stored_path


@given(st.binary(min_size=1, max_size=80).filter(lambda name: b"\0" not in name))
def test_every_path_of_a_disk_survives_utf8(name: bytes) -> None:
    path = os.fsdecode(name)
    text = stored_path(path).encode("utf-8").decode("utf-8")
    assert restored_path(text) == path
    assert restored_path(json.loads(json.dumps(text))) == path


def test_usual_paths_are_stored_as_they_are() -> None:
    assert stored_path("/home/Größe 東京.jpg") == "/home/Größe 東京.jpg"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"Gr\xc3\xb6\xc3\x9fe.jpg", "Größe.jpg"),
        (b"caf\xe9.jpg", r"caf\xe9.jpg"),
        (b"\x1b]0;title\x07\x1b[31mred.jpg", r"\x1b]0;title\x07\x1b[31mred.jpg"),
        ("\x9b31m.jpg".encode(), r"\x9b31m.jpg"),
        (b"two\nlines\t\r.jpg", r"two\nlines\t\r.jpg"),
        ("a\u202egpj.exe".encode(), r"a\u202egpj.exe"),
        ("a\u2028b".encode(), r"a\u2028b"),
        (b"\x7f", r"\x7f"),
    ],
)
def test_nothing_in_a_name_acts_on_a_terminal(name: bytes, shown: str) -> None:
    assert printable(os.fsdecode(name)) == shown
    assert printable(Path(os.fsdecode(name))) == shown


@given(st.text())
def test_anything_becomes_one_visible_line(text: str) -> None:
    shown = printable(text)
    assert printable(shown) == shown
    assert len(shown.splitlines()) <= 1
    shown.encode("utf-8")
