from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled
from engine.inference.restoration.regressor import Damage, network_inputs
from engine.training.estimator.fit import build_network, fit_regressor, to_regressor
from tests.helpers.damaged_crops import some_crops


def test_numpy_computes_what_torch_computes() -> None:
    torch.manual_seed(0)
    network = build_network(7)
    random = np.random.default_rng(0)
    mean = random.normal(size=7).astype(np.float32)
    deviation = random.uniform(0.5, 2, 7).astype(np.float32)
    inputs = (mean + deviation * random.normal(size=(20, 7))).astype(np.float32)

    found = to_regressor(network, mean=mean, deviation=deviation).outputs(inputs)

    standard = torch.from_numpy(((inputs - mean) / deviation).astype(np.float32))
    with torch.inference_mode():
        expected = network(standard).numpy()
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_training_learns_the_value() -> None:
    crops = some_crops()
    inputs = network_inputs(crops.features, crops.jpeg_quality)

    def error(steps: int) -> float:
        regressor = fit_regressor(crops, steps=steps, seed=0)
        found = Damage.decoded(regressor.outputs(inputs)[:, :4]).restoration
        return float(np.abs(found - crops.damage.restoration).mean())

    assert error(300) < 0.08
    assert error(300) < error(1) / 2


def test_a_harder_crop_gets_a_larger_spread() -> None:
    crops = some_crops()
    regressor = fit_regressor(crops, steps=300, seed=0)

    outputs = regressor.outputs(network_inputs(crops.features, crops.jpeg_quality))

    errors = np.abs(outputs[:, 0] - crops.damage.restoration)
    uncertain = outputs[:, 4] > np.median(outputs[:, 4])
    assert errors[uncertain].mean() > errors[~uncertain].mean()


def test_one_seed_gives_one_network() -> None:
    crops = some_crops()

    contents = [fit_regressor(crops, steps=5, seed=seed).content() for seed in (0, 0, 1)]

    assert contents[0] == contents[1]
    assert contents[0] != contents[2]


def test_training_can_be_stopped() -> None:
    token = CancelToken()
    token.cancel()

    with pytest.raises(JobCancelled):
        fit_regressor(some_crops(), steps=5, seed=0, token=token)
