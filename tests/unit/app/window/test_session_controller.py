from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.state.state_writer import StateWriter
from app.window.session_controller import SessionController
from app.window.session_file import MAXIMUM_RECENT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "session.json"


@pytest.fixture
def writer(qtbot: QtBot) -> StateWriter:
    return StateWriter()


def _photos(count: int) -> list[Path]:
    return [Path(f"/photos/{number}/photo.jpg") for number in range(count)]


def test_the_photo_that_was_opened_last_comes_first_and_none_twice(writer: StateWriter) -> None:
    session = SessionController(None, writer)
    first, second = _photos(2)

    for photo in (first, second, first):
        session.remember_photo(photo)

    assert session.recent == [first, second]
    assert session.last_folder == str(first.parent)


def test_the_list_of_recent_photos_ends(writer: StateWriter) -> None:
    session = SessionController(None, writer)
    photos = _photos(MAXIMUM_RECENT + 3)

    for photo in photos:
        session.remember_photo(photo)

    assert session.recent == photos[::-1][:MAXIMUM_RECENT]


def test_the_next_start_finds_photos_and_window(file: Path, writer: StateWriter) -> None:
    session = SessionController(file, writer)
    session.remember_photo(_photos(1)[0])
    session.remember_window(geometry="R0VP", columns="Q09M")
    assert writer.wait_for_done()

    again = SessionController(file, writer)

    assert again.problem is None
    assert again.session == session.session
    assert (again.session.geometry, again.session.columns) == ("R0VP", "Q09M")


def test_photos_of_another_window_are_kept(file: Path, writer: StateWriter) -> None:
    one, other = SessionController(file, writer), SessionController(file, writer)
    first, second = _photos(2)

    one.remember_photo(first)
    assert writer.wait_for_done()
    other.remember_photo(second)
    assert writer.wait_for_done()

    assert SessionController(file, writer).recent == [second, first]


def test_a_session_without_a_file_has_no_problem(writer: StateWriter, file: Path) -> None:
    assert SessionController(None, writer).problem is None
    assert SessionController(file, writer).last_folder == ""
