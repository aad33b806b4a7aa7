"""Measures how far the estimated restoration value is from the true one, crop by crop."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.inference.restoration.regressor import Damage, Regressor, network_inputs
from engine.training.estimator.damaged_crops import KINDS, DamagedCrops


class CropErrors(Struct, frozen=True, kw_only=True):
    """Errors of the restoration value over crops of one degradation, each told by one crop alone.

    Attributes:
        kind: Name of the degradation, with ``drawn`` before it for drawn pictures.
        crops: Number of crops.
        restoration: Mean of the true values.
        mean_error: Mean of the absolute errors.
        bias: Mean of the errors; negative where too little is estimated.
    """

    kind: str
    crops: int
    restoration: float
    mean_error: float
    bias: float


def crop_errors(regressor: Regressor, crops: DamagedCrops) -> tuple[CropErrors, ...]:
    """Return the errors for each degradation, of photos and of drawn pictures."""
    inputs = network_inputs(crops.features, crops.jpeg_quality)
    found = Damage.decoded(regressor.outputs(inputs)[:, :4]).restoration
    kinds = np.asarray(crops.kinds)
    return tuple(
        _errors(f"drawn {kind}" if is_drawn else kind, found[chosen], truth[chosen])
        for is_drawn, kind, chosen, truth in _groups(crops, kinds)
    )


def _groups(
    crops: DamagedCrops, kinds: NDArray[np.str_]
) -> Iterable[tuple[bool, str, NDArray[np.bool_], NDArray[np.float32]]]:
    for is_drawn in (False, True):
        for kind in KINDS:
            chosen = (kinds == kind) & (crops.is_drawn == is_drawn)
            if chosen.any():
                yield is_drawn, kind, chosen, crops.damage.restoration


def _errors(kind: str, found: NDArray[np.float32], truth: NDArray[np.float32]) -> CropErrors:
    errors = found.astype(np.float64) - truth
    return CropErrors(
        kind=kind,
        crops=len(errors),
        restoration=round(float(truth.mean()), 3),
        mean_error=round(float(np.abs(errors).mean()), 4),
        bias=round(float(errors.mean()), 4),
    )
