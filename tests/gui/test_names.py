"""Names that hold markup, line breaks and characters that turn the reading direction."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QLabel, QPlainTextEdit, QWidget

from app.photos.closing import CloseDialog
from app.state.shown_names import menu_name, title_name
from tests.gui.conftest import DrawPhoto, StartApp
from tests.helpers.catalogs import put_model

_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e]")
# A file's name holds no slash, so that its markup stays open.
_NAME = "<b>x\n\t\u202egnp.png"
_SHOWN = r"<b>x\n\t\u202egnp.png"


def texts_of(root: QWidget) -> list[str]:
    """Return all that a window and its menus say, and check that none of it is markup."""
    texts = []
    for widget in (root, *root.findChildren(QWidget)):
        texts += [widget.windowTitle(), widget.accessibleName(), widget.toolTip()]
        assert not re.search("<[bi]>", widget.toolTip())
        if isinstance(widget, QLabel):
            texts.append(widget.text())
            is_plain = widget.textFormat() is Qt.TextFormat.PlainText
            assert is_plain or not re.search("<[bi]>", widget.text())
        elif isinstance(widget, QComboBox):
            texts += [widget.itemText(row) for row in range(widget.count())]
        elif isinstance(widget, QPlainTextEdit):
            texts.append(widget.toPlainText())
    for action in root.findChildren(QAction):
        texts += [action.text(), action.toolTip()]
    return texts


def test_nothing_in_the_name_of_a_file_or_a_model_acts_in_the_window(
    start_app: StartApp, own_home: Path, tmp_path: Path, draw_photo: DrawPhoto
) -> None:
    put_model(own_home / "data" / "models", "tiny", name="<i>m</i>\u202ename&\t", scale=4)
    photo = draw_photo(tmp_path / "photos" / _NAME)
    broken = photo.with_name(f"broken{_NAME}")
    broken.write_bytes(b"no photo")
    app = start_app()
    app.open(photo)
    app.page.choices.take_named("tiny")
    app.page.commands.upscale()
    app.settle()
    window = app.shell.window
    assert window.reveal.toolTip()
    seen = texts_of(window)
    assert any(_SHOWN in text for text in seen)
    assert any(r"<i>m</i>\u202ename&&\t" in text for text in seen)
    assert r"<i>m</i>\u202ename&\t" in app.page.viewer.label_texts[1]

    app.page.open_paths([broken])
    app.wait(lambda: bool(app.dialogs.shown))
    seen += texts_of(app.dialogs.shown[-1])
    app.dialogs.show(CloseDialog(name=_NAME, waiting=2))
    seen += texts_of(app.dialogs.shown[-1])
    model = app.page.panel.list.model()
    display, tip = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole
    shown = [
        model.data(model.index(0, 0), role)
        for role in (display, tip, Qt.ItemDataRole.AccessibleTextRole)
    ]
    assert shown[0] == _SHOWN
    assert "<b>" not in shown[1]
    for text in (*seen, *shown):
        assert not _UNSEEN.search(text), ascii(text)


def test_signs_that_mean_something_to_a_title_or_a_menu_are_shown() -> None:
    assert title_name("a[*].png") == "a[*][*].png"
    assert menu_name("a & b") == "a && b"
