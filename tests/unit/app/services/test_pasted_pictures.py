from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.services.pasted_pictures import PastedPictures, new_pasted_path
from app.state.places import pasted_folder

_OLD_S = time.time() - 3 * 24 * 3600


def put(name: str) -> Path:
    """Put a file of three days ago among the pasted pictures."""
    path = pasted_folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"a picture")
    os.utime(path, (_OLD_S, _OLD_S))
    return path


@pytest.fixture(autouse=True)
def home(own_home: Path) -> Path:
    return own_home


def test_old_pictures_that_nothing_speaks_of_are_deleted(tmp_path: Path) -> None:
    unused, used, new = put("pasted-1.png"), put("pasted-2.png"), put(new_pasted_path().name)
    os.utime(new)
    foreign, folder = put("holiday.png"), pasted_folder() / "pasted-folder.png"
    folder.mkdir()
    os.utime(folder, (_OLD_S, _OLD_S))
    outside = tmp_path / "outside.png"
    outside.write_bytes(b"a photo")
    os.utime(outside, (_OLD_S, _OLD_S))
    link = pasted_folder() / "pasted-link.png"
    link.symlink_to(outside)

    # Another spelling is the same picture.
    spelled = used.parent / ".." / used.parent.name / used.name
    removed = PastedPictures().remove_unused({spelled})

    assert removed == (unused,)
    assert not unused.exists()
    assert all(path.exists() for path in (used, new, foreign, folder, outside, link))


def test_nothing_is_deleted_while_another_window_lives() -> None:
    picture = put("pasted-1.png")
    code = (
        "import sys; from app.services.pasted_pictures import PastedPictures; "
        "PastedPictures(); sys.stdout.write('open\\n'); sys.stdout.flush(); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    assert other.stdout.readline().strip() == b"open"
    window = PastedPictures()
    assert window.remove_unused(set()) == ()
    assert picture.exists()

    # A window that was killed uses nothing any more.
    other.kill()
    other.communicate()
    assert window.remove_unused(set()) == (picture,)


def test_a_window_that_closed_keeps_nothing() -> None:
    picture = put("pasted-1.png")
    closed = PastedPictures()
    closed.close()
    assert PastedPictures().remove_unused(set()) == (picture,)


def test_a_thousand_pictures_are_deleted_at_a_start() -> None:
    for number in range(1003):
        put(f"pasted-{number:04}.png")
    window = PastedPictures()
    assert len(window.remove_unused(set())) == 1000
    assert len(window.remove_unused(set())) == 3
