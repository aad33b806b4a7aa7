"""The blind test as a user takes it: by keys alone, without names until the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.catalog.blind_test import judged_models as judged_catalog
from app.catalog.models_page import NAME as CATALOG
from app.catalog.models_page import ModelsPage
from app.judging.blind_test import read_all
from app.judging.blind_test_dialog import BlindTestDialog
from app.state.theme import load_theme
from app.widgets.theming import ThemeService
from engine.judging.judgments import judging_folder
from tests.gui.conftest import App
from tests.helpers.judged_crops import DrawnCrops, judged_models
from tests.helpers.simulated_eye import SimulatedEye

MakeDialog = Callable[..., BlindTestDialog]
_KEYS = {"left": Qt.Key.Key_1, "tie": Qt.Key.Key_0, "right": Qt.Key.Key_2}
_STRENGTHS = {"a": -2.0, "b": 0.0, "c": 2.0}


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.png" for number in range(4)]
    for path in paths:
        path.write_bytes(b"")
    return paths


@pytest.fixture
def drawn() -> DrawnCrops:
    return DrawnCrops()


@pytest.fixture
def make_dialog(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, photos: list[Path], drawn: DrawnCrops
) -> Iterator[MakeDialog]:
    theming = ThemeService(qapp)
    theming.apply(load_theme("dark"))
    made: list[BlindTestDialog] = []

    def make(models: int = 3) -> BlindTestDialog:
        dialog = BlindTestDialog(
            folder=tmp_path / "run",
            models=judged_models(models),
            photos=photos,
            render=drawn,
            choose_photos=lambda: [tmp_path / "more.png"],
            theming=theming,
        )
        qtbot.addWidget(dialog)
        dialog.show()
        made.append(dialog)
        return dialog

    yield make
    drawn.gate.set()
    for dialog in made:
        dialog.close()
        dialog.shut_down()
    QApplication.processEvents()


def _press(dialog: BlindTestDialog, key: Qt.Key) -> None:
    focused: QWidget | None = dialog.focusWidget()
    QTest.keyClick(dialog if focused is None else focused, key)


def _wait_for_pair(dialog: BlindTestDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: dialog.questions.canvas.images is not None)


def _answer_all(dialog: BlindTestDialog, qtbot: QtBot, *, most: int = 100) -> int:
    eye = SimulatedEye(_STRENGTHS, seed=3)
    session = dialog.session
    assert session is not None
    count = 0
    while session.question is not None and count < most:
        _wait_for_pair(dialog, qtbot)
        _press(dialog, _KEYS[eye.answer(session.question)])
        count += 1
    return count


def _visible_words(dialog: QWidget) -> str:
    """Return everything that can be read, heard or hovered over while it is shown."""
    words = []
    for widget in [dialog, *dialog.findChildren(QWidget)]:
        if not widget.isVisible():
            continue
        words += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        words += [widget.windowTitle(), widget.statusTip(), widget.objectName()]
        if isinstance(widget, QLabel):
            words.append(widget.text())
        spoken = QAccessible.queryAccessibleInterface(widget)
        words += [spoken.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Value)]
    return "\n".join(words)


def test_a_test_from_the_choice_to_the_ranking_by_keys_alone(
    make_dialog: MakeDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = make_dialog()
    dialog.setup.start.setFocus()
    _press(dialog, Qt.Key.Key_Space)
    session = dialog.session
    assert session is not None

    count = _answer_all(dialog, qtbot)

    assert count == session.planned
    assert dialog.pages.currentWidget() is dialog.end
    _press(dialog, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.ranking)
    table = dialog.ranking.table
    texts = [
        [str(table.model().index(row, column).data()) for column in (1, 2)] for row in range(3)
    ]
    assert [text[0] for text in texts] == ["Secret C", "Secret B", "Secret A"]
    assert all(" %" in text[1] for text in texts)
    assert "answers on 4 photos" in dialog.ranking.basis.text()
    assert "shown again with swapped sides" in dialog.ranking.consistency.text()
    assert "LPIPS" in dialog.ranking.agreement.text()
    [log] = read_all(tmp_path / "run")
    assert len(log.judgments) == count
    assert log.is_revealed


def test_no_name_is_seen_or_heard_before_the_end(make_dialog: MakeDialog, qtbot: QtBot) -> None:
    dialog = make_dialog()
    assert "Blind test" in _visible_words(dialog)
    dialog.setup.start.click()

    heard = []
    for _ in range(4):
        _wait_for_pair(dialog, qtbot)
        heard.append(_visible_words(dialog))
        _press(dialog, Qt.Key.Key_1)

    assert all("Left looks better" in words for words in heard)
    assert not any("Secret" in words for words in heard)
    _answer_all(dialog, qtbot)
    assert "Secret" not in _visible_words(dialog)


def test_each_answer_has_a_key_that_its_button_names(make_dialog: MakeDialog, qtbot: QtBot) -> None:
    dialog = make_dialog()
    dialog.setup.start.click()
    page = dialog.questions
    for button, key in ((page.left, "1"), (page.tie, "0"), (page.right, "2")):
        assert button.text().startswith(key)
        _wait_for_pair(dialog, qtbot)
        answered: list[str] = []
        page.answered.connect(answered.append)
        button.click()
        page.answered.disconnect(answered.append)
        assert len(answered) == 1


def test_pictures_are_made_before_they_are_needed(
    make_dialog: MakeDialog, drawn: DrawnCrops, qtbot: QtBot
) -> None:
    dialog = make_dialog()
    dialog.setup.start.click()
    qtbot.waitUntil(lambda: dialog.is_idle)
    # From here on nothing can be made any more.
    drawn.gate.clear()

    session = dialog.session
    assert session is not None
    while session.question is not None:
        assert dialog.questions.left.isEnabled()
        _press(dialog, Qt.Key.Key_1)

    assert session.answered == session.planned


def test_an_answer_without_pictures_is_not_taken(
    make_dialog: MakeDialog, drawn: DrawnCrops, qtbot: QtBot
) -> None:
    drawn.gate.clear()
    dialog = make_dialog()
    dialog.setup.start.click()
    session = dialog.session
    assert session is not None

    _press(dialog, Qt.Key.Key_1)
    assert session.answered == 0
    assert not dialog.questions.left.isEnabled()

    drawn.gate.set()
    _wait_for_pair(dialog, qtbot)
    _press(dialog, Qt.Key.Key_1)
    assert session.answered == 1


def test_the_last_answer_can_be_taken_back_also_at_the_end(
    make_dialog: MakeDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = make_dialog()
    dialog.setup.start.click()
    session = dialog.session
    assert session is not None
    _wait_for_pair(dialog, qtbot)
    first = session.question
    _press(dialog, Qt.Key.Key_2)
    _press(dialog, Qt.Key.Key_Backspace)
    assert session.question == first
    assert not dialog.questions.undo.isEnabled()

    count = _answer_all(dialog, qtbot)
    dialog.end.undo.click()
    assert dialog.pages.currentWidget() is dialog.questions
    assert session.answered == count - 1


def test_esc_stops_and_the_test_goes_on_later(
    make_dialog: MakeDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = make_dialog()
    assert not dialog.setup.resume.isVisible()
    dialog.setup.start.click()
    _answer_all(dialog, qtbot, most=5)
    _press(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()

    later = make_dialog()
    assert later.setup.resume.isVisible()
    assert "5 of" in later.setup.resume.text()
    later.setup.resume.click()

    session = later.session
    assert session is not None
    assert session.answered == 5
    _answer_all(later, qtbot)
    later.end.result.click()
    qtbot.waitUntil(lambda: later.pages.currentWidget() is later.ranking)
    assert len(read_all(tmp_path / "run")) == 1


def test_a_result_can_be_seen_again_and_more_questions_answered(
    make_dialog: MakeDialog, qtbot: QtBot
) -> None:
    dialog = make_dialog()
    dialog.setup.start.click()
    _answer_all(dialog, qtbot)
    dialog.end.result.click()
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.ranking)
    dialog.ranking.more.click()
    assert dialog.pages.currentWidget() is dialog.questions
    dialog.close()

    later = make_dialog()
    assert later.setup.result.isVisible()
    later.setup.result.click()

    assert later.pages.currentWidget() is later.ranking
    assert not later.ranking.more.isVisible()


def test_a_photo_that_cannot_be_read_is_left_out_without_a_name(
    make_dialog: MakeDialog, drawn: DrawnCrops, qtbot: QtBot
) -> None:
    drawn.broken.add("2.png")
    dialog = make_dialog()
    dialog.setup.start.click()

    count = _answer_all(dialog, qtbot)

    assert count > 0
    assert "2.png cannot be shown" in dialog.notice.text
    assert "Secret" not in dialog.notice.text
    log = dialog.session
    assert log is not None
    dialog.close()


def test_sides_stay_where_they_are_in_languages_from_right_to_left(
    make_dialog: MakeDialog, qapp: QApplication, qtbot: QtBot
) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        dialog = make_dialog()
        dialog.setup.start.click()
        _wait_for_pair(dialog, qtbot)
        page = dialog.questions
        QApplication.processEvents()

        assert page.left.x() < page.tie.x() < page.right.x()
        # Everything else is mirrored.
        assert page.undo.x() > page.stop.x()
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_models_and_photos_are_chosen_by_check_marks(make_dialog: MakeDialog) -> None:
    dialog = make_dialog(4)
    setup = dialog.setup
    assert setup.start.isEnabled()
    assert "questions" in setup.facts.text()

    for row in range(3):
        setup.models.item(row).setCheckState(Qt.CheckState.Unchecked)
    assert not setup.start.isEnabled()
    setup.models.item(0).setCheckState(Qt.CheckState.Checked)
    for row in range(setup.photos.count()):
        setup.photos.item(row).setCheckState(Qt.CheckState.Unchecked)
    assert not setup.start.isEnabled()
    setup.add_photos_button.click()

    assert [model.id for model in setup.chosen_models] == ["a", "d"]
    assert [path.name for path in setup.chosen_photos] == ["more.png"]
    assert setup.start.isEnabled()
    assert "three or more photos" in setup.facts.text()


def test_every_control_has_a_name_for_screen_readers(make_dialog: MakeDialog, qtbot: QtBot) -> None:
    dialog = make_dialog()

    def nameless() -> list[QObject]:
        return [
            widget
            for widget in dialog.findChildren(QWidget)
            if widget.isVisible()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
            and not isinstance(widget.parent(), type(None))
            and type(widget).__name__ not in {"QScrollArea", "QHeaderView"}
        ]

    assert nameless() == []
    dialog.setup.start.click()
    _wait_for_pair(dialog, qtbot)
    assert nameless() == []
    _answer_all(dialog, qtbot)
    assert nameless() == []
    dialog.end.result.click()
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.ranking)
    assert nameless() == []


def test_the_row_of_a_model_leads_back_to_it(make_dialog: MakeDialog, qtbot: QtBot) -> None:
    dialog = make_dialog()
    dialog.setup.start.click()
    _answer_all(dialog, qtbot)
    dialog.end.result.click()
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.ranking)

    with qtbot.waitSignal(dialog.model_chosen) as caught:
        dialog.ranking.show_model.click()

    assert caught.args == ["c"]
    assert not dialog.isVisible()


def test_models_of_the_catalog_are_judged_on_photos(app: App, photo: Path) -> None:
    page = app.controller.page(CATALOG, ModelsPage)
    app.controller.show_page(CATALOG)
    page.open_paths([photo])
    app.wait(lambda: page.comparison.photo is not None)

    page.comparison_view.judge.click()
    dialog = app.dialogs.shown[-1]
    assert isinstance(dialog, BlindTestDialog)
    assert dialog.setup.chosen_photos[0] == photo
    count = len(app.controller.engine_service.cards())
    assert len(dialog.setup.chosen_models) == min(count, 8)
    for row in range(1, dialog.setup.photos.count()):
        dialog.setup.photos.item(row).setCheckState(Qt.CheckState.Unchecked)
    dialog.setup.start.click()
    for _ in range(3):
        app.wait(dialog.questions.left.isEnabled)
        _press(dialog, Qt.Key.Key_1)
    dialog.close()

    [log] = read_all(judging_folder(None))
    assert len(log.judgments) == 3
    assert log.test.photos == (str(photo),)


def test_closing_the_window_keeps_the_answers(app: App, photo: Path) -> None:
    page = app.controller.page(CATALOG, ModelsPage)
    dialog = page.blind_tests.start(
        None, judged_catalog(app.controller.engine_service), photo=photo
    )
    dialog.setup.start.click()
    app.wait(dialog.questions.left.isEnabled)
    _press(dialog, Qt.Key.Key_2)

    app.shell.window.close()

    [log] = read_all(judging_folder(None))
    assert [one.answer for one in log.judgments] == ["right"]
