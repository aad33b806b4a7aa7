"""Users' files are decoded by the engine alone: Qt's readers go by content and follow links."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

_APP = Path(__file__).resolve().parents[2] / "app"
_READERS = {"QImageReader", "QMovie", "QSvgRenderer", "QPicture", "QSvgWidget"}
_TAKE_FILES = {"QImage", "QPixmap", "QIcon"}
_METHODS = {"load", "loadFromData", "fromData", "addFile", "addPixmap"}
# Files of our own: the window's icon, the samples on the first page, drawn icons.
_OURS = {
    ("window/main_window.py", "QIcon"),
    ("window/empty_state.py", "QPixmap"),
    ("widgets/icons.py", "QSvgRenderer"),
}


def picture_readers(source: str) -> set[str]:
    """Return the names with which ``source`` lets Qt decode a file or bytes."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).split(".")[-1]
        owner = ast.unparse(node.func).split(".")[0]
        takes_text = len(node.args) == 1 and not isinstance(node.args[0], ast.Name)
        is_method = name in _METHODS and owner in _TAKE_FILES
        is_text = name in _TAKE_FILES and takes_text and "str(" in ast.unparse(node.args[0])
        if name in _READERS or is_method or is_text:
            found.add(name)
    return found


def test_the_app_gives_no_file_of_a_user_to_qts_readers() -> None:
    found = {
        (path.relative_to(_APP).as_posix(), name)
        for path in sorted(_APP.rglob("*.py"))
        for name in picture_readers(path.read_text(encoding="utf-8"))
    }

    assert found - _OURS == set()


@pytest.mark.parametrize(
    "code", ["QImageReader(x)", "QImage(str(path))", "QPixmap(f(str(p)))", "QImage.fromData(data)"]
)
def test_the_search_sees_a_reader(code: str) -> None:
    assert picture_readers(code)
