"""Hostile pictures: every format, damaged, in folders; one bad photo never ends a batch."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from tests.campaigns.damage import damaged
from tests.campaigns.program import Done, command
from tests.campaigns.report import Report

COUNT = 1100
_FOLDER = 25


def attack(folder: Path, *, count: int, seed: int) -> Report:
    """Enlarge ``count`` damaged pictures, 25 a batch."""
    report = Report("pictures")
    random = np.random.default_rng(seed)
    sources = list(_sources())
    number = 0
    while number < count:
        batch = folder / f"in-{number}"
        batch.mkdir()
        names = []
        for _ in range(min(_FOLDER, count - number)):
            suffix, content = sources[number % len(sources)]
            name = f"p{number:05d}{suffix}"
            (batch / name).write_bytes(damaged(content, random))
            names.append(name)
            number += 1
        words = ["upscale", batch, "-o", folder / "out", "--model", "mfa-xs-x4", "--json"]
        done = command([*words, "--scale", "2"], folder / "home", timeout_s=180)
        _judge(report, done, names)
    return report


def _judge(report: Report, done: Done, names: list[str]) -> None:
    report.tried += len(names)
    events = done.events()
    photos = [event for event in events if event["event"] == "photo"]
    if done.code is None:
        report.blame("hang", f"{names[0]} … {names[-1]}: {done.seconds:.0f} s")
    elif not done.is_clean or not events or events[-1]["event"] != "finished":
        report.blame(
            "ended the batch", f"{names[0]} … {names[-1]}: {(done.err or done.out)[-300:]}"
        )
    unseen = set(names) - {Path(event["photo"]).name for event in photos}
    if unseen and done.code is not None:
        report.blame("not mentioned", ", ".join(sorted(unseen)[:5]))
    for event in photos:
        _judge_photo(report, event)


def _judge_photo(report: Report, event: dict[str, object]) -> None:
    name = Path(str(event["photo"])).name
    if event["outcome"] == "done":
        result = Path(str(event["output"]))
        report.count("done") if result.is_file() else report.blame("no result", name)
    elif event.get("code") in {None, "unexpected", "engine"}:
        report.blame("unexpected", f"{name}: {event.get('text')}")
    elif name not in str(event.get("text")):
        report.blame("not named", f"{name}: {event.get('text')}")
    else:
        report.count("refused")


def _sources() -> Iterator[tuple[str, bytes]]:
    """Yield whole pictures of every format that Pillow writes, and of kinds of each."""
    random = np.random.default_rng(1)
    coarse = Image.fromarray(random.integers(0, 256, (6, 8, 3), dtype=np.uint8))
    rgb = coarse.resize((40, 30), Image.Resampling.BICUBIC)
    deep = Image.fromarray(np.asarray(rgb.convert("L")).astype(np.uint16) * 257)
    exif = Image.Exif()
    exif[0x010E], exif[0x0112], exif[0x011A] = "a description", 6, 300.0
    text = PngImagePlugin.PngInfo()
    text.add_text("Title", "a title")
    kinds: list[tuple[str, Image.Image, dict[str, object]]] = [
        ("jpg", rgb, {"exif": exif}),
        ("jpg", rgb, {"progressive": True}),
        ("jpg", rgb.convert("CMYK"), {}),
        ("jpg", rgb.convert("L"), {}),
        ("png", rgb, {"pnginfo": text}),
        ("png", rgb.convert("RGBA"), {}),
        ("png", rgb.convert("P"), {}),
        ("png", deep, {}),
        ("tif", rgb, {"compression": "tiff_lzw"}),
        ("tif", rgb, {"compression": "tiff_adobe_deflate"}),
        ("tif", deep, {}),
        ("tif", rgb.convert("1"), {"compression": "group4"}),
        ("webp", rgb, {"exif": exif}),
        ("webp", rgb.convert("RGBA"), {"lossless": True}),
        ("avif", rgb, {}),
        ("bmp", rgb, {}),
        ("bmp", rgb.convert("P"), {}),
        ("gif", rgb.convert("P"), {}),
        ("ppm", rgb, {}),
        ("pgm", rgb.convert("L"), {}),
    ]
    for suffix, image, options in kinds:
        stream = io.BytesIO()
        form = {"jpg": "jpeg", "tif": "tiff", "pgm": "ppm"}.get(suffix, suffix)
        image.save(stream, format=form, **options)
        yield f".{suffix}", stream.getvalue()
    yield from _extras(rgb)


def _extras(rgb: Image.Image) -> Iterator[tuple[str, bytes]]:
    """Yield HEIC and JPEG XL, which the development environment can write."""
    import imagecodecs
    import pillow_heif

    stream = io.BytesIO()
    pillow_heif.from_pillow(rgb).save(stream)
    yield ".heic", stream.getvalue()
    yield ".jxl", bytes(imagecodecs.jpegxl_encode(np.asarray(rgb)))
