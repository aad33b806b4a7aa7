from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.config.recipes import PsnrRecipe
from tests.helpers.finished_runs import SHARED, dial_run, finished_run
from tests.helpers.training import write_photos
from tests.unit.engine.cli.conftest import RunCommand


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MFAGAN_HOME", str(tmp_path / "home"))
    return tmp_path


def psnr_rgb_db(run: Path, photo: Path) -> float:
    """Return the figure of the run's network on one photo, by torch and Pillow alone."""
    network = finished_run(run, PsnrRecipe(**SHARED)).folded()  # type: ignore[arg-type]
    with Image.open(photo) as image:
        hr = np.asarray(image).astype(float)
        lr = np.asarray(image.resize((24, 24), Image.Resampling.BICUBIC)).astype(np.float32)
    with torch.no_grad():
        sr = network(torch.from_numpy(lr.transpose(2, 0, 1)[None] / 255))[0]
    pixels = np.rint(sr.clamp(0, 1).numpy().transpose(1, 2, 0).astype(float) * 255)
    difference = (pixels - hr)[2:-2, 2:-2]
    return float(10 * np.log10(255**2 / np.mean(difference**2)))


def test_a_run_is_measured_by_its_folder_or_its_name(home: Path, mfagan: RunCommand) -> None:
    photos = write_photos(home / "set", count=1)
    run = home / "home" / "data" / "runs" / "2026-01-02-tiny-ab12"
    expected = psnr_rgb_db(run, photos / "0.png")

    for name in (run, "tiny-ab12"):
        said = mfagan("evaluate", name, "--data", photos, "--lr", "pillow", "--json")
        rows = said.events[0]["results"]
        assert [(row["model"], row["set"]) for row in rows] == [(run.name, "set")]
        assert rows[0]["psnr_rgb_db"] == pytest.approx(expected, abs=0.01)
        assert said.events[0]["models"][0]["params"] > 0


def test_a_folder_of_photos_is_still_a_set(home: Path, mfagan: RunCommand) -> None:
    photos = write_photos(home / "set", count=1)

    rows = mfagan("evaluate", "bicubic", photos, "--json").events[0]["results"]

    assert [(row["model"], row["set"]) for row in rows] == [("bicubic", "set")]


def test_a_run_without_a_checkpoint_and_an_unknown_name_are_refused(
    home: Path, mfagan: RunCommand
) -> None:
    photos = write_photos(home / "set", count=1)
    finished_run(home / "run", PsnrRecipe(**SHARED))  # type: ignore[arg-type]
    for path in sorted((home / "run" / "checkpoints").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()

    assert "has no checkpoint" in mfagan("evaluate", home / "run", "--data", photos).err
    assert "nope" in mfagan("evaluate", "nope", "--data", photos).err


def test_a_run_with_a_dial_is_measured_at_a_point(home: Path, mfagan: RunCommand) -> None:
    photos = write_photos(home / "set", count=1)
    dial_run(home / "Dial run", PsnrRecipe(**SHARED))  # type: ignore[arg-type]
    names = [f"{home / 'Dial run'}@r=0", f"{home / 'Dial run'}@r=1"]

    said = mfagan("evaluate", *names, "--data", photos, "--json")

    assert said.code == 0, said.err
    rows = said.events[0]["results"]
    assert [row["model"] for row in rows] == ["dial-run@r=0", "dial-run@r=1"]
    assert abs(rows[0]["psnr_y_db"] - rows[1]["psnr_y_db"]) > 0.1
