from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.state.state_writer import StateWriter, write_text_atomic


def test_what_the_window_remembers_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_text_atomic(tmp_path / "queue.json", "first")
        write_text_atomic(tmp_path / "queue.json", "second")
    finally:
        os.umask(before)

    assert (tmp_path / "queue.json").read_text(encoding="utf-8") == "second"
    assert (tmp_path / "queue.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["queue.json"]


@pytest.fixture
def writer(qtbot: QtBot) -> StateWriter:
    return StateWriter()


def test_the_last_of_several_requests_is_written(writer: StateWriter, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.json"

    for number in range(20):
        writer.put(path, lambda n=number: str(n))  # type: ignore[misc]  # bound now
    assert writer.wait_for_done()

    assert path.read_text(encoding="utf-8") == "19"


def test_nothing_is_written_where_nothing_changed(writer: StateWriter, tmp_path: Path) -> None:
    writer.put(tmp_path / "file.json", lambda: None)
    assert writer.wait_for_done()

    assert not (tmp_path / "file.json").exists()


def test_a_folder_that_cannot_be_written_is_reported_with_the_reason(
    writer: StateWriter, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "queue.json"

    with qtbot.waitSignal(writer.failed, timeout=5000) as signal:
        writer.put(path, lambda: "text")

    assert signal.args is not None
    assert signal.args[0] == path
    assert "directory" in signal.args[1] or "exists" in signal.args[1]


def test_a_full_disk_is_reported_in_the_words_of_the_system(
    writer: StateWriter, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_bytes(_path: Path, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    with qtbot.waitSignal(writer.failed, timeout=5000) as signal:
        writer.put(tmp_path / "queue.json", lambda: "text")

    assert signal.args == [tmp_path / "queue.json", os.strerror(errno.ENOSPC)]
    names = [path.name for path in tmp_path.iterdir()]
    assert not any("mfagan-part" in name for name in names), "nothing half-written"


def test_what_a_killed_window_left_half_written_is_deleted(
    writer: StateWriter, tmp_path: Path
) -> None:
    code = (
        "import sys; from pathlib import Path; from engine.core.leftovers import part_path; "
        "path = part_path(Path(sys.argv[1]), '.json'); path.touch(); print(path)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], check=True, capture_output=True, text=True
    )
    leftover = Path(done.stdout.strip())
    assert leftover.is_file()

    writer.put(tmp_path / "queue.json", lambda: "text")
    assert writer.wait_for_done()

    assert not leftover.exists()
