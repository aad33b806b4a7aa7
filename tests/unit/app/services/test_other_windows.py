from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.services import other_windows
from app.services.other_windows import QueueOwner, hand_over


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "config"


@pytest.fixture
def owner(folder: Path, qtbot: QtBot) -> Iterator[QueueOwner]:
    owner = QueueOwner(folder)
    assert owner.is_owner
    yield owner
    owner.give_up()


def _handed(owner: QueueOwner) -> list[list[Path]]:
    handed: list[list[Path]] = []
    owner.photos_handed.connect(handed.append)
    owner.begin()
    return handed


def test_only_one_window_owns_the_queue_until_it_gives_it_up(
    owner: QueueOwner, folder: Path
) -> None:
    second = QueueOwner(folder)
    assert not second.is_owner

    owner.give_up()
    third = QueueOwner(folder)

    assert third.is_owner
    third.give_up()


def test_photos_of_a_second_start_arrive_with_complete_paths(
    owner: QueueOwner, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    handed = _handed(owner)
    taken: list[bool] = []
    photos = [Path("a.png"), folder / "b.png"]
    start = threading.Thread(target=lambda: taken.append(hand_over(folder, photos)))

    start.start()
    qtbot.waitUntil(lambda: bool(handed), timeout=5000)
    start.join(10)

    assert handed == [[folder / "a.png", folder / "b.png"]]
    assert taken == [True]
    assert list((folder / "inbox").iterdir()) == []


def test_a_message_from_before_the_start_is_read(
    owner: QueueOwner, folder: Path, qtbot: QtBot
) -> None:
    (folder / "inbox" / "1-a.json").write_text(json.dumps(["/a.png"]))

    handed = _handed(owner)

    qtbot.waitUntil(lambda: handed == [[Path("/a.png")]], timeout=5000)


@pytest.mark.parametrize("content", ["{", "3", '[1, null, {}, "", "\\u0000"]'])
def test_a_message_of_nonsense_opens_nothing(owner: QueueOwner, folder: Path, content: str) -> None:
    (folder / "inbox" / "1-a.json").write_text(content)

    handed = _handed(owner)

    assert all(photos == [] for photos in handed)
    assert list((folder / "inbox").iterdir()) == []


def test_without_a_window_nothing_is_handed_over(folder: Path) -> None:
    assert not hand_over(folder, [Path("/a.png")])
    (folder / "inbox").mkdir(parents=True)

    assert not hand_over(folder, [Path("/a.png")])
    assert list((folder / "inbox").iterdir()) == []


def test_a_window_that_does_not_answer_gets_nothing(
    owner: QueueOwner, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It never began to read.
    monkeypatch.setattr(other_windows, "_ANSWER_S", 0.0)

    assert not hand_over(folder, [Path("/a.png")])
    assert list((folder / "inbox").iterdir()) == []


def test_where_nothing_can_be_stored_there_is_nothing_to_share(
    tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").touch()

    owner = QueueOwner(tmp_path / "file" / "config")

    assert owner.is_owner
    owner.begin()
    owner.give_up()
