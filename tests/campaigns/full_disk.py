"""A disk that fills at every stage: a plain message, nothing lost, and a resume that finishes."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.campaigns.program import command
from tests.campaigns.report import Report
from tests.helpers.tiny_onnx import write_tiny_onnx
from tests.helpers.training import write_photos

COUNT = 40


def attack(folder: Path, *, count: int, seed: int) -> Report:
    """Let upscale, batch, training and import meet a full disk, ``count`` times in all."""
    report = Report("full_disk")
    if subprocess.run(["unshare", "-m", "true"], check=False).returncode:
        report.count("not run: mounting needs root")
        return report
    random = np.random.default_rng(seed)
    photos = write_photos(folder / "photos", count=6, side_px=200)
    for number in range(count):
        small = folder / f"disk-{number}"
        with _disk(small, size_kib=int(random.integers(8, 900))):
            kind = (_batch, _train, _import)[number % 3]
            kind(report, folder, small, photos, number)
    return report


@contextlib.contextmanager
def _disk(path: Path, *, size_kib: int) -> Iterator[None]:
    """Mount a file system of ``size_kib`` at ``path``."""
    path.mkdir()
    options = f"size={size_kib}k"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "campaign", str(path)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


def _batch(report: Report, folder: Path, small: Path, photos: Path, number: int) -> None:
    """Results, or the state of the batch, on the small disk; then resume with room."""
    report.tried += 1
    is_state = number % 2 == 0
    home = small / "home" if is_state else folder / f"home-{number}"
    out = folder / f"out-{number}" if is_state else small / "out"
    home.mkdir(parents=True, exist_ok=True)
    words = ["upscale", photos, "-o", out, "--model", "mfa-xs-x4", "--resume"]
    with contextlib.suppress(OSError):
        done = command(words, home)
        if not done.is_clean:
            report.blame("batch", f"{number}: {(done.err or done.out)[-200:]}")
    subprocess.run(["mount", "-o", "remount,size=200m", str(small)], check=True)
    again = command(words, home)
    results = sorted(p.name for p in out.glob("[!.]*"))
    if again.code != 0 or len(results) != 6:
        report.blame("batch", f"{number}: resumed to {results}: {again.err[-200:]}")
    report.count("batch: resumed")


def _train(report: Report, folder: Path, small: Path, photos: Path, number: int) -> None:
    report.tried += 1
    recipe = folder / f"recipe-{number}.yaml"
    recipe.write_text(
        f"name: tiny\ndata: {{folder: {photos}, cache_folder: {folder / 'cache'}, patch_px: 8, "
        "batch_size: 2}\nschedule: {steps: 40}\ncheckpoint_every: 2\nlog_every: 1\nthreads: 1\n"
        "generator: {family: mfanet, scale: 2, channels: 16, blocks: 2}\n",
        encoding="utf-8",
    )
    home = folder / f"home-{number}"
    run = small / "run"
    done = command(["train", recipe, "--into", run], home)
    if not done.is_clean:
        report.blame("train", f"{number}: {(done.err or done.out)[-200:]}")
    subprocess.run(["mount", "-o", "remount,size=200m", str(small)], check=True)
    if not (run / "recipe.yaml").exists():
        report.count("train: before it began")
        return
    again = command(["resume", run], home)
    if again.code != 0:
        report.blame("train", f"{number}: not resumed: {(again.err or again.out)[-200:]}")
    report.count("train: resumed")


def _import(report: Report, folder: Path, small: Path, photos: Path, number: int) -> None:
    report.tried += 1
    del photos
    home = folder / f"home-{number}"
    models = home / "data" / "models"
    models.parent.mkdir(parents=True)
    models.symlink_to(small, target_is_directory=True)
    filler = small / "filler"
    with contextlib.suppress(OSError), filler.open("wb") as file:
        file.write(bytes(max(shutil.disk_usage(small).free - 6_000, 0)))
    network = write_tiny_onnx(folder / f"net-{number}.onnx", width=16)
    done = command(["models", "import", network, "--id", "own"], home)
    listed = command(["models", "--json"], home)
    if not done.is_clean or not listed.is_clean or (done.code != 0 and '"own"' in listed.out):
        report.blame("import", f"{number}: {(done.err or done.out)[-200:]}")
    report.count("import: refused" if done.code else "import: fitted")
