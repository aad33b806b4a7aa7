from __future__ import annotations

import pytest
import torch

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


@pytest.mark.parametrize(("channels", "blocks"), [(7, 1), (4, 4)])
def test_nothing_is_inherited_from_a_smaller_network(channels: int, blocks: int) -> None:
    with pytest.raises(ValueError, match=r"only|cannot be taken"):
        inherit_weights(MfaNet(scale=2, channels=channels, blocks=blocks), network())
