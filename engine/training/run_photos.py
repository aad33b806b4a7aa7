"""The photos of a run: those for training, those for validation, and a record of their content.

A run records once what its photos contain. When it is resumed, it gets the same photos, or an
error that names the differences.
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
from engine.data.photo_pair import PhotoPair
from engine.data.photo_store import PhotoStore, open_photo_store
from engine.runs.events import Event, Noted, Preparing, Warned
from engine.runs.run_folder import RunFolder
from engine.training.checkpoints import newest_checkpoint
from engine.training.processes import rank
from engine.training.samples import crop_center

RECORD_NAME = "photos.json"

_LEAST_PHOTOS = 10  # with fewer, none is held out
_MOST_HELD_OUT = 16
_HELD_OUT_SIDE_PX = 192  # in LR: whole photos would take longer than the steps between
_REPORT_EVERY_S = 2.0

Report = Callable[[Event], None]


class RunRecord(Struct, frozen=True, kw_only=True):
    """Content of ``photos.json``: the photos that a run started with.

    Attributes:
        train: Photos for training.
        held_out: Photos of the same folder for validation.
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
        train: Photos for training.
        held_out: Centers of the held-out photos; their LR is bicubic, or from the LR folder.
    """

    train: PhotoStore
    held_out: tuple[PhotoPair, ...]


def open_store(
    recipe: TrainRecipe,
    *,
    token: CancelToken | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> PhotoStore:
    """Open all photos of ``recipe``; those that are not in the cache are decoded first."""
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
    """Open the photos of a run, and hold some out if there is no other validation.

    Args:
        recipe: The recipe of the run.
        folder: The run folder; the record is written to it if there is none.
        token: Cancels the work; photos that were decoded stay in the cache.
        report: Receives progress, notes and warnings.

    Raises:
        ConfigError: If the photos are not those that the run started with, or none can be used.
        DiskFullError: If the decoded photos do not fit on the disk.
        JobCancelled: If the token was cancelled.
    """
    store = open_store(recipe, token=token, progress=ProgressReporter(report))
    if store.left_out:
        text = tell_left_out(store.left_out, of=len(store) + len(store.left_out))
        report(Warned(code="photos-left-out", text=text))
    # The record, not the folder, decides which photos are trained on: a photo that can be
    # decoded again after an error must not change the batches of a resumed run.
    record = read_record(folder)
    if record is None:
        record = _start_record(recipe, folder, store, report)
        if rank() == 0:
            _write(folder, record)
    else:
        _compare(recipe, folder, store, record, report)
    numbers = {photo.name: number for number, photo in enumerate(store.records)}
    train = store.subset([numbers[photo.name] for photo in record.train])
    held_out = store.subset([numbers[photo.name] for photo in record.held_out])
    scale = recipe.generator.scale
    centers = (crop_center(pair, scale, side_px=_HELD_OUT_SIDE_PX) for pair in held_out)
    return RunPhotos(train=train, held_out=tuple(centers))


def read_record(folder: RunFolder) -> RunRecord | None:
    """Return the photos that a run started with, or None without a record.

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
            f"{path}: cannot be read ({error}), so it is unknown which photos this run "
            "started with; delete the file to resume with those that are there now"
        ) from error


def choose_held_out(
    lr_sizes: NDArray[np.int64], *, patch_px: int, share: float, seed: int
) -> list[int]:
    """Return the numbers of randomly chosen photos for validation, which are not trained on.

    Args:
        lr_sizes: Height and width of each LR picture, ``(N, 2)``.
        patch_px: Side of an LR patch; smaller photos are never trained on anyway.
        share: Share of the photos to hold out.
        seed: Random seed of the choice.
    """
    usable = np.flatnonzero(lr_sizes.min(axis=1) >= patch_px)
    if share == 0 or len(usable) < _LEAST_PHOTOS:
        return []
    # At least one, and at least one is left to train on.
    count = min(max(round(share * len(usable)), 1), _MOST_HELD_OUT, len(usable) - 1)
    # 3 separates this stream of random numbers from others with the same seed.
    order = np.random.default_rng((seed, len(usable), 3)).permutation(usable)
    return sorted(int(number) for number in order[:count])


def _start_record(
    recipe: TrainRecipe, folder: RunFolder, store: PhotoStore, report: Report
) -> RunRecord:
    data = recipe.data
    held_out: list[int] = []
    if newest_checkpoint(folder.checkpoints) is not None:
        # Runs of early versions have no record. Holding photos out now would change their batches.
        text = "This run has no record of its photos; from now on they may not change."
        report(Warned(code="photos-unknown", text=text))
    elif recipe.validation_folder is None:
        held_out = choose_held_out(
            store.lr_sizes, patch_px=data.patch_px, share=data.held_out_share, seed=recipe.seed
        )
        report(Noted(code="held-out", text=_describe_held_out(store, held_out)))
    kept = set(range(len(store))) - set(held_out)
    return RunRecord(
        train=tuple(store.records[number] for number in sorted(kept)),
        held_out=tuple(store.records[number] for number in held_out),
        left_out=store.left_out,
        validation=_validation_records(recipe),
    )


def _describe_held_out(store: PhotoStore, held_out: list[int]) -> str:
    if not held_out:
        return (
            "This run has no validation: name a folder of other photos with "
            f"--set validation_folder=FOLDER, or give it {_LEAST_PHOTOS} photos, so that some "
            "can be held out."
        )
    names = ", ".join(store.records[number].name for number in held_out[:3])
    more = ", ..." if len(held_out) > 3 else ""
    verb = "is" if len(held_out) == 1 else "are"
    return (
        f"{len(held_out)} of {len(store)} photos {verb} held out for validation ({names}{more}); "
        "--set validation_folder=FOLDER names other photos."
    )


def _compare(
    recipe: TrainRecipe, folder: RunFolder, store: PhotoStore, record: RunRecord, report: Report
) -> None:
    # Photos that could not be used at the start may have been repaired or removed since.
    unused = {photo.name for photo in record.left_out}
    now = [photo for photo in store.records if photo.name not in unused]
    changes = describe_changes((*record.train, *record.held_out), now)
    if changes:
        raise ConfigError(
            f"{folder.path}: the photos are not those this run started with: {changes}. Put them "
            f"back into {recipe.data.folder}; or, if they were moved, name their folder: "
            f"mfagan resume {folder.path} --data FOLDER; or train on the new ones in a new "
            f"run: --set init_weights={folder.checkpoints}/STEP/averaged.safetensors"
        )
    changes = describe_changes(record.validation, _validation_records(recipe))
    if changes:
        text = (
            f"The validation photos changed, so figures before and after do not compare: {changes}"
        )
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
            continue  # reported when the validation set is loaded
    return tuple(records)


def _write(folder: RunFolder, record: RunRecord) -> None:
    content = msgspec.json.format(msgspec.json.encode(record), indent=1)
    write_bytes_atomic(folder.path / RECORD_NAME, content)


class ProgressReporter:
    """Reports the progress of preparing photos every few seconds."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._next_s = time.monotonic() + _REPORT_EVERY_S

    def __call__(self, done: int, total: int) -> None:
        """Report ``done`` of ``total``, if the last report was long enough ago."""
        if time.monotonic() >= self._next_s:
            self._report(Preparing(done=done, total=total))
            self._next_s = time.monotonic() + _REPORT_EVERY_S
