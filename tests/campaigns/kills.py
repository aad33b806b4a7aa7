"""``kill -9`` at random moments: nothing half-written stands, and the next run finishes."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from engine.catalog.card_file import read_card
from engine.core.file_hash import hash_file
from tests.campaigns.program import command, start
from tests.campaigns.report import Report
from tests.helpers.catalogs import put_model
from tests.helpers.tiny_onnx import write_tiny_onnx
from tests.helpers.training import write_photos

COUNT = 60

Judge = Callable[[Report, int], None]


def attack(folder: Path, *, count: int, seed: int) -> Report:
    """Kill each kind of work ``count`` times."""
    report = Report("kills")
    random = np.random.default_rng(seed)
    for kind in (_upscale, _batch, _train, _import, _export):
        place = folder / kind.__name__.strip("_")
        place.mkdir()
        kind(report, place, count, random)
    return report


def _kill_once(words: Sequence[object], home: Path, after_s: float) -> bool:
    """Start the program, kill it after a while, and return whether it was still running."""
    process = start(["engine.cli.main", *words], home)
    time.sleep(after_s)
    was_running = process.poll() is None
    process.kill()
    process.wait()
    return was_running


@dataclass(frozen=True)
class _Work:
    """What is killed over and over.

    Attributes:
        name: Of the kind of work.
        words: The command.
        home: Where it keeps its own.
    """

    name: str
    words: Sequence[object]
    home: Path

    def rounds(self, report: Report, count: int, random: np.random.Generator, judge: Judge) -> None:
        """Kill it at moments spread over how long it takes, and judge after each."""
        begun = time.monotonic()
        first = command(self.words, self.home)
        whole_s = time.monotonic() - begun
        assert first.code == 0, first.err
        for number in range(count):
            report.tried += 1
            moment_s = float(random.uniform(0.05, 1.05)) * whole_s
            was_running = _kill_once(self.words, self.home, moment_s)
            report.count(f"{self.name}: killed" if was_running else f"{self.name}: had ended")
            judge(report, number)


def _is_whole(path: Path) -> bool:
    try:
        with Image.open(path) as image:
            image.load()
    except Exception:  # noqa: BLE001 - whatever it is, the file is not whole
        return False
    return True


def _leftovers(folder: Path) -> list[Path]:
    return [p for p in folder.rglob(".*") if p.name not in {".", ".."}]


def _upscale(report: Report, folder: Path, count: int, random: np.random.Generator) -> None:
    photo, out, home = folder / "photo.png", folder / "out", folder / "home"
    codes = random.integers(80, 170, (700, 900, 3), dtype=np.uint8)
    Image.fromarray(codes).save(photo, compress_level=1)
    words = ["upscale", photo, "-o", out, "--model", "mfa-xs-x4", "--format", "jpeg"]

    def judge(report: Report, number: int) -> None:
        broken = [p.name for p in out.glob("*.jpg") if not _is_whole(p)]
        if broken:
            report.blame("half-written", f"upscale {number}: {broken}")
        if number % 10 == 9:
            done = command(words, home)
            if done.code != 0 or _leftovers(out):
                report.blame("leftovers", f"upscale {number}: {_leftovers(out)} {done.err[-100:]}")
            shutil.rmtree(out)

    _Work("upscale", words, home).rounds(report, count, random, judge)


def _batch(report: Report, folder: Path, count: int, random: np.random.Generator) -> None:
    photos = write_photos(folder / "in", count=12, side_px=160)
    home = folder / "home"
    for number in range(count):
        report.tried += 1
        out = folder / f"out-{number}"
        words = ["upscale", photos, "-o", out, "--model", "mfa-xs-x4", "--resume"]
        was_running = _kill_once(words, home, float(random.uniform(0.3, 3.0)))
        report.count("batch: killed" if was_running else "batch: had ended")
        done = command(words, home)
        results = sorted(p.name for p in out.glob("*.png"))
        if done.code != 0 or len(results) != 12 or not all(_is_whole(out / r) for r in results):
            report.blame(
                "batch", f"{number}: {len(results)} results {results[-3:]} {done.err[-150:]}"
            )
        elif _leftovers(out):
            report.blame("leftovers", f"batch {number}: {_leftovers(out)}")
        shutil.rmtree(out)


def _train(report: Report, folder: Path, count: int, random: np.random.Generator) -> None:
    photos, home = write_photos(folder / "photos"), folder / "home"
    recipe = folder / "recipe.yaml"
    recipe.write_text(
        f"name: tiny\ndata: {{folder: {photos}, cache_folder: {folder / 'cache'}, patch_px: 8, "
        "batch_size: 2}\nschedule: {steps: 60}\ncheckpoint_every: 3\nlog_every: 1\nthreads: 1\n"
        "generator: {family: mfanet, scale: 2, channels: 4, blocks: 1}\n",
        encoding="utf-8",
    )
    whole = folder / "whole"
    begun = time.monotonic()
    assert command(["train", recipe, "--into", whole], home).code == 0
    whole_s = time.monotonic() - begun
    expected = hash_file(_last_weights(whole))
    for number in range(count):
        report.tried += 1
        run = folder / f"run-{number}"
        moment_s = float(random.uniform(0.3, 1.0)) * whole_s
        was_running = _kill_once(["train", recipe, "--into", run], home, moment_s)
        report.count("train: killed" if was_running else "train: had ended")
        if not (run / "recipe.yaml").exists():
            report.count("train: before the run began")
            continue
        done = command(["resume", run], home)
        if done.code != 0 or hash_file(_last_weights(run)) != expected:
            report.blame("train", f"{number}: other weights than the whole run; {done.err[-150:]}")
        shutil.rmtree(run)


def _last_weights(run: Path) -> Path:
    last = (run / "checkpoints" / "last").read_text(encoding="utf-8").strip()
    return run / "checkpoints" / last / "averaged.safetensors"


def _import(report: Report, folder: Path, count: int, random: np.random.Generator) -> None:
    home = folder / "home"
    source = write_tiny_onnx(folder / "own.onnx", scale=2)
    for number in range(count):
        report.tried += 1
        words = ["models", "import", source, "--id", f"own-{number}"]
        was_running = _kill_once(words, home, float(random.uniform(0.1, 2.5)))
        report.count("import: killed" if was_running else "import: had ended")
        listed = command(["models", "--json"], home)
        models = home / "data" / "models"
        odd = [card.name for card in models.glob("*.json") if not _card_fits(card)]
        if not listed.is_clean or odd:
            report.blame("import", f"{number}: {odd} {listed.err[-150:]}")
    command(["models", "import", source, "--id", "last"], home)
    if _leftovers(home / "data" / "models"):
        report.blame("leftovers", f"import: {_leftovers(home / 'data' / 'models')}")


def _card_fits(path: Path) -> bool:
    card = read_card(path)
    return all(hash_file(path.parent / file.file) == file.sha256 for file in card.files)


def _export(report: Report, folder: Path, count: int, random: np.random.Generator) -> None:
    photos, home = write_photos(folder / "photos", side_px=96), folder / "home"
    recipe, models = folder / "recipe.yaml", folder / "models"
    put_model(models, "other")
    recipe.write_text(
        f"name: tiny\ndata: {{folder: {photos}, cache_folder: {folder / 'cache'}, patch_px: 8, "
        "batch_size: 2}\nschedule: {steps: 2}\nthreads: 1\n"
        "generator: {family: mfanet, scale: 2, channels: 4, blocks: 1}\n",
        encoding="utf-8",
    )
    assert command(["train", recipe, "--into", folder / "run"], home).code == 0
    words = ["export", folder / "run", "--calibrate", photos, "--benchmark", photos]
    words += ["--id", "tiny", "--to", models, "--replace"]

    def judge(report: Report, number: int) -> None:
        cards = list(models.glob("*.json"))
        if not all(_card_fits(card) for card in cards) or len(cards) != 2:
            report.blame("export", f"{number}: card and weights do not fit")

    _Work("export", words, home).rounds(report, count, random, judge)
    assert command(words, home).code == 0
    if _leftovers(models):
        report.blame("leftovers", f"export: {_leftovers(models)}")
