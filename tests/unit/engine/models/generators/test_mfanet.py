from __future__ import annotations

import pytest
import torch
from torch import nn
from typing_extensions import override

from engine.models.generators.base import Generator
from engine.models.generators.mfanet import MfaNet
from tests.contracts.generator_contract import GeneratorContract


class TestMfaNet(GeneratorContract):
    @pytest.fixture
    @override
    def generator(self) -> Generator:
        torch.manual_seed(0)
        return MfaNet(scale=2, channels=8, blocks=2)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_it_starts_close_to_repeating_pixels(scale: int) -> None:
    torch.manual_seed(0)
    lr = torch.rand(1, 3, 12, 12)

    with torch.no_grad():
        sr = MfaNet(scale=scale, channels=16, blocks=2)(lr)

    repeated = nn.functional.interpolate(lr, scale_factor=scale, mode="nearest")
    assert float((sr - repeated).abs().mean()) < 0.2


def test_the_folded_network_holds_plain_convolutions_only() -> None:
    folded = MfaNet(scale=4, channels=32, blocks=4).folded()

    assert {type(m) for m in folded.modules() if not list(m.children())} == {nn.Conv2d}
    assert not folded.training
