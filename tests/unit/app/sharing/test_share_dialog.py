from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.sharing.share_dialog import ShareDialog, ShareKind, ShareRequest


def _dialog(
    qtbot: QtBot, request: ShareRequest | None = None, *, can_be_whole: bool = True
) -> ShareDialog:
    dialog = ShareDialog(request or ShareRequest(), can_be_whole=can_be_whole)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.mark.parametrize(
    ("kind", "types"),
    [
        (ShareKind.SPLIT, ["PNG", "JPG", "WEBP"]),
        (ShareKind.SIDE_BY_SIDE, ["PNG", "JPG", "WEBP"]),
        (ShareKind.ANIMATION, ["WEBP", "GIF"]),
        (ShareKind.PAGE, ["HTML"]),
    ],
)
def test_each_kind_has_its_own_file_types(qtbot: QtBot, kind: ShareKind, types: list[str]) -> None:
    dialog = _dialog(qtbot)

    dialog.kind.setCurrentIndex(dialog.kind.findData(kind))

    assert [dialog.suffix.itemText(n) for n in range(dialog.suffix.count())] == types
    assert dialog.suffix.isEnabled() == (len(types) > 1)
    assert dialog.labels.isVisible() == (kind is not ShareKind.PAGE)
    assert dialog.request.kind is kind


def test_what_was_chosen_last_is_chosen_again(qtbot: QtBot) -> None:
    last = ShareRequest(kind=ShareKind.ANIMATION, suffix=".gif", is_whole=True, has_labels=False)

    assert _dialog(qtbot, last).request == last


def test_a_preview_cannot_be_handed_on_whole(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, ShareRequest(is_whole=True), can_be_whole=False)

    assert dialog.area.count() == 1
    assert not dialog.request.is_whole


def test_saving_closes_the_dialog_and_says_what_to_make(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot)

    with qtbot.waitSignal(dialog.save_requested) as signal:
        dialog.save.click()

    assert signal.args == [ShareRequest()]
    assert not dialog.isVisible()


def test_screen_readers_hear_every_choice(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot)

    assert [box.accessibleName() for box in dialog.findChildren(QComboBox)] == [
        "As",
        "File type",
        "Part",
    ]
