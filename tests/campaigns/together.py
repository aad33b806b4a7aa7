"""Many processes at once: in one folder of results, on one claim, in one run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.campaigns.program import Done, finish, start
from tests.campaigns.report import Report
from tests.helpers.training import write_photos

COUNT = 10
_MODEL = ("--model", "mfa-xs-x4", "--json")


def attack(folder: Path, *, count: int, seed: int) -> Report:
    """Let ``count`` processes work at once, under each policy."""
    report = Report("together")
    random = np.random.default_rng(seed)
    for policy in ("number", "skip", "replace"):
        _batches(report, folder / policy, count, policy)
    for number in range(4):
        _claims(report, folder / f"claims-{number}", count, random)
        _resumes(report, folder / f"resumes-{number}")
    return report


def _together(words: Sequence[Sequence[object]], folder: Path) -> list[Done]:
    homes = [folder / f"home-{n}" for n in range(len(words))]
    started = [
        start(["engine.cli.main", *own], home) for own, home in zip(words, homes, strict=True)
    ]
    return [finish(p, home, timeout_s=300) for p, home in zip(started, homes, strict=True)]


def _batches(report: Report, folder: Path, count: int, policy: str) -> None:
    photos = write_photos(folder / "in", count=6, side_px=64)
    own = ["upscale", photos, "-o", folder / "out", "--collision", policy, *_MODEL]
    ended = _together([own] * count, folder)
    report.tried += count
    told: list[Path] = []
    for done in ended:
        if not done.is_clean or done.code != 0:
            report.blame(policy, (done.err or done.out)[-200:])
        events = [e for e in done.events() if e["event"] == "photo" and e["outcome"] == "done"]
        told += [Path(event["output"]) for event in events]
    missing = [path.name for path in told if not path.is_file()]
    if missing:
        report.blame(policy, f"told and not there: {missing[:5]}")
    if policy == "number" and len(set(told)) != len(told):
        report.blame(policy, "one name was given twice")
    left = [p.name for p in (folder / "out").glob(".*")]
    if left:
        report.blame(policy, f"left behind: {left[:5]}")
    report.count(f"{policy}: results", len(set(told)))


def _claims(report: Report, folder: Path, count: int, random: np.random.Generator) -> None:
    """All want one file name, for photos of their own."""
    folder.mkdir()
    words = []
    for number in range(count):
        photos = write_photos(
            folder / f"in-{number}", count=1, side_px=int(random.integers(40, 90))
        )
        words.append(["upscale", photos / "0.png", "-o", folder / "out" / "one.png", *_MODEL])
    ended = _together(words, folder)
    report.tried += count
    told = [e["output"] for d in ended for e in d.events() if e.get("outcome") == "done"]
    there = {str(path) for path in (folder / "out").glob("[!.]*")}
    if len(told) != len(set(told)) or set(told) != there:
        report.blame("claims", f"told {len(told)}, there {len(there)}")
    report.count("claims: results", len(there))


def _resumes(report: Report, folder: Path) -> None:
    photos = write_photos(folder / "photos")
    recipe = folder / "recipe.yaml"
    recipe.write_text(
        f"name: tiny\ndata: {{folder: {photos}, cache_folder: {folder / 'cache'}, patch_px: 8, "
        "batch_size: 2}\nschedule: {steps: 3000}\ncheckpoint_every: 20\nlog_every: 1\nthreads: 1\n"
        "generator: {family: mfanet, scale: 2, channels: 4, blocks: 1}\n",
        encoding="utf-8",
    )
    run = folder / "run"
    home = folder / "home"
    first = start(["engine.cli.main", "train", recipe, "--into", run, "--json"], home)
    while first.poll() is None and not (run / "checkpoints" / "last").exists():
        pass
    is_begun = first.poll() is None
    first.kill()
    first.wait()
    report.tried += 1
    if not is_begun:
        # Then there is nothing to go on with, and no resume is to blame.
        told = (home / "out").read_text(errors="replace") + (home / "err").read_text(
            errors="replace"
        )
        report.blame(
            "resumes", f"the run ended by itself, exit code {first.returncode}: {told[-200:]}"
        )
        return
    homes = [folder / "a", folder / "b"]
    both = [start(["engine.cli.main", "resume", run, "--json"], own) for own in homes]
    ended = [finish(process, own, timeout_s=240) for process, own in zip(both, homes, strict=True)]
    codes = sorted(done.code if done.code is not None else -1 for done in ended)
    # One that comes when the other has finished finds nothing to do, and is right too.
    worked = sum(any(e.get("kind") == "progress" for e in done.events()) for done in ended)
    if codes[0] != 0 or worked != 1 or not all(done.is_clean for done in ended):
        report.blame("resumes", f"exit codes {codes}: {[(d.out + d.err)[-200:] for d in ended]}")
    else:
        report.count("resumes: one refused" if codes[1] else "resumes: one found it finished")
