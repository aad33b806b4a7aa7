from __future__ import annotations

import pytest
import torch

from engine.models.blocks.merged_conv import MergedConv3x3
from engine.models.generators.mfanet import MfaNet
from engine.models.supernets.importance import inherit_weights, sort_channels


def network(*, channels: int = 6, blocks: int = 3) -> MfaNet:
    torch.manual_seed(0)
    made = MfaNet(scale=2, channels=channels, blocks=blocks)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return made


def test_sorting_changes_the_order_of_channels_and_nothing_else() -> None:
    whole = network()
    lr = torch.rand(1, 3, 8, 9)

    ordered = sort_channels(whole)

    with torch.no_grad():
        assert torch.allclose(ordered(lr), whole(lr), atol=1e-5)
    weights, before = ordered.state_dict(), whole.folded().state_dict()
    assert not torch.allclose(weights["head.weight"], before["head.weight"])


def test_the_channels_with_the_largest_weights_come_first() -> None:
    whole = network()
    whole.state_dict()["blocks.1.stage_2.kernel"][4] += 9

    ordered = sort_channels(whole)

    sizes = ordered.state_dict()["blocks.1.stage_2.weight"].abs().sum((1, 2, 3))
    assert int(sizes.argmax()) == 0


def test_an_heir_of_equal_size_computes_what_its_ancestor_does() -> None:
    ancestor, heir = network(), MfaNet(scale=2, channels=6, blocks=3)
    lr = torch.rand(1, 3, 8, 8)

    inherit_weights(heir, ancestor)

    with torch.no_grad():
        assert torch.allclose(heir(lr), ancestor(lr), atol=1e-4)


def test_a_smaller_heir_gets_the_first_channels_and_the_last_block() -> None:
    ancestor = network()
    heir = MfaNet(scale=2, channels=4, blocks=1)

    inherit_weights(heir, ancestor)

    wanted = sort_channels(ancestor).state_dict()["blocks.2.stage_1.weight"][:4, :4]
    given = heir.folded().state_dict()["blocks.0.stage_1.weight"]
    assert torch.allclose(given, wanted, atol=1e-5)


def test_nothing_is_inherited_from_a_network_of_fewer_blocks() -> None:
    with pytest.raises(ValueError, match="4 blocks cannot be taken from 3"):
        inherit_weights(MfaNet(scale=2, channels=4, blocks=4), network())


def test_a_wider_heir_computes_what_its_ancestor_does_and_can_learn_more() -> None:
    ancestor, heir = network(), MfaNet(scale=2, channels=8, blocks=3)
    lr = torch.rand(1, 3, 8, 8)

    inherit_weights(heir, ancestor)

    made = heir(lr)
    assert torch.allclose(made, ancestor(lr), atol=1e-4)
    made.square().mean().backward()
    stage = heir.get_submodule("blocks.1.stage_2")
    assert isinstance(stage, MergedConv3x3)
    assert stage.kernel.grad is not None
    # Of what was inherited, the kernels that read the further channels.
    assert bool((stage.kernel.grad[:6, 6:].abs().sum((1, 2, 3)) > 0).all())


def searched(*, channels: int) -> MfaNet:
    torch.manual_seed(0)
    made = MfaNet(
        scale=2, channels=channels, blocks=2, taps=(True, False), last_kernels=(1, 3), tail_kernel=1
    )
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return made


def test_an_heir_may_have_taps_and_kernels_that_its_ancestor_lacks() -> None:
    ancestor = searched(channels=6)
    heir = MfaNet(scale=2, channels=6, blocks=2)
    lr = torch.rand(1, 3, 8, 9)

    inherit_weights(heir, ancestor)

    with torch.no_grad():
        assert torch.allclose(sort_channels(ancestor)(lr), ancestor(lr), atol=1e-5)
        assert torch.allclose(heir(lr), ancestor(lr), atol=1e-4)


def test_an_heir_of_smaller_kernels_gets_their_centers() -> None:
    ancestor, heir = network(blocks=2), searched(channels=6)

    inherit_weights(heir, ancestor)

    whole = sort_channels(ancestor).state_dict()
    own = heir.folded().state_dict()
    for name in ("blocks.0.stage_3.weight", "tail.weight"):
        assert torch.allclose(own[name], whole[name][:, :, 1:2, 1:2], atol=1e-6)
    assert torch.allclose(
        own["blocks.1.stage_3.weight"], whole["blocks.1.stage_3.weight"], atol=1e-5
    )
