"""Closing while work runs, starting again, and what never happens meanwhile."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from app.photos.closing import CloseDialog
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemState
from engine.runs.run_folder import RunFolder
from tests.gui.conftest import App, DrawPhoto, StartApp
from tests.helpers.training import write_endless_recipe

_NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind"}


@contextmanager
def _watched_sockets() -> Iterator[list[str]]:
    seen: list[str] = []
    watching = [True]

    def watch(event: str, _arguments: tuple[object, ...]) -> None:
        if watching[0] and event in _NETWORK:
            seen.append(event)

    # An audit hook cannot be taken away again; the switch turns it off.
    sys.addaudithook(watch)
    try:
        yield seen
    finally:
        watching[0] = False


def test_closing_in_the_middle_leaves_nothing_half_written_and_keeps_the_queue(
    start_app: StartApp, draw_photo: DrawPhoto, tmp_path: Path
) -> None:
    app = start_app()
    big = draw_photo(tmp_path / "in" / "big.png", width_px=640, height_px=480)
    small = draw_photo(tmp_path / "in" / "small.png")
    app.page.queue.add([big, small], app.page.choices.choice)
    app.page.queue.start()
    app.wait(lambda: app.page.queue_store.items[0].state is ItemState.RUNNING)

    app.close()

    folder = big.parent / "upscaled"
    assert not folder.exists() or not list(folder.iterdir())
    again = start_app()
    restored = again.page.queue_store.items
    assert [item.path for item in restored] == [big, small]
    assert [item.state for item in restored] == [ItemState.WAITING, ItemState.WAITING]
    again.page.queue.start()
    again.wait(lambda: not again.page.queue.is_running)
    assert len(list(folder.iterdir())) == 2


@pytest.fixture
def running(start_app: StartApp, draw_photo: DrawPhoto, tmp_path: Path) -> App:
    """The app with one photo under way and one that waits."""
    app = start_app()
    big = draw_photo(tmp_path / "in" / "big.png", width_px=640, height_px=480)
    app.page.queue.add([big, draw_photo(tmp_path / "in" / "small.png")], _choice(app))
    app.page.queue.start()
    app.wait(lambda: app.page.queue_store.items[0].state is ItemState.RUNNING)
    return app


def test_closing_during_a_run_asks_and_staying_changes_nothing(running: App) -> None:
    app = running

    app.shell.window.close()

    question = _question(app)
    assert app.shell.window.isVisible()
    question.stay.click()
    app.wait(lambda: not app.page.queue.is_running)
    assert [item.state for item in app.page.queue_store.items] == [ItemState.DONE] * 2
    assert app.shell.window.isVisible()


def test_a_photo_can_be_finished_before_the_window_closes(running: App) -> None:
    app = running

    app.shell.window.close()
    _question(app).finish.click()
    app.wait(lambda: not app.shell.window.isVisible())

    states = [item.state for item in app.page.queue_store.items]
    assert states == [ItemState.DONE, ItemState.WAITING]


def test_a_paused_photo_is_asked_about_as_well(running: App) -> None:
    app = running
    app.page.queue.pause()

    app.shell.window.close()
    _question(app).stop.click()

    assert not app.shell.window.isVisible()
    assert not (app.page.queue_store.items[0].path.parent / "upscaled" / "big.png").exists()


def test_nothing_is_asked_when_nothing_would_be_lost(start_app: StartApp, photo: Path) -> None:
    app = start_app()
    app.page.queue.add([photo], _choice(app))

    app.shell.window.close()

    assert not app.shell.window.isVisible()
    assert not app.dialogs.shown


def _choice(app: App) -> ProcessingChoice:
    return app.page.choices.choice


def _question(app: App) -> CloseDialog:
    question = app.dialogs.shown[-1]
    assert isinstance(question, CloseDialog)
    return question


def test_a_session_opens_no_socket(start_app: StartApp, photo: Path) -> None:
    with _watched_sockets() as seen:
        app = start_app()
        app.open(photo)
        app.page.commands.upscale()
        app.wait(lambda: not app.page.queue.is_running)
        app.controller.commands.show_about()
        app.close()

    assert seen == []


def test_the_watch_on_sockets_sees_one() -> None:
    with _watched_sockets() as seen, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("127.0.0.1", 9))

    assert seen == ["socket.connect"]


def test_a_training_run_ends_with_the_window_and_keeps_its_checkpoint(tmp_path: Path) -> None:
    recipe = write_endless_recipe(tmp_path)
    run = tmp_path / "run"
    code = (
        "import asyncio, sys; import app.main as door; real = door.load_app\n"
        "async def watch(shell, child):\n"
        "    async for event in child.events():\n"
        "        if event.get('kind') == 'progress':\n"
        "            shell.window.close()\n"
        "            return\n"
        "async def load_app(shell):\n"
        "    controller = await real(shell)\n"
        "    arguments = ['train', sys.argv[1], '--into', sys.argv[2], '--json']\n"
        "    child = await controller.child_processes.start(arguments)\n"
        "    sys.stdout.write(str(child.pid))\n"
        "    door.watching = asyncio.create_task(watch(shell, child))\n"
        "    return controller\n"
        "door.load_app = load_app\n"
        "sys.exit(door.main([]))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, recipe, run],
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )

    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert not psutil.pid_exists(int(done.stdout))
    assert list(RunFolder(run).checkpoints.iterdir())
