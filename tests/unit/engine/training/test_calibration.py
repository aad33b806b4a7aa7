"""Ranges are measured on patches of the restoration that a corner is for."""

from __future__ import annotations

from pathlib import Path

import torch

from engine.data.batch import Batch
from engine.models.quantized import QuantizedNetwork
from engine.runs.events import Event, Noted
from engine.training.calibration import start_ranges
from engine.training.float_networks import build_quantized
from tests.helpers.tiny_methods import quantize_dial


def ranges_of(network: QuantizedNetwork) -> dict[str, float]:
    """Return the largest value of the first range of each corner."""
    return {
        corner.label: network.learned(corner)[1][network.activations[0]].high
        for corner in network.corners
    }


def test_each_corner_sees_pictures_of_its_own_restoration(tmp_path: Path) -> None:
    recipe = quantize_dial(tmp_path)
    network = build_quantized(recipe)
    events: list[Event] = []

    def batches(step: int) -> Batch:
        # Restored pictures are dark, so that their ranges are narrower.
        restoration = torch.tensor([0.0, 0.1, 0.9, 1.0] * 4)
        lr = (1 - 0.9 * restoration).view(-1, 1, 1, 1) * torch.rand(16, 3, 8, 8)
        return Batch(lr=lr, hr=torch.rand(16, 3, 16, 16), restoration=restoration)

    start_ranges(network, recipe, batches, report=events.append)

    found = ranges_of(network)
    assert found["r0f0"] > 2 * found["r1f0"]
    assert found["r0f1"] > 2 * found["r1f1"]
    assert [one.code for one in events if isinstance(one, Noted)] == ["ranges-measured"]
