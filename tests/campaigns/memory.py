"""Sixty megapixels under limits of memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyvips

from tests.campaigns.program import command
from tests.campaigns.report import Report

COUNT = 4
_WIDTH_PX, _HEIGHT_PX = 9000, 6667


def attack(folder: Path, *, count: int, seed: int) -> Report:
    """Enlarge one picture twice over under ``count`` limits from 1 to 3 GiB of address space."""
    report = Report("memory")
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (40, 54, 3), dtype=np.uint8)
    image = pyvips.Image.new_from_memory(coarse.tobytes(), 54, 40, 3, "uchar")
    photo = folder / "panorama.jpg"
    large = image.resize(_WIDTH_PX / 54, vscale=_HEIGHT_PX / 40)
    large.copy(interpretation="srgb").jpegsave(str(photo), Q=85)
    for number in range(count):
        report.tried += 1
        limit = int(2**30 * (1 + 2 * number / max(count - 1, 1)))
        words = ["upscale", photo, "-o", folder / f"out-{number}", "--scale", "1.5"]
        words += ["--model", "mfa-xs-x4", "--threads", "1"]
        done = command(words, folder / "home", timeout_s=900, memory_bytes=limit)
        if not done.is_clean:
            report.blame("memory", f"{limit / 2**20:.0f} MiB: {(done.err or done.out)[-200:]}")
        else:
            peak = done.peak_bytes / 2**20
            report.count(f"{limit / 2**20:.0f} MiB: code {done.code}, peak {peak:.0f} MiB")
    return report
