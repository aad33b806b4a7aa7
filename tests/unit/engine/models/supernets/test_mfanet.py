from __future__ import annotations

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config.mfa_sizes import MfaSizes
from engine.config.parts import GeneratorRecipe
from engine.config.spaces import MfanetSpaceRecipe
from engine.models.generators.mfanet import Convolution, MfaNet
from engine.models.supernets.mfanet import MfaSupernet
from engine.space.mfanet import MfanetSpace

SPACE = MfanetSpace(
    MfanetSpaceRecipe(channels=(2, 4, 6), blocks=(1, 2, 3), inner=(1, 3, 6)), scale=2
)


def supernet(convolution: Convolution = "merged") -> MfaSupernet:
    torch.manual_seed(0)
    network = MfaNet(scale=2, channels=6, blocks=3, convolution=convolution)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return MfaSupernet(network)


@settings(max_examples=16)
@given(
    seed=st.integers(0, 1 << 30),
    convolution=st.sampled_from(["merged", "plain"]),
    is_half=st.booleans(),
    memory_format=st.sampled_from([torch.contiguous_format, torch.channels_last]),
)
def test_an_extracted_subnet_computes_exactly_what_it_does_in_the_supernet(
    seed: int, convolution: Convolution, is_half: bool, memory_format: torch.memory_format
) -> None:
    whole = supernet(convolution)
    sizes = SPACE.sizes(SPACE.draw(np.random.default_rng(seed)))
    # As training lays out its networks and batches.
    whole.to(memory_format=memory_format)  # type: ignore[call-overload]
    cut = whole.extract(sizes).to(memory_format=memory_format)  # type: ignore[call-overload]
    lr = torch.rand(1, 3, 9, 7).to(memory_format=memory_format)

    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=is_half):
        extracted, sliced = cut(lr), whole(lr, sizes)

    assert torch.equal(extracted, sliced.sr)
    assert cut.sizes == sizes
    assert [level.shape[1] for level in sliced.maps] == [sizes.channels] * sizes.blocks


def test_the_largest_subnet_is_the_network_itself() -> None:
    whole = supernet()
    lr = torch.rand(1, 3, 8, 8)

    with torch.no_grad():
        assert torch.equal(whole(lr, whole.largest).sr, whole.network(lr))


def test_the_picture_keeps_its_full_precision_in_every_form() -> None:
    whole = supernet()
    with torch.no_grad():
        # Only the picture's own path is left: any rounding in it would show.
        whole.network.tail.kernel.zero_()  # type: ignore[operator]
        for name in ("expand", "mix", "squeeze", "bias"):
            getattr(whole.network.tail, name).zero_()
    lr = torch.rand(1, 3, 8, 8)

    with torch.no_grad():
        wanted = whole.network(lr)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            forms = [
                whole.network(lr),
                whole(lr, whole.largest).sr,
                whole.extract(whole.largest)(lr),
            ]

    assert all(torch.equal(form.float(), wanted) for form in forms)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"channels": 7}, "channels=7 of at most 6"),
        ({"channels": 0}, "channels=0"),
        ({"blocks": 4}, "blocks=4 of at most 3"),
        ({"inner": ((6, 7),)}, r"inner\[0\]\[1\]=7 of at most 6"),
    ],
)
def test_a_subnet_outside_is_refused(change: dict[str, object], message: str) -> None:
    sizes = MfaSizes.of(GeneratorRecipe(channels=4, blocks=1))
    if "blocks" in change:
        sizes = MfaSizes.of(GeneratorRecipe(channels=4, blocks=4))
    else:
        sizes = msgspec.structs.replace(sizes, **change)

    with pytest.raises(ValueError, match=f"{message}.*not part of"):
        supernet().extract(sizes)


def test_a_supernet_without_a_tap_has_no_subnet_with_it() -> None:
    whole = MfaSupernet(MfaNet(scale=2, channels=4, blocks=1, taps=(False,), last_kernels=(1,)))

    for change in ({"taps": (True,)}, {"last_kernels": (3,)}):
        with pytest.raises(ValueError, match="not part of"):
            whole.check(msgspec.structs.replace(whole.largest, **change))
