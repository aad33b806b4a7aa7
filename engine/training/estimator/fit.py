"""Fits the network of the estimator; it computes in torch what `Regressor` computes in NumPy."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.core.cancellation import CancelToken
from engine.inference.restoration.regressor import MOST_DEVIATIONS, Regressor, network_inputs
from engine.training.estimator.damaged_crops import DamagedCrops

Array = NDArray[np.float32]

HIDDEN: Final = 96
_OUTPUTS = 5
_BATCH = 256
_LEARNING_RATE, _LAST_LEARNING_RATE = 3e-3, 1e-5
_WEIGHT_DECAY = 1e-2
# Noise on the inputs, in their standard deviations: there are more weights than photos.
_INPUT_NOISE = 0.05
# The restoration value is what is used; the others are for the words of the reason.
_WEIGHTS = (1.5, 1.0, 1.0, 1.0)
_SPREAD_WEIGHT = 0.05
_SPREAD_RANGE = (-6.0, 2.0)


def build_network(inputs: int) -> nn.Sequential:
    """Return an untrained network of ``inputs`` standardized numbers."""
    return nn.Sequential(
        nn.Linear(inputs, HIDDEN),
        nn.Tanh(),
        nn.Linear(HIDDEN, HIDDEN),
        nn.Tanh(),
        nn.Linear(HIDDEN, _OUTPUTS),
    )


def fit_regressor(
    crops: DamagedCrops, *, steps: int, seed: int, token: CancelToken | None = None
) -> Regressor:
    """Return a network trained on ``crops``; one seed gives one network on one machine.

    Args:
        crops: What to learn from.
        steps: Steps of `_BATCH` crops.
        seed: Start of all randomness.
        token: Stops the training when the caller cancels it.

    Raises:
        JobCancelled: If ``token`` asks to stop.
    """
    inputs, targets = _training_rows(crops)
    mean, deviation = inputs.mean(0), inputs.std(0) + 1e-6
    standard = np.clip((inputs - mean) / deviation, -MOST_DEVIATIONS, MOST_DEVIATIONS)
    rows, wanted = torch.from_numpy(standard), torch.from_numpy(targets)
    random = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        network = build_network(rows.shape[1])
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=_LEARNING_RATE, weight_decay=_WEIGHT_DECAY
    )
    for step in range(steps):
        if token is not None:
            token.check()
        for group in optimizer.param_groups:
            group["lr"] = _LEARNING_RATE * (1 - step / steps) + _LAST_LEARNING_RATE
        chosen = torch.randint(len(rows), (_BATCH,), generator=random)
        grain = torch.randn(_BATCH, rows.shape[1], generator=random)
        loss = _loss(network(rows[chosen] + _INPUT_NOISE * grain), wanted[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return to_regressor(network, mean=mean, deviation=deviation)


def to_regressor(network: nn.Sequential, *, mean: Array, deviation: Array) -> Regressor:
    """Return the network for NumPy.

    Shape:
        - ``mean``, ``deviation``: ``(F,)``, of the inputs.
    """
    layers = [layer for layer in network if isinstance(layer, nn.Linear)]
    return Regressor(
        mean=mean.astype(np.float32),
        deviation=deviation.astype(np.float32),
        layers=tuple(
            (layer.weight.detach().numpy().copy(), layer.bias.detach().numpy().copy())
            for layer in layers
        ),
    )


def _training_rows(crops: DamagedCrops) -> tuple[Array, Array]:
    """Return inputs and wanted outputs; crops with a stated quality come without it as well."""
    stated = ~np.isnan(crops.jpeg_quality)
    unstated = np.full(len(crops.jpeg_quality), np.nan, np.float32)
    inputs = [
        network_inputs(crops.features, unstated),
        network_inputs(crops.features[stated], crops.jpeg_quality[stated]),
    ]
    targets = crops.damage.encoded()
    return np.concatenate(inputs), np.concatenate([targets, targets[stated]])


def _loss(outputs: Tensor, wanted: Tensor) -> Tensor:
    errors = (outputs[:, :4] - wanted).abs()
    spread = outputs[:, 4].clamp(*_SPREAD_RANGE)
    # The spread of a Laplace distribution with this error; detached, so that a crop that is
    # hard to tell is learned from like any other.
    likelihood = errors[:, 0].detach() / spread.exp() + spread
    return (errors * errors.new_tensor(_WEIGHTS)).mean() + _SPREAD_WEIGHT * likelihood.mean()
