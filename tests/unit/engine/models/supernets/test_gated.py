from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from engine.models.generators.mfanet import MfaNet
from engine.models.supernets.gated import GatedMfaNet, round_to_8_bits
from engine.models.supernets.mfanet import MfaSupernet


def gated(*, quantize: bool = False) -> GatedMfaNet:
    torch.manual_seed(0)
    network = MfaNet(scale=2, channels=6, blocks=2)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return GatedMfaNet(network, quantize=quantize)


def test_open_gates_change_nothing() -> None:
    whole = gated()
    lr = torch.rand(1, 3, 8, 9)

    with torch.no_grad():
        assert torch.allclose(whole(lr), whole.network(lr), atol=1e-5)


@pytest.mark.parametrize("closed", [0, 2, 6])
def test_the_slim_network_computes_what_the_gated_one_does(closed: int) -> None:
    whole = gated()
    with torch.no_grad():
        for gate in whole.gates:
            gate.uniform_(-0.5, 1.5)
            gate[:closed] = 0
    lr = torch.rand(2, 3, 9, 7)

    slim = whole.extract(whole.network)

    assert slim.sizes.inner == ((max(6 - closed, 1),) * 2,) * 2
    with torch.no_grad():
        assert torch.allclose(slim(lr), whole(lr), atol=1e-5)


def test_a_searched_network_is_slimmed_too() -> None:
    torch.manual_seed(0)
    network = MfaNet(
        scale=2, channels=6, blocks=2, taps=(False, True), last_kernels=(1, 3), tail_kernel=1
    )
    whole = GatedMfaNet(network, quantize=False)
    with torch.no_grad():
        for gate in whole.gates:
            gate.uniform_(0.5, 1.5)
            gate[:2] = 0
    lr = torch.rand(1, 3, 9, 7)

    slim = whole.extract(network)

    assert slim.sizes.inner == ((4, 4),) * 2
    assert slim.sizes.taps == (False, True)
    with torch.no_grad():
        assert torch.allclose(slim(lr), whole(lr), atol=1e-5)


def test_the_size_of_a_channel_is_its_gate_times_its_kernel() -> None:
    whole = gated()
    with torch.no_grad():
        whole.gates[0][2] = 0
        whole.gates[1][3] *= 2
    before = gated().sizes()

    after = whole.sizes()

    assert [size.shape for size in after] == [(6,)] * 4
    assert float(after[0][2]) == 0
    assert torch.allclose(after[1][3], 2 * before[1][3])
    assert torch.allclose(after[2], before[2])


def test_the_slim_network_folds_to_itself() -> None:
    whole = gated()
    with torch.no_grad():
        for gate in whole.gates:
            gate[1:3] = 0
    slim = whole.extract(whole.network)
    lr = torch.rand(1, 3, 8, 8)

    with torch.no_grad():
        assert torch.equal(slim.folded()(lr), slim(lr))


def test_rounding_keeps_255_levels_and_passes_gradients() -> None:
    values = torch.linspace(-1, 1, 1001, requires_grad=True)

    rounded = round_to_8_bits(values)
    rounded.sum().backward()

    assert len(rounded.detach().mul(127).round().unique()) == 255
    assert float((rounded - values).abs().max().detach()) <= 0.5 / 127 + 1e-6
    assert values.grad is not None
    assert torch.equal(values.grad, torch.ones(1001))


def test_the_picture_itself_is_not_rounded() -> None:
    whole = gated(quantize=True)
    net = whole.network
    with torch.no_grad():
        for layer in (net.after, net.tail):  # the body gives its head and nothing else
            for parameter in layer.parameters():
                parameter.zero_()
    seen: list[Tensor] = []
    lr = torch.rand(1, 3, 8, 8)
    rounded = round_to_8_bits(net.head.merged_kernel())  # type: ignore[operator]
    wanted = functional.conv2d(lr, rounded, net.head.bias, padding=1)  # type: ignore[arg-type]

    def watched(values: Tensor) -> Tensor:
        seen.append(values)
        return round_to_8_bits(values)

    with torch.no_grad(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.models.supernets.gated.round_to_8_bits", watched)
        whole(lr)

    features = [values for values in seen if values.shape[2:] == (8, 8)]
    assert all(not torch.equal(values, lr) for values in features)
    assert torch.allclose(features[0], wanted.detach(), atol=1e-6)


@pytest.mark.parametrize("kind", ["gated", "supernet", "plain"])
def test_the_pictures_own_path_keeps_full_precision(kind: str) -> None:
    net = gated().network
    with torch.no_grad():
        for parameter in net.tail.parameters():
            parameter.zero_()
    lr = torch.rand(1, 3, 8, 8)
    wanted = functional.pixel_shuffle(
        functional.conv2d(lr, net.anchor.weight, net.anchor.bias, padding=1), 2
    )
    supernet = MfaSupernet(net)

    runs: dict[str, Callable[[], Tensor]] = {
        "gated": lambda: GatedMfaNet(net, quantize=False).forward(lr),
        "supernet": lambda: supernet.forward(lr, supernet.largest).sr,
        "plain": lambda: net(lr),
    }

    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        sr = runs[kind]()

    assert sr.dtype == torch.float32
    assert torch.allclose(sr, wanted.detach(), atol=1e-6)


def test_quantized_pictures_are_close_but_not_equal() -> None:
    exact, rounded = gated(), gated(quantize=True)
    lr = torch.rand(1, 3, 8, 8)

    with torch.no_grad():
        gap = (exact(lr) - rounded(lr)).abs().mean()

    assert 0 < float(gap) < 0.05
