"""Programs whose reader goes away, or that never had one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.training import write_photos
from tests.unit.engine.cli.conftest import write_photo


def run_unread(words: list[object], *, unread: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command one of whose streams is a pipe that was closed at its other end."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, unread: writer}
        done: subprocess.CompletedProcess[bytes] = subprocess.run(
            [sys.executable, "-m", "engine.cli.main", *map(str, words)],
            check=False,
            **streams,  # type: ignore[call-overload]
        )
        return done
    finally:
        os.close(writer)


@pytest.mark.parametrize(
    ("is_json", "unread"), [(True, "stdout"), (False, "stdout"), (False, "stderr")]
)
def test_a_batch_continues_without_a_reader(
    tmp_path: Path, tiny: str, is_json: bool, unread: str
) -> None:
    for name in ("a.png", "b.png", "c.png"):
        write_photo(tmp_path / "in" / name)
    words = ["upscale", tmp_path / "in", "-o", tmp_path / "out", "--model", tiny]
    done = run_unread([*words, *["--json"] * is_json], unread=unread)
    assert done.returncode == 0
    assert b"Traceback" not in (done.stderr or b"")
    assert len(list((tmp_path / "out").iterdir())) == 3


def test_the_exit_code_is_that_of_the_batch_and_not_of_its_reader(
    tmp_path: Path, tiny: str
) -> None:
    write_photo(tmp_path / "in" / "a.png")
    (tmp_path / "in" / "b.png").write_bytes(b"no photo")
    words = ["upscale", tmp_path / "in", "-o", tmp_path / "out", "--model", tiny, "--json"]
    assert run_unread(words, unread="stdout").returncode == 1


def test_a_training_run_continues_without_a_reader(tmp_path: Path) -> None:
    photos = write_photos(tmp_path / "photos")
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(
        f"name: unread\ndata: {{folder: {photos}, cache_folder: {tmp_path / 'cache'}, "
        "patch_px: 8, batch_size: 2}\nschedule: {steps: 3}\nlog_every: 1\nthreads: 1\n"
        "generator: {family: mfanet, scale: 2, channels: 4, blocks: 1}\n",
        encoding="utf-8",
    )
    words = ["train", recipe, "--into", tmp_path / "run", "--json"]
    done = run_unread(words, unread="stdout")
    assert done.returncode == 0
    assert '"finished"' in (tmp_path / "run" / "events.jsonl").read_text(encoding="utf-8")


@pytest.mark.skipif(os.name != "posix", reason="only POSIX shells close streams")
def test_a_batch_works_without_any_stream(tmp_path: Path, tiny: str) -> None:
    write_photo(tmp_path / "in" / "a.png")
    words = ["upscale", tmp_path / "in", "-o", tmp_path / "out", "--model", tiny, "--json"]
    command = ['exec "$@" >&- 2>&-', "sh", sys.executable, "-m", "engine.cli.main"]
    done = subprocess.run(["sh", "-c", *command, *map(str, words)], check=False)
    assert done.returncode == 0
    assert len(list((tmp_path / "out").iterdir())) == 1
