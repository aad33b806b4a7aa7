from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from engine.core import leftovers
from engine.core.leftovers import (
    LEFTOVER_SUFFIX,
    part_path,
    remove_leftovers,
    remove_own_parts,
    track_part,
    tracked_part,
)


def of_dead_process(folder: Path) -> Path:
    """Return a temporary file as a process leaves it that was killed."""
    program = (
        "import sys; from pathlib import Path; from engine.core.leftovers import part_path;"
        "path = part_path(Path(sys.argv[1]), '.png'); path.touch(); print(path)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], check=True, capture_output=True, text=True
    )
    return Path(done.stdout.strip())


def elsewhere(folder: Path, *, age_s: float) -> Path:
    """Return a temporary file of another computer or container, whose process we cannot know."""
    path = folder / f".7-0badcafe-01234567.png{LEFTOVER_SUFFIX}"
    path.touch()
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def test_leftovers_of_dead_processes_are_removed_and_no_others(tmp_path: Path) -> None:
    dead = of_dead_process(tmp_path)
    living = part_path(tmp_path, ".png")
    foreign = tmp_path / f".mine{LEFTOVER_SUFFIX}"
    for path in (living, foreign):
        path.touch()

    assert remove_leftovers(tmp_path) == (dead,)
    assert sorted(tmp_path.iterdir()) == sorted([living, foreign])


def test_what_another_computer_or_container_writes_is_left_alone_for_a_day(tmp_path: Path) -> None:
    young = elsewhere(tmp_path, age_s=3600)
    assert remove_leftovers(tmp_path) == ()
    assert young.exists()

    old = elsewhere(tmp_path, age_s=25 * 3600)
    assert remove_leftovers(tmp_path) == (old,)


def test_another_container_has_another_place_though_process_numbers_are_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = of_dead_process(tmp_path)
    leftovers._place.cache_clear()
    monkeypatch.setattr(os, "readlink", lambda _: "pid:[1]")
    try:
        assert remove_leftovers(tmp_path) == ()
    finally:
        leftovers._place.cache_clear()
    assert dead.exists()


def test_starts_of_a_computer_are_told_apart_where_the_system_does_not_number_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = of_dead_process(tmp_path)
    dead.unlink()
    for name in ("_BOOT_ID", "_PROCESS_NAMESPACE"):
        monkeypatch.setattr(leftovers, name, tmp_path / "none")
    parts = []
    for boot_s in (1000, 2000):
        place = hashlib.sha256(f"{platform.node()}\n{boot_s}".encode()).hexdigest()[:8]
        parts.append(tmp_path / f"{dead.name.split('-')[0]}-{place}-01234567{LEFTOVER_SUFFIX}")
        parts[-1].touch()
    monkeypatch.setattr(psutil, "boot_time", lambda: 1000.2)

    leftovers._place.cache_clear()
    try:
        assert remove_leftovers(tmp_path) == (parts[0],)
    finally:
        leftovers._place.cache_clear()
    assert list(tmp_path.iterdir()) == parts[1:]


@pytest.mark.parametrize(
    "name",
    [
        ".2147483648-deadbeef.x",
        ".99999999999999999999-{place}-deadbeef.png",
        ".9999999999-{place}-deadbeef.png",
        ".-1-{place}-deadbeef.png",
        ".x-y",
    ],
)
@pytest.mark.parametrize("is_folder", [False, True])
def test_strange_names_harm_nothing(tmp_path: Path, name: str, is_folder: bool) -> None:
    path = tmp_path / (name.format(place=leftovers._place()) + LEFTOVER_SUFFIX)
    path.mkdir() if is_folder else path.touch()
    before = of_dead_process(tmp_path)

    assert before in remove_leftovers(tmp_path)
    assert path.is_dir() == is_folder or not path.exists()


def test_a_link_in_the_place_of_a_leftover_harms_nothing(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.touch()
    dead = of_dead_process(tmp_path)
    dead.unlink()
    dead.symlink_to(precious)

    assert remove_leftovers(tmp_path) == ()
    assert precious.exists()
    assert remove_leftovers(tmp_path / "no folder") == ()


def test_a_process_that_must_end_removes_what_it_was_writing(tmp_path: Path) -> None:
    scratch, other = part_path(tmp_path, ".raster"), tmp_path / "other"
    scratch.touch()
    other.touch()
    track_part(scratch)
    with tracked_part(part_path(tmp_path, ".png")) as _:
        remove_own_parts()
    assert list(tmp_path.iterdir()) == [other]
