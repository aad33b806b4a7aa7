"""A window that is killed in the moment in which a result has its name and no record."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from app.state.queue_store import ItemState
from tests.gui.conftest import StartApp

_CODE = """
import os, sys
from pathlib import Path
import app.main as door
door.config_folder = lambda: Path(sys.argv[2])
real = door.load_app
async def load_app(shell):
    # The worker has given the result its name; the window's thread never hears of it.
    from app.queue.queue_runner import QueueRunner
    QueueRunner._on_succeeded = lambda _self, _finished: os._exit(9)
    from app.photos.photos_page import NAME, PhotosPage
    controller = await real(shell)
    page = controller.page(NAME, PhotosPage)
    def opened(_info):
        page.commands.enqueue()
        page.queue.save()
        page.queue.wait_for_saved()
        page.queue.start()
    page.photos.opened.connect(opened)
    return controller
door.load_app = load_app
sys.exit(door.main([sys.argv[1]]))
"""


def test_a_photo_is_not_made_again_when_only_its_record_was_lost(
    start_app: StartApp, own_home: Path, photo: Path
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", _CODE, photo, own_home],
        check=False,
        capture_output=True,
        timeout=240,
        env={**os.environ, "MFAGAN_HOME": str(own_home)},
    )
    assert killed.returncode == 9, killed.stderr
    (result,) = (photo.parent / "upscaled").iterdir()

    app = start_app()

    (item,) = app.page.queue_store.items
    assert item.state is ItemState.DONE
    assert item.result == result
    app.page.queue.start()
    app.wait(lambda: not app.page.queue.is_running)
    assert list((photo.parent / "upscaled").iterdir()) == [result]
