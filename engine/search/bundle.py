"""A search as a folder to hand on: all candidates as data, some of its front as models.

It has the form of a run folder and is read like one, without torch and without the supernet.

    recipe.yaml  reference.json  profile.json  events.jsonl  status.json
    candidates/<id>/genes.json  metrics.json            every candidate
                    measured.json  thumbnail.webp       chosen members of the front
                    model/<model>.onnx  <model>.json
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import torch
from PIL import Image

from engine.config.search import SearchRecipe
from engine.config.search_file import dump_search
from engine.core.atomic_file import atomic_path, make_folder, write_bytes_atomic
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, OutputExistsError
from engine.core.images import ImageU8
from engine.data.downsampling import downsample_bicubic
from engine.imaging.codecs.rgb8 import load_rgb8
from engine.runs.candidate_files import CandidateRecord
from engine.runs.measured_latency import MEASURED
from engine.search.front import front_of
from engine.search.job import open_job
from engine.search.pick import Pick

_KEPT = ("reference.json", "profile.json", "events.jsonl", "status.json")
_THUMBNAIL_PX = 192
_QUALITY = 85


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What was written.

    Attributes:
        folder: The folder.
        ids: The candidates that have models.
        size_mb: Size of all files, in 10^6 bytes.
    """

    folder: Path
    ids: tuple[str, ...]
    size_mb: float


def write_bundle(
    run: Path,
    folder: Path,
    *,
    members: int,
    photo: Path,
    token: CancelToken,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Bundle:
    """Write a search into a new folder.

    Args:
        run: Its run folder.
        folder: The folder to make.
        members: How many members of the front become models, evenly spread along it.
        photo: Photo whose middle the thumbnails show.
        token: Stops between two members.
        progress: Receives the number of finished members and of all.

    Raises:
        OutputExistsError: If the folder exists.
        ConfigError: If the search cannot be opened or the photo is too small.
        JobCancelled: If the token was cancelled.
    """
    if folder.exists():
        raise OutputExistsError(f"{folder}: exists already; name a new folder")
    job = open_job(run)
    lr = _middle(load_rgb8(photo), scale=job.evaluator.scale, photo=photo)
    records = job.worker.files.all()
    chosen = spread(front_of(records, job.objectives), members)
    make_folder(folder)
    write_bytes_atomic(folder / "recipe.yaml", dump_search(_without_places(job.recipe)).encode())
    for name in _KEPT:
        if (run / name).is_file():
            shutil.copyfile(run / name, folder / name)
    for record in records:
        _copy(job.worker.files.path(record.id), folder, ("genes.json", "metrics.json"))
    for done, record in enumerate(chosen, start=1):
        token.check()
        picked = Pick(job=job, record=record, folder=job.worker.files.path(record.id))
        picked.measure()
        _copy(picked.folder, folder, (MEASURED,))
        target = folder / "candidates" / record.id
        picked.export(folder=target / "model")
        _write_thumbnail(picked, lr, target / "thumbnail.webp")
        progress(done, len(chosen))
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    ids = tuple(record.id for record in chosen)
    return Bundle(folder=folder, ids=ids, size_mb=size / 1e6)


def spread(members: Sequence[CandidateRecord], count: int) -> list[CandidateRecord]:
    """Return as many members of a front, evenly spread, with both ends."""
    places = np.linspace(0, len(members) - 1, num=min(count, len(members))).round().astype(int)
    return [members[place] for place in dict.fromkeys(places.tolist())]


def _without_places(recipe: SearchRecipe) -> SearchRecipe:
    """Return the recipe without folders of this machine, which are private."""
    tree = msgspec.to_builtins(recipe)
    return msgspec.convert({**_without_folders(tree), "storage": None}, SearchRecipe)


def _without_folders(tree: dict[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in tree.items():
        if isinstance(value, dict):
            found[name] = _without_folders(value)
        else:
            is_path = isinstance(value, str) and "/" in value
            found[name] = Path(str(value)).name if is_path else value
    return found


def _middle(hr: ImageU8, *, scale: int, photo: Path) -> ImageU8:
    """Return the LR picture of the middle of a photo."""
    side = _THUMBNAIL_PX - _THUMBNAIL_PX % scale
    height, width = hr.shape[:2]
    if min(height, width) < side:
        raise ConfigError(f"{photo}: a photo for thumbnails has sides of at least {side} pixels")
    top, left = (height - side) // 2, (width - side) // 2
    return downsample_bicubic(hr[top : top + side, left : left + side], scale)


def _write_thumbnail(picked: Pick, lr: ImageU8, path: Path) -> None:
    batch = torch.from_numpy(lr.astype(np.float32) / 255).permute(2, 0, 1)[None]
    with torch.inference_mode():
        sr = picked.final()(batch)[0].clamp(0, 1)
    pixels = (sr.permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
    with atomic_path(path) as part:
        Image.fromarray(pixels).save(part, format="WEBP", quality=_QUALITY)


def _copy(source: Path, folder: Path, names: Sequence[str]) -> None:
    target = folder / "candidates" / source.name
    make_folder(target)
    for name in names:
        shutil.copyfile(source / name, target / name)
