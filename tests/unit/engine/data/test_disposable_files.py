from __future__ import annotations

import os
from pathlib import Path

from engine.core.leftovers import LEFTOVER_SUFFIX, part_path
from engine.data.disposable_files import cached_bytes, find_disposable_files
from engine.runs.run_folder import RunFolder

CACHED = "0" * 64 + ".npy"


def fill(tmp_path: Path) -> tuple[Path, Path]:
    """Return runs and a photo cache with decoded photos, parts of them, and other files."""
    runs, cache = tmp_path / "runs", tmp_path / "cache"
    (cache / "rgb8" / "00").mkdir(parents=True)
    (cache / "rgb8" / "00" / CACHED).write_bytes(b"12345")
    part = cache / "rgb8" / f".1-00000000-00000000.npy{LEFTOVER_SUFFIX}"
    part.write_bytes(b"123")
    os.utime(part, (0, 0))  # of another computer, untouched for longer than a day
    (cache / "holiday.png").write_bytes(b"mine")
    run = RunFolder.create_at(runs / "a", recipe_yaml="name: a\n")
    (run.checkpoints / "step-4.part").mkdir()
    (run.checkpoints / "step-4.part" / "generator.safetensors").write_bytes(b"1234")
    (run.checkpoints / "step-2").mkdir()
    return runs, cache


def test_decoded_photos_and_unfinished_files_are_found_with_their_size(tmp_path: Path) -> None:
    runs, cache = fill(tmp_path)

    found = find_disposable_files(runs, cache)

    assert [path.name for path in found.cached] == [CACHED]
    assert sorted(path.name.rpartition(".")[2] for path in found.parts) == ["mfagan-part", "part"]
    assert found.bytes == 5 + 3 + 4
    assert cached_bytes(cache) == 5 + 3


def test_only_they_are_deleted(tmp_path: Path) -> None:
    runs, cache = fill(tmp_path)
    being_written = part_path(cache, ".npy")
    being_written.write_bytes(b"1")

    find_disposable_files(runs, cache).delete()

    kept = sorted(path.name for path in cache.rglob("*") if path.is_file())
    assert kept == sorted(["holiday.png", being_written.name])
    assert [path.name for path in (runs / "a" / "checkpoints").iterdir()] == ["step-2"]
    assert (runs / "a" / "recipe.yaml").is_file()


def test_checkpoints_of_a_running_run_are_kept(tmp_path: Path) -> None:
    runs, cache = fill(tmp_path)
    run = RunFolder.open(runs / "a")
    run.write_status("running")

    with run.locked():
        found = find_disposable_files(runs, cache)

    assert [path.name.rpartition(".")[2] for path in found.parts] == ["mfagan-part"]


def test_there_is_nothing_to_delete_where_there_is_nothing(tmp_path: Path) -> None:
    found = find_disposable_files(tmp_path / "runs", tmp_path / "cache")

    assert (found.cached, found.parts, found.bytes) == ((), (), 0)
