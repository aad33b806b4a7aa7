"""Trains the estimator on a folder of photos, and writes its weights and their card."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from engine.core.atomic_file import make_folder, write_bytes_atomic
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, ImageError, MissingExtraError
from engine.core.images import ImageU8
from engine.core.version import product_version
from engine.data.photo_files import LeftOut, find_photos, hash_photo, left_out, load_photos, name_in
from engine.imaging.codecs.decode import read_info
from engine.inference.restoration.features import FEATURES_FORM
from engine.inference.restoration.regressor import WEIGHTS_FILE, Regressor
from engine.training.estimator.accuracy import crop_errors
from engine.training.estimator.card import CARD_FILE, EstimatorCard, encode_estimator_card
from engine.training.estimator.damaged_crops import HR_PX, SCALE, CropMaker, DamagedCrops, joined
from engine.training.estimator.fit import fit_regressor
from engine.training.run_photos import choose_held_out

_HELD_OUT_SHARE = 0.05
_LEAST_PHOTOS: Final = 10
# For the errors on the card: of few photos many crops, and drawings of other random numbers.
_JUDGED_CROPS, _JUDGED_DRAWINGS = 24, 300

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatorSettings:
    """How the estimator is trained.

    Attributes:
        photo_crops: Crops of each photo.
        drawn_crops: Crops of drawn pictures.
        steps: Steps of the training.
        seed: Random seed.
    """

    photo_crops: int = 4
    drawn_crops: int = 2000
    steps: int = 8000
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedEstimator:
    """A trained estimator and where it was written.

    Attributes:
        card: Its card.
        weights: File of the weights.
        left_out: Photos that were not used, and why.
    """

    card: EstimatorCard
    weights: Path
    left_out: tuple[LeftOut, ...]


def train_estimator(
    photos: Path,
    into: Path,
    settings: EstimatorSettings,
    *,
    command: str,
    token: CancelToken | None = None,
    progress: OnProgress = lambda done, total: None,
) -> TrainedEstimator:
    """Train the estimator on the photos in a folder; files with its names are replaced.

    Photos are held out as by the recipes: the same ones with the same photos and seed.

    Args:
        photos: Folder of HR photos.
        into: Folder for weights and card.
        settings: How it is trained.
        command: The command line, for the card.
        token: Cancels the work; nothing is written then.
        progress: Receives the number of photos looked at and of all photos.

    Raises:
        ConfigError: If fewer than 10 photos are large enough.
        OutputError: If the files cannot be written.
        JobCancelled: If the token was cancelled.
    """
    token = token or CancelToken()
    unusable: list[LeftOut] = []
    train, held_out = _divided(photos, unusable, seed=settings.seed)
    count = len(train) + len(held_out)

    def pictures(paths: Sequence[Path], done: int) -> Iterator[ImageU8]:
        for number, (_, pixels) in enumerate(load_photos(paths, photos, unusable), start=1):
            token.check()
            yield pixels
            progress(done + number, count)

    maker = CropMaker(seed=settings.seed)
    crops = maker.of_photos(pictures(train, 0), per_photo=settings.photo_crops)
    drawn = maker.of_drawings(settings.drawn_crops)
    # Another seed: held-out photos get other damage, and other things are drawn.
    judge = CropMaker(seed=settings.seed + 1)
    judged = judge.of_photos(pictures(held_out, len(train)), per_photo=_JUDGED_CROPS)
    regressor = fit_regressor(
        joined([crops, drawn]), steps=settings.steps, seed=settings.seed, token=token
    )
    card = _card(
        regressor,
        joined([judged, judge.of_drawings(_JUDGED_DRAWINGS)]),
        settings=settings,
        command=command,
        train=train,
        held_out=tuple(name_in(photos, path) for path in held_out),
        photo_crops=len(crops.kinds),
    )
    make_folder(into)
    write_bytes_atomic(into / WEIGHTS_FILE, regressor.content())
    write_bytes_atomic(into / CARD_FILE, encode_estimator_card(card))
    return TrainedEstimator(card=card, weights=into / WEIGHTS_FILE, left_out=tuple(unusable))


def _divided(folder: Path, unusable: list[LeftOut], *, seed: int) -> tuple[list[Path], list[Path]]:
    """Return the photos to train on and those to judge on."""
    sized = []
    for path in find_photos(folder, unusable):
        try:
            info = read_info(path)
        except (ImageError, MissingExtraError) as error:
            unusable.append(left_out(folder, path, error))
        else:
            sized.append((path, (info.height_px // SCALE, info.width_px // SCALE)))
    sizes = np.asarray([size for _, size in sized], np.int64).reshape(-1, 2)
    least_px = HR_PX // SCALE
    chosen = set(choose_held_out(sizes, patch_px=least_px, share=_HELD_OUT_SHARE, seed=seed))
    large = [number for number in range(len(sized)) if sizes[number].min() >= least_px]
    if len(large) < _LEAST_PHOTOS:
        raise ConfigError(
            f"{folder}: {len(large)} photos have {HR_PX}x{HR_PX} px or more; "
            f"at least {_LEAST_PHOTOS} are needed"
        )
    train = [sized[number][0] for number in large if number not in chosen]
    return train, [sized[number][0] for number in large if number in chosen]


def _card(
    regressor: Regressor,
    judged: DamagedCrops,
    *,
    settings: EstimatorSettings,
    command: str,
    train: Sequence[Path],
    held_out: tuple[str, ...],
    photo_crops: int,
) -> EstimatorCard:
    hashes = "\n".join(sorted(hash_photo(path) for path in train))
    return EstimatorCard(
        features_form=FEATURES_FORM,
        license="Apache-2.0",
        credit="MFAGAN Studio",
        file=WEIGHTS_FILE,
        sha256=hashlib.sha256(regressor.content()).hexdigest(),
        command=command,
        version=product_version(),
        photos=len(train),
        photos_sha256=hashlib.sha256(hashes.encode()).hexdigest(),
        held_out=held_out,
        photo_crops=photo_crops,
        drawn_crops=settings.drawn_crops,
        steps=settings.steps,
        seed=settings.seed,
        errors=crop_errors(regressor, judged),
    )
