from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.services.folder_watch import FolderWatch

_TIMEOUT_S = 30.0
_QUIET_MS = 400
# Longer than any test: what is reported was notified by the system.
_NEVER_MS = 3_600_000


def test_a_new_file_is_reported_without_a_look_by_the_clock(qtbot: QtBot, tmp_path: Path) -> None:
    watch = FolderWatch(tmp_path, look_every_ms=_NEVER_MS)
    watch.start()

    with qtbot.waitSignal(watch.changed, timeout=30_000):
        (tmp_path / "new.onnx").write_bytes(b"1")
    watch.stop()


def test_a_file_that_grows_is_reported(qtbot: QtBot, tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    events.write_text("{}\n")
    watch = FolderWatch(tmp_path, look_every_ms=20)
    watch.start()

    with qtbot.waitSignal(watch.changed, timeout=30_000), events.open("a") as file:
        file.write("{}\n")
    watch.stop()


def test_a_burst_is_one_report(qtbot: QtBot, tmp_path: Path) -> None:
    reports: list[int] = []
    watch = FolderWatch(tmp_path, delay_ms=_QUIET_MS, look_every_ms=_NEVER_MS)
    watch.changed.connect(lambda: reports.append(len(list(tmp_path.iterdir()))))
    watch.start()

    for number in range(20):
        (tmp_path / f"{number}.json").write_text("{}")
    qtbot.waitUntil(lambda: bool(reports), timeout=30_000)
    qtbot.wait(2 * _QUIET_MS)

    assert reports == [20]
    watch.stop()


def test_nothing_is_reported_when_nothing_changes_or_after_the_stop(
    qtbot: QtBot, tmp_path: Path
) -> None:
    watch = FolderWatch(tmp_path, delay_ms=1, look_every_ms=10)
    watch.start()
    with qtbot.assertNotEmitted(watch.changed, wait=_QUIET_MS):
        pass
    watch.stop()

    with qtbot.assertNotEmitted(watch.changed, wait=_QUIET_MS):
        (tmp_path / "late.txt").write_text("late")


@pytest.mark.parametrize("is_there_before", [True, False])
def test_a_folder_may_vanish_and_come_back(
    qtbot: QtBot, tmp_path: Path, is_there_before: bool
) -> None:
    folder = tmp_path / "runs"
    if is_there_before:
        folder.mkdir()
    watch = FolderWatch(folder, delay_ms=1, look_every_ms=20)
    watch.start()
    if is_there_before:
        folder.rmdir()

    with qtbot.waitSignal(watch.changed, timeout=30_000):
        folder.mkdir()
        (folder / "a").write_text("a")
    with qtbot.waitSignal(watch.changed, timeout=30_000):
        (folder / "a").unlink()
    watch.stop()


def test_the_stream_has_an_item_for_the_first_look_and_one_per_change(
    loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    async def seen() -> list[list[str]]:
        looks = []
        async for _ in FolderWatch(tmp_path, delay_ms=1, look_every_ms=20).changes():
            looks.append(_names(tmp_path))
            if len(looks) == 3:
                return looks
            (tmp_path / f"{len(looks)}.txt").write_text("new")
        return looks

    looks = loop.run_until_complete(asyncio.wait_for(seen(), _TIMEOUT_S))

    assert looks == [[], ["1.txt"], ["1.txt", "2.txt"]]


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
