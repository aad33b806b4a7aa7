"""The photos of a run: which it trains on, which it is judged on, and that they stay the same.

A run writes down once what its photos hold. Whoever goes on with it gets the same ones or
is told what is different.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.config.recipes import TrainRecipe
from engine.core.atomic_file import write_bytes_atomic
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, UnreadableImageError
from engine.core.places import cache_folder
from engine.data.manifest import PhotoRecord, describe_changes
from engine.data.photo_files import LeftOut, find_photos, hash_photo, name_in, tell_left_out
from engine.data.photo_store import PhotoPair, PhotoStore, open_photo_store
from engine.runs.events import Event, Noted, Preparing, Warned
from engine.runs.run_folder import RunFolder
from engine.training.checkpoints import newest_checkpoint
from engine.training.processes import rank
from engine.training.samples import cut_middle

RECORD_NAME = "photos.json"

_LEAST_PHOTOS = 10  # of fewer, none can be spared
_MOST_HELD_OUT = 16
_HELD_OUT_SIDE_PX = 192  # of LR: a whole photo would take longer than the steps between
_REPORT_EVERY_S = 2.0

Report = Callable[[Event], None]


class RunRecord(Struct, frozen=True, kw_only=True):
    """Content of ``photos.json``: what a run began with.

    Attributes:
        train: Photos that are trained on.
        held_out: Photos of the same folder that the run is judged on.
        left_out: Photos that could not be used, and why.
        validation: Photos of the validation folder.
    """

    train: tuple[PhotoRecord, ...]
    held_out: tuple[PhotoRecord, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    validation: tuple[PhotoRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPhotos:
    """The photos of a run, open.

    Attributes:
        train: What is trained on.
        held_out: Middles of the photos that were held out; LR is bicubic or of the folder.
    """

    train: PhotoStore
    held_out: tuple[PhotoPair, ...]


def open_store(
    recipe: TrainRecipe,
    *,
    token: CancelToken | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> PhotoStore:
    """Open all photos of ``recipe``, decoding first what is not in the cache."""
    data = recipe.data
    return open_photo_store(
        Path(data.folder),
        Path(data.cache_folder) if data.cache_folder else cache_folder() / "photos",
        scale=recipe.generator.scale,
        lr_folder=Path(data.lr_folder) if data.lr_folder else None,
        token=token,
        progress=progress,
    )


def open_run_photos(
    recipe: TrainRecipe, folder: RunFolder, *, token: CancelToken, report: Report
) -> RunPhotos:
    """Open the photos of a run, and hold some out where it has nothing else to be judged on.

    Args:
        recipe: What the run was told.
        folder: Of the run; gets the record if it has none.
        token: Stops the work; what was decoded is kept.
        report: Receives progress, notes and warnings.

    Raises:
        ConfigError: If the photos are not those that the run began with, or none can be used.
        DiskFullError: If the decoded photos do not fit on the disk.
        JobCancelled: If the token was cancelled.
    """
    store = open_store(recipe, token=token, progress=_ProgressReporter(report))
    if store.left_out:
        text = tell_left_out(store.left_out, of=len(store) + len(store.left_out))
        report(Warned(code="photos-left-out", text=text))
    record = read_record(folder)
    if record is None:
        record = _begin(recipe, folder, store, report)
        if rank() == 0:
            _write(folder, record)
    else:
        _compare(recipe, folder, store, record, report)
    numbers = {photo.name: number for number, photo in enumerate(store.records)}
    train = store.subset([numbers[photo.name] for photo in record.train])
    held_out = store.subset([numbers[photo.name] for photo in record.held_out])
    scale = recipe.generator.scale
    middles = (cut_middle(pair, scale, side_px=_HELD_OUT_SIDE_PX) for pair in held_out)
    return RunPhotos(train=train, held_out=tuple(middles))


def read_record(folder: RunFolder) -> RunRecord | None:
    """Return which photos a run began with, or nothing where it is not written down.

    Raises:
        ConfigError: If the record is damaged.
    """
    path = folder.path / RECORD_NAME
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=RunRecord)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path}: cannot be read ({error}), so nobody knows which photos this run began "
            "with; delete the file to go on with those that are there now"
        ) from error


def choose_held_out(
    lr_sizes: NDArray[np.int64], *, patch_px: int, share: float, seed: int
) -> list[int]:
    """Return the numbers of the photos that are judged and not trained on, by chance.

    Args:
        lr_sizes: Height and width of each LR picture, ``(N, 2)``.
        patch_px: Side of a patch; photos that are smaller are never trained on anyway.
        share: Of the photos.
        seed: Chooses them.
    """
    usable = np.flatnonzero(lr_sizes.min(axis=1) >= patch_px)
    if share == 0 or len(usable) < _LEAST_PHOTOS:
        return []
    count = min(max(round(share * len(usable)), 1), _MOST_HELD_OUT, len(usable) - 1)
    order = np.random.default_rng((seed, len(usable), 3)).permutation(usable)
    return sorted(int(number) for number in order[:count])


def _begin(recipe: TrainRecipe, folder: RunFolder, store: PhotoStore, report: Report) -> RunRecord:
    data = recipe.data
    held_out: list[int] = []
    if newest_checkpoint(folder.checkpoints) is not None:
        text = "This run did not write down its photos; from now on they may not change."
        report(Warned(code="photos-unknown", text=text))
    elif recipe.validation_folder is None:
        held_out = choose_held_out(
            store.lr_sizes, patch_px=data.patch_px, share=data.held_out_share, seed=recipe.seed
        )
        report(Noted(code="held-out", text=_tell_held_out(store, held_out)))
    kept = set(range(len(store))) - set(held_out)
    return RunRecord(
        train=tuple(store.records[number] for number in sorted(kept)),
        held_out=tuple(store.records[number] for number in held_out),
        left_out=store.left_out,
        validation=_validation_records(recipe),
    )


def _tell_held_out(store: PhotoStore, held_out: list[int]) -> str:
    if not held_out:
        return (
            "Nothing measures this run: name a folder of other photos with "
            f"--set validation_folder=FOLDER, or give it {_LEAST_PHOTOS} photos of which some "
            "can be held out."
        )
    names = ", ".join(store.records[number].name for number in held_out[:3])
    more = ", ..." if len(held_out) > 3 else ""
    verb = "is" if len(held_out) == 1 else "are"
    return (
        f"{len(held_out)} of {len(store)} photos {verb} held out to measure on ({names}{more}); "
        "--set validation_folder=FOLDER measures on others."
    )


def _compare(
    recipe: TrainRecipe, folder: RunFolder, store: PhotoStore, record: RunRecord, report: Report
) -> None:
    unused = {photo.name for photo in record.left_out}
    now = [photo for photo in store.records if photo.name not in unused]
    changes = describe_changes((*record.train, *record.held_out), now)
    if changes:
        raise ConfigError(
            f"{folder.path}: the photos are not those this run began with: {changes}. Put them "
            f"back into {recipe.data.folder}; or, if they were moved, name their folder: "
            f"mfagan resume {folder.path} --data FOLDER; or train on the new ones in a new "
            f"run: --set init_weights={folder.checkpoints}/STEP/averaged.safetensors"
        )
    changes = describe_changes(record.validation, _validation_records(recipe))
    if changes:
        text = f"The validation photos changed, figures before and after differ: {changes}"
        report(Warned(code="validation-changed", text=text))


def _validation_records(recipe: TrainRecipe) -> tuple[PhotoRecord, ...]:
    if recipe.validation_folder is None:
        return ()
    folder = Path(recipe.validation_folder)
    records = []
    for path in find_photos(folder):
        try:
            records.append(PhotoRecord(name=name_in(folder, path), sha256=hash_photo(path)))
        except UnreadableImageError:
            continue  # told when it is loaded
    return tuple(records)


def _write(folder: RunFolder, record: RunRecord) -> None:
    content = msgspec.json.format(msgspec.json.encode(record), indent=1)
    write_bytes_atomic(folder.path / RECORD_NAME, content)


class _ProgressReporter:
    """Says how far reading has come, every few seconds."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._next_s = time.monotonic() + _REPORT_EVERY_S

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() >= self._next_s:
            self._report(Preparing(done=done, total=total))
            self._next_s = time.monotonic() + _REPORT_EVERY_S
