from __future__ import annotations

import numpy as np
import pytest

from engine.inference.restoration.regressor import Regressor
from engine.training.estimator.accuracy import crop_errors
from tests.helpers.damaged_crops import some_crops


def _always(value: float) -> Regressor:
    """Return a network that gives every crop the same value."""
    return Regressor(
        mean=np.zeros(58, np.float32),
        deviation=np.ones(58, np.float32),
        layers=((np.zeros((5, 58), np.float32), np.asarray([value, 0, 0, 0, 0], np.float32)),),
    )


def test_errors_are_told_for_each_degradation_of_photos_and_drawings() -> None:
    crops = some_crops()

    errors = crop_errors(_always(0.4), crops)

    assert sum(one.crops for one in errors) == 60
    assert [one.kind for one in errors[:5]] == ["clean", "light", "mild", "wide", "strong"]
    assert errors[5].kind == "drawn clean"
    chosen = np.asarray([kind == "mild" for kind in crops.kinds]) & ~crops.is_drawn
    truth = crops.damage.restoration[chosen]
    mild = errors[2]
    assert mild.crops == chosen.sum()
    assert mild.restoration == pytest.approx(truth.mean(), abs=1e-3)
    assert mild.mean_error == pytest.approx(np.abs(0.4 - truth).mean(), abs=1e-3)
    assert mild.bias == pytest.approx(0.4 - truth.mean(), abs=1e-3)
