from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from engine.models.blocks.merged_conv import MergedConv3x3


def test_the_merged_kernel_equals_its_branches_run_apart() -> None:
    conv = MergedConv3x3(4, 4, identity=True)
    features = torch.rand(1, 4, 9, 9)

    direct = functional.conv2d(features, conv.kernel, padding=1)
    chain = functional.conv2d(features, conv.expand[:, :, None, None])
    chain = functional.conv2d(chain, conv.mix, padding=1)
    chain = functional.conv2d(chain, conv.squeeze[:, :, None, None])
    expected = direct + chain + features + conv.bias[:, None, None]

    assert torch.allclose(conv(features), expected, atol=1e-5)


@pytest.mark.parametrize("identity", [True, False])
def test_the_folded_convolution_computes_the_same(identity: bool) -> None:
    conv = MergedConv3x3(4, 4, identity=identity)
    with torch.no_grad():
        conv.bias.uniform_(-1, 1)
    features = torch.rand(2, 4, 7, 5)

    assert torch.allclose(conv.folded()(features), conv(features), atol=1e-6)


def test_gain_scales_the_first_output() -> None:
    torch.manual_seed(0)
    full = MergedConv3x3(3, 6)
    torch.manual_seed(0)
    tenth = MergedConv3x3(3, 6, gain=0.1)
    features = torch.rand(1, 3, 6, 6)

    assert torch.allclose(tenth(features), 0.1 * full(features), atol=1e-6)


def test_identity_needs_equal_channels() -> None:
    with pytest.raises(ValueError, match="3 and 6"):
        MergedConv3x3(3, 6, identity=True)
