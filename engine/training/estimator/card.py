"""The card of the estimator: what its weights were trained on, and how far off they are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from engine.core.errors import ConfigError
from engine.training.estimator.accuracy import CropErrors

CARD_FILE: Final = "restoration-estimator.json"


class EstimatorCard(Struct, frozen=True, kw_only=True):
    """Content of the card.

    Attributes:
        features_form: Version of the features.
        license: License of the weights.
        credit: Who trained them.
        file: Name of the file with the weights.
        sha256: Its hash.
        command: The command that trains them again.
        version: Version of the product that trained them.
        photos: Number of the training photos.
        photos_sha256: Hash of their hashes, by which the set is recognized.
        held_out: Names of the photos that were measured and not trained on.
        photo_crops: Crops of photos that were trained on.
        drawn_crops: Crops of drawn pictures that were trained on.
        steps: Steps of the training.
        seed: Random seed.
        errors: Errors of the restoration value on crops that were not trained on, each estimated
            from one crop of at most 96x96 pixels.
        schema_version: Version of this file's form.
    """

    features_form: int
    license: str
    credit: str
    file: str
    sha256: str
    command: str
    version: str
    photos: int
    photos_sha256: str
    held_out: tuple[str, ...]
    photo_crops: int
    drawn_crops: int
    steps: int
    seed: int
    errors: tuple[CropErrors, ...]
    schema_version: int = 1


def encode_estimator_card(card: EstimatorCard) -> bytes:
    """Return ``card`` as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n"


def read_estimator_card(path: Path) -> EstimatorCard:
    """Return the card in the file at ``path``.

    Raises:
        ConfigError: If it is missing or broken.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=EstimatorCard)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"{path}: no card of the estimator ({error})") from error
