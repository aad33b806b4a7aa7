"""Files and folders of the app that are broken, foreign or locked, as the window meets them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.services.other_windows import QueueOwner, hand_over
from app.state.processing import ProcessingChoice
from tests.gui.conftest import StartApp


def test_what_was_left_out_is_shown_in_the_notice_bar(
    start_app: StartApp, own_home: Path, photo: Path
) -> None:
    entry = {"path": str(photo), "choice": ProcessingChoice().to_json(), "state": "waiting"}
    content = {"version": 1, "items": [entry, {**entry, "state": "dreaming"}]}
    (own_home / "queue.json").write_text(json.dumps(content))
    (own_home / "session.json").write_text("[" * 50_000)
    (own_home / "settings.json").write_text('{"version": 1e999, "values": {}}')

    app = start_app()

    assert [item.path for item in app.page.queue_store.items] == [photo]
    notice = app.shell.window.notice_text
    for name in ("queue.json", "session.json", "settings.json"):
        assert f"{name}.broken-1" in notice
        assert (own_home / f"{name}.broken-1").is_file()


@pytest.mark.parametrize("kind", ["a file", "nowhere", "inside a file", "a device"])
def test_a_home_that_takes_nothing_does_not_keep_the_window_from_opening(
    tmp_path: Path, photo: Path, kind: str
) -> None:
    home = tmp_path / "home"
    if kind == "a file":
        home.write_text("")
    elif kind == "nowhere":
        home = Path("/proc/no-such-folder")
    elif kind == "inside a file":
        home.write_text("")
        home /= "below"
    else:
        home = Path("/dev/null")
    code = (
        "import asyncio, sys; import app.main as door; real = door.load_app\n"
        "async def load_app(shell):\n"
        "    from app.photos.photos_page import NAME, PhotosPage\n"
        "    controller = await real(shell)\n"
        "    def opened(info):\n"
        "        sys.stdout.write(info.path.name + chr(10) + shell.window.notice_text)\n"
        "        shell.settings.set_value('output.quality', 51)\n"
        "        shell.window.close()\n"
        "    controller.page(NAME, PhotosPage).photos.opened.connect(opened)\n"
        "    return controller\n"
        "door.load_app = load_app\n"
        "sys.exit(door.main([sys.argv[1]]))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, photo],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "MFAGAN_HOME": str(home)},
    )

    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    name, _, notice = done.stdout.partition("\n")
    assert name == photo.name
    assert str(home) in notice


def test_a_second_start_hands_its_photos_to_the_window_that_is_open(
    start_app: StartApp, own_home: Path, photo: Path
) -> None:
    app = start_app()
    folder = own_home / "config"
    owner = QueueOwner(folder)
    owner.photos_handed.connect(app.controller.take_handed)
    owner.begin()
    code = (
        "import sys; from pathlib import Path; from app.services.other_windows import hand_over; "
        "sys.exit(not hand_over(Path(sys.argv[1]), [Path(sys.argv[2])]))"
    )

    other = subprocess.Popen([sys.executable, "-c", code, folder, photo.name], cwd=photo.parent)
    app.wait(lambda: app.page.photos.photo is not None)

    assert other.wait(timeout=60) == 0
    shown = app.page.photos.photo
    assert shown is not None
    assert shown.path == photo
    owner.give_up()
    owner.deleteLater()


def test_without_a_window_nothing_is_handed_over(own_home: Path, photo: Path) -> None:
    folder = own_home / "config"
    assert not hand_over(folder, [photo])
    owner = QueueOwner(folder)
    owner.give_up()

    assert not hand_over(folder, [photo])
    assert list((folder / "inbox").iterdir()) == []


def test_only_one_of_two_windows_has_the_queue(own_home: Path) -> None:
    folder = own_home / "config"
    code = (
        "import sys; from pathlib import Path; from app.services.other_windows import QueueOwner; "
        "sys.stdout.write(str(QueueOwner(Path(sys.argv[1])).is_owner))"
    )
    first = QueueOwner(folder)

    second = subprocess.run(
        [sys.executable, "-c", code, folder], capture_output=True, text=True, check=True
    )
    first.give_up()
    third = subprocess.run(
        [sys.executable, "-c", code, folder], capture_output=True, text=True, check=True
    )

    assert first.is_owner
    assert (second.stdout, third.stdout) == ("False", "True")


def test_the_window_has_the_place_and_the_size_of_the_last_session(start_app: StartApp) -> None:
    app = start_app()
    app.shell.window.resize(760, 640)
    app.close()
    again = start_app()

    session = again.controller.session.session
    again.shell.window.arrange(geometry=session.geometry, columns=session.columns)

    assert again.shell.window.size() == app.shell.window.size()


@pytest.mark.parametrize("text", ["", "AAAA", "\u00e9", "x" * 30_000])
def test_an_arrangement_that_makes_no_sense_is_not_taken(start_app: StartApp, text: str) -> None:
    window = start_app().shell.window

    window.arrange(geometry=text, columns=text)

    available = window.screen().availableGeometry()
    assert available.contains(window.geometry())
