"""Odd things in a folder of photos: links, loops, FIFOs, devices, sockets, names."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from tests.campaigns.program import command
from tests.campaigns.report import Report
from tests.helpers.training import write_photos

COUNT = 1

_NAMES = (
    b"latin1-\xe9.png", b"-dash.png", b"new\nline.png", b"tab\t.png", b"esc\x1b[31m.png",
    b"quote'\".png", b"{name}.png", b"[1].png", b"%s.png", b" space .png", "東京.png".encode(),
    "u\u0308.png".encode(), "\u202egnp.png".encode(), b"a" * 240 + b".png", b"CON.png",
)  # fmt: skip


def attack(folder: Path, *, count: int, seed: int) -> Report:
    """Enlarge a folder of odd things, and each alone."""
    del count, seed
    report = Report("odd_files")
    photos = write_photos(folder / "in", count=1, side_px=32)
    whole = (photos / "0.png").read_bytes()
    for raw in _NAMES:
        Path(os.fsdecode(bytes(photos) + b"/" + raw)).write_bytes(whole)
    good = len(_NAMES) + 1
    (photos / "loop-a").symlink_to("loop-b")
    (photos / "loop-b").symlink_to("loop-a")
    (photos / "loop.png").symlink_to("loop.png")
    (photos / "gone.png").symlink_to("/nowhere")
    (photos / "zero.png").symlink_to("/dev/zero")
    (photos / "up").symlink_to("..")
    os.mkfifo(photos / "pipe.png")
    (photos / "folder.png").mkdir()
    with socket.socket(socket.AF_UNIX) as unix:
        os.chdir(photos)
        unix.bind("socket.png")
    out = folder / "out"
    words = ["upscale", photos, "-o", out, "--model", "mfa-xs-x4", "-r"]
    done = command([*words, "--json"], folder / "home", timeout_s=120)
    report.tried += good
    results = list(out.rglob("[!.]*.png"))
    if not done.is_clean or len(results) != good:
        report.blame("folder", f"{len(results)} of {good} results: {(done.err or done.out)[-300:]}")
    plain = command([*words, "--collision", "skip"], folder / "home", timeout_s=120)
    if "\x1b[31m" in plain.out + plain.err:
        report.blame("terminal", "an escape code of a file name reached it")
    for name in ("loop.png", "gone.png", "zero.png", "pipe.png", "folder.png", "socket.png"):
        for words in (["upscale", photos / name, "-o", out], ["info", photos / name]):
            report.tried += 1
            alone = command(words, folder / "home", timeout_s=30)
            if not alone.is_clean or (name != "folder.png" and alone.code == 0):
                report.blame(
                    str(words[0]), f"{name}: {alone.code} {(alone.err or alone.out)[-150:]}"
                )
            else:
                report.count("refused")
    return report
