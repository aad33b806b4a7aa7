"""Enlarges photos with networks of a search, which are in no catalog."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np

from app.services.pictures.picture_levels import RgbPixels, to_rgb
from app.state.processing import ProcessingChoice, TargetChoice
from engine.api import (
    CancelToken,
    ModelCard,
    ModelSource,
    OutputTarget,
    Photo,
    Region,
    SessionPool,
    UpscaleSettings,
    plan_pixels,
    read_card,
    upscale_region,
)

# As many as can be compared side by side, and the ones before them.
_LOADED_NETWORKS = 8


class CandidateEnlarger:
    """Knows the models of candidates by their ids. Safe to use from several threads.

    Args:
        scratch_folder: Where large intermediate pictures may lie.
    """

    def __init__(self, scratch_folder: Path) -> None:
        self._scratch_folder = scratch_folder
        self._pool = SessionPool(capacity=_LOADED_NETWORKS)
        self._sources: dict[str, ModelSource] = {}
        self._lock = threading.Lock()

    def add(self, card_path: Path) -> ModelCard:
        """Read the card of a model, so that photos can be enlarged with it.

        Raises:
            BadCardError: If it cannot be used.
        """
        card = read_card(card_path)
        with self._lock:
            self._sources[card.id] = ModelSource(card=card, folder=card_path.parent)
        return card

    def choice(self, card: ModelCard) -> ProcessingChoice:
        """Return the choice that enlarges with a model by its own scale."""
        return ProcessingChoice(model_id=card.id, target=TargetChoice(value=float(card.scale)))

    def enlarge_cell(
        self, photo: Photo, region: Region, choice: ProcessingChoice, token: CancelToken
    ) -> RgbPixels:
        """Return one part of the result of ``choice``, as 8-bit pixels; takes long.

        Raises:
            EngineError: If the network cannot be run.
            ValueError: If the photo is closed.
        """
        with self._lock:
            source = self._sources[choice.model_id]
        settings = UpscaleSettings(
            models=(source,),
            target=OutputTarget.factor(choice.target.value),
            device=choice.device,
        )
        part = upscale_region(
            photo,
            region,
            plan_pixels(photo.info, settings),
            scratch_folder=self._scratch_folder,
            pool=self._pool,
            token=token,
        )
        color = to_rgb(part.color)
        if part.alpha is None:
            return color
        return np.concatenate([color, to_rgb(part.alpha)[..., :1]], axis=2)
