"""The installed program as a user runs it: processes, signals, interruptions."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.catalog.catalog import Catalog
from tests.helpers.catalogs import put_model

COMMAND = [sys.executable, "-m", "engine.cli.main"]


@pytest.fixture
def large_photo(tmp_path: Path) -> Path:
    """A photo that keeps the program busy for seconds."""
    path = tmp_path / "large.png"
    codes = np.random.default_rng(0).integers(90, 160, (1500, 1500, 3), dtype=np.uint8)
    Image.fromarray(codes).save(path, compress_level=1)
    return path


@pytest.fixture
def busy(large_photo: Path, tmp_path: Path, own_home: Path) -> Iterator[subprocess.Popen[str]]:
    """The program in the middle of a photo."""
    put_model(own_home / "data" / "models", "tiny")
    words = ["upscale", large_photo, "-o", tmp_path / "out", "--model", "tiny", "--tile", "40"]
    process = subprocess.Popen(
        [*COMMAND, *map(str, words), "--threads", "1", "--consistent", "--json"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "progress":
            break
    yield process
    process.kill()
    process.communicate()


def leftovers(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_stops_within_a_tile_and_leaves_nothing(
    busy: subprocess.Popen[str], tmp_path: Path, own_home: Path, number: signal.Signals
) -> None:
    busy.send_signal(number)
    rest, _ = busy.communicate(timeout=60)
    assert busy.returncode == 130
    assert json.loads(rest.splitlines()[-1])["code"] == "cancelled"
    assert leftovers(tmp_path / "out") == []
    assert leftovers(own_home / "cache") == []


def test_after_a_kill_there_is_no_result_and_resume_finishes(
    busy: subprocess.Popen[str], tmp_path: Path, own_home: Path
) -> None:
    busy.kill()
    busy.communicate(timeout=60)
    # Killed in the midst of the work: it neither finished nor ended by itself.
    assert busy.returncode == (1 if os.name == "nt" else -signal.SIGKILL)
    assert [p for p in leftovers(tmp_path / "out") if not p.name.startswith(".")] == []
    # The same photo, small enough now to be through at once: it changed, so it is done anew.
    Image.new("RGB", (16, 16), (120, 130, 140)).save(tmp_path / "large.png")
    words = ["upscale", "-o", tmp_path / "out", "--model", "tiny", "--tile", "40"]
    done = subprocess.run(
        [*COMMAND, *map(str, words), "--consistent", "--resume", "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["done"] == 1
    assert [p.name for p in leftovers(tmp_path / "out")] == ["large_tiny_x4.png"]
    assert leftovers(own_home / "cache") == []


def test_the_shipped_model_enlarges_a_photo_of_a_fresh_user(tmp_path: Path) -> None:
    card = Catalog.open_default().default(4)
    photo = tmp_path / "ünïcode 東京.jpg"
    Image.linear_gradient("L").resize((40, 30)).convert("RGB").save(photo, quality=95)
    done = subprocess.run(
        [*COMMAND, "upscale", str(photo), "-o", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    result = tmp_path / "out" / f"ünïcode 東京_{card.id}_x4.jpg"
    with Image.open(result) as picture:
        assert picture.size == (160, 120)
        small = np.asarray(picture.resize((40, 30), Image.Resampling.BOX), dtype=float)
    with Image.open(photo) as original:
        assert np.abs(small - np.asarray(original, dtype=float)).mean() < 3
    assert card.id in done.stdout


def test_output_for_programs_is_pure_json_also_through_a_pipe(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "models", "--json"], capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout)["models"]
    assert done.stderr == ""
