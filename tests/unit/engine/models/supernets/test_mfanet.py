from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.models.generators.mfanet import MfaNet
from engine.models.supernets.mfanet import MfaSupernet, SubnetConfig


def supernet() -> MfaSupernet:
    torch.manual_seed(0)
    network = MfaNet(scale=2, channels=6, blocks=3)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return MfaSupernet(network)


@settings(max_examples=12)
@given(channels=st.integers(1, 6), blocks=st.integers(1, 3), height=st.integers(5, 9))
def test_an_extracted_subnet_computes_what_it_does_in_the_supernet(
    channels: int, blocks: int, height: int
) -> None:
    whole = supernet()
    config = SubnetConfig(channels=channels, blocks=blocks)
    lr = torch.rand(1, 3, height, 7)

    with torch.no_grad():
        slim, sliced = whole.extract(config)(lr), whole(lr, config)

    assert torch.allclose(slim, sliced.sr, atol=1e-4)
    assert [level.shape[1] for level in sliced.maps] == [channels] * blocks


WIDTHS = st.tuples(st.integers(1, 6), st.integers(1, 6))


@settings(max_examples=12)
@given(channels=st.integers(1, 6), inner=st.lists(WIDTHS, min_size=1, max_size=3))
def test_a_subnet_whose_layers_differ_in_width_is_cut_out_exactly(
    channels: int, inner: list[tuple[int, int]]
) -> None:
    whole = supernet()
    config = SubnetConfig(channels=channels, blocks=len(inner), inner=tuple(inner))
    lr = torch.rand(1, 3, 7, 6)

    with torch.no_grad():
        cut, sliced = whole.extract(config), whole(lr, config)
        made = cut(lr)

    assert torch.allclose(made, sliced.sr, atol=1e-4)
    assert cut.inner == tuple(inner)


def test_the_largest_subnet_is_the_network_itself() -> None:
    whole = supernet()
    lr = torch.rand(1, 3, 8, 8)

    with torch.no_grad():
        assert torch.allclose(whole(lr, whole.largest).sr, whole.network(lr), atol=1e-5)


@pytest.mark.parametrize(("channels", "blocks"), [(7, 1), (1, 4), (0, 1)])
def test_a_subnet_outside_is_refused(channels: int, blocks: int) -> None:
    with pytest.raises(ValueError, match="not part of"):
        supernet().extract(SubnetConfig(channels=channels, blocks=blocks))


@pytest.mark.parametrize("inner", [((6, 7),), ((0, 1),), ((1, 1), (1, 1))])
def test_widths_that_are_not_there_are_refused(inner: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match=r"not part of|gives 2 blocks"):
        supernet().check(SubnetConfig(channels=4, blocks=1, inner=inner))
