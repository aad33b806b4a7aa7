"""A small trained-looking generator to export."""

from __future__ import annotations

import pytest
import torch

from engine.models.generators.mfanet import MfaNet


@pytest.fixture(scope="session")
def generator() -> MfaNet:
    """A folded x2 network of 16 channels whose every weight counts."""
    torch.manual_seed(3)
    training = MfaNet(scale=2, channels=16, blocks=1)
    with torch.no_grad():
        for parameter in training.parameters():
            parameter.add_(0.02 * torch.randn_like(parameter))
    return training.folded()
