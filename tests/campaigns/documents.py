"""Damaged documents: cards, recipes, weights, run folders, and what the window keeps."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from typing_extensions import override

from tests.campaigns.damage import damaged
from tests.campaigns.program import command, window
from tests.campaigns.report import Report
from tests.helpers.catalogs import put_model
from tests.helpers.training import write_photos

COUNT = 200

HOSTILE_TEXTS = (
    b"", b"\0", b"null", b"[]", b"{}", b"{", b"[" * 50_000, b'{"a":' * 5_000, b"\xff\xfe\xff",
    b'{"id": "a\\u0000b"}', b'{"macs": ' + b"9" * 5_000 + b"}", b'{"version": 1e999}',
    b'{"schema": 999, "items": 7}', b'"text"', b"NaN", b'{"items": [null, 3, {"path": 5}]}',
)  # fmt: skip

YAML_BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (97 + n, 97 + n, b",".join([b"*%c" % (96 + n)] * 9)) for n in range(1, 10)
)

_RECIPE = """
name: tiny
data: {{folder: {photos}, cache_folder: {cache}, patch_px: 8, batch_size: 2}}
schedule: {{steps: 2}}
generator: {{family: mfanet, scale: 2, channels: 4, blocks: 1}}
threads: 1
"""


def attack(folder: Path, *, count: int, seed: int) -> Report:
    """Try ``count`` documents, shared among the kinds."""
    report = Report("documents")
    random = np.random.default_rng(seed)
    share = max(count // 6, 1)
    for kind in (_cards, _recipes, _weights, _runs, _window_files):
        place = folder / kind.__name__.strip("_")
        place.mkdir()
        kind(report, place, share * (2 if kind is _recipes else 1), random)
    return report


def _texts(whole: bytes, count: int, random: np.random.Generator) -> list[bytes]:
    own = [*HOSTILE_TEXTS, YAML_BOMB]
    order = random.permutation(len(own))
    texts = [own[n] for n in order[: max(count // 2, 1)]]
    return texts + [damaged(whole, random) for _ in range(count - len(texts))]


def _cards(report: Report, folder: Path, count: int, random: np.random.Generator) -> None:
    home = folder / "home"
    models = home / "data" / "models"
    put_model(models, "good")
    whole = (models / "good.json").read_bytes()
    for text in _texts(whole, count, random):
        report.tried += 1
        (models / "evil.json").write_bytes(text)
        done = command(["models", "--json"], home)
        if not done.is_clean or '"good"' not in done.out:
            report.blame("card hides the rest", f"{text[:60]!r}: {(done.err or done.out)[-150:]}")
        else:
            report.count("other models stay")
    (models / "evil.json").unlink()


def _recipes(report: Report, folder: Path, count: int, random: np.random.Generator) -> None:
    photos = write_photos(folder / "photos")
    whole = _RECIPE.format(photos=photos, cache=folder / "cache").encode()
    for number, text in enumerate(_texts(whole, count, random)):
        report.tried += 1
        path = folder / f"r{number}.yaml"
        path.write_bytes(text)
        words = ["train", path, "--runs", folder / "runs", "--set", "schedule.steps=1"]
        done = command(words, folder / "home", timeout_s=90, memory_bytes=12 * 2**30)
        if not done.is_clean:
            report.blame("recipe", f"{text[:80]!r}: {(done.err or done.out)[-200:]}")
        else:
            report.count("trained" if done.code == 0 else "refused")


class _Harm:
    """Leaves a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @override
    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.path),)


def _weights(report: Report, folder: Path, count: int, random: np.random.Generator) -> None:
    photos = write_photos(folder / "photos")
    recipe = folder / "recipe.yaml"
    recipe.write_text(_RECIPE.format(photos=photos, cache=folder / "cache"), encoding="utf-8")
    made = command(["train", recipe, "--into", folder / "run"], folder / "home")
    assert made.code == 0, made.err
    files = sorted((folder / "run" / "checkpoints").rglob("averaged.safetensors"))
    whole, mark = files[0].read_bytes(), folder / "pickle-was-opened"
    for number in range(count):
        report.tried += 1
        suffix = (".safetensors", ".pth", ".pt", ".onnx", ".npz")[number % 5]
        path = folder / f"w{number}{suffix}"
        is_pickle = number % 3 == 0
        path.write_bytes(pickle.dumps(_Harm(mark)) if is_pickle else damaged(whole, random))
        words = ["train", recipe, "--runs", folder / "runs", "--set", f"init_weights={path}"]
        done = command(words, folder / "home")
        if mark.exists():
            report.blame("unpickled", path.name)
            mark.rmdir()
        elif not done.is_clean or (is_pickle and done.code == 0):
            report.blame("weights", f"{path.name}: {(done.err or done.out)[-200:]}")
        else:
            report.count("trained" if done.code == 0 else "refused")


def _runs(report: Report, folder: Path, count: int, random: np.random.Generator) -> None:
    photos = write_photos(folder / "photos")
    recipe = folder / "recipe.yaml"
    recipe.write_text(_RECIPE.format(photos=photos, cache=folder / "cache"), encoding="utf-8")
    runs = folder / "runs"
    runs.mkdir()
    for name in ("good", "evil"):
        assert command(["train", recipe, "--into", runs / name], folder / "home").code == 0
    whole = folder / "whole"
    shutil.copytree(runs / "evil", whole)
    names = [p.relative_to(whole) for p in sorted(whole.rglob("*")) if p.is_file()]
    for number in range(count):
        report.tried += 1
        shutil.rmtree(runs / "evil")
        shutil.copytree(whole, runs / "evil")
        path = runs / "evil" / names[number % len(names)]
        texts = _texts(path.read_bytes(), 2, random)
        path.write_bytes(texts[number % 2])
        words = (["runs", "list"], ["runs", "show", "evil"], ["resume", "evil"])
        for word in words:
            done = command([*word, "--runs", runs], folder / "home", memory_bytes=12 * 2**30)
            if not done.is_clean or (word == words[0] and "good" not in done.out):
                report.blame("run", f"{path.name}, {word[0]}: {(done.err or done.out)[-200:]}")
                break
        else:
            report.count("told or refused")


def _window_files(report: Report, folder: Path, count: int, random: np.random.Generator) -> None:
    names = ("settings.json", "queue.json", "session.json")
    photos = write_photos(folder / "photos")
    items = [{"path": str(photos / f"{n}.png"), "state": "waiting"} for n in range(3)]
    whole = json.dumps({"version": 1, "items": items}).encode()
    for number, text in enumerate(_texts(whole, count, random)):
        report.tried += 1
        home = folder / f"home-{number}"
        (home / "config").mkdir(parents=True)
        path = home / "config" / names[number % 3]
        path.write_bytes(text)
        done = window(home)
        kept = [p.read_bytes() for p in path.parent.glob(f"{path.name}*")]
        if done.code != 0 or "Traceback" in done.err:
            report.blame("window", f"{path.name} {text[:60]!r}: {done.err[-200:]}")
        elif path.name == "queue.json" and text not in kept and text not in {b"", b"{}"}:
            report.count("replaced by a sound one")
        else:
            report.count("window opens")
