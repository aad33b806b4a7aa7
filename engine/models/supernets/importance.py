"""Sorts MFANet's channels by importance, so that a narrower network keeps the first ones.

Paper: Li et al. 2020, "GAN Compression", arXiv 2003.08936, which keeps the
channels whose weights have the largest L1 norm.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import torch
from torch import Tensor, nn

from engine.models.blocks.merged_conv import MergedConv3x3, center_of
from engine.models.depths import even_depths
from engine.models.generators.mfanet import MfaNet

_OUT, _IN = 0, 1  # axes of a convolution's kernel (out, in, height, width)


def sort_channels(network: MfaNet) -> MfaNet:
    """Return the folded network with the channels of largest L1 norm first.

    It computes the same function; only the order of its channels differs.
    """
    folded = network.folded()
    weights = folded.state_dict()
    # Channels of a space can be permuted together: layers that write it permute their outputs,
    # layers that read it their inputs. Sums join spaces, so all blocks share the trunk's order.
    for space in _spaces(len(folded.blocks), {name.rpartition(".")[0] for name in weights}):
        sizes = [_norms(weights[f"{name}.weight"], axis) for name, axis in space]
        # Stable, so that channels of equal norm keep their order on every machine.
        order = torch.stack(sizes).sum(0).argsort(descending=True, stable=True)
        for name, axis in space:
            weights[f"{name}.weight"] = weights[f"{name}.weight"].index_select(axis, order)
            # A bias belongs to an output.
            if axis == _OUT:
                weights[f"{name}.bias"] = weights[f"{name}.bias"][order]
    folded.load_state_dict(weights)
    return folded


def inherit_weights(heir: MfaNet, ancestor: MfaNet) -> None:
    """Initialize ``heir`` with the most important channels of ``ancestor``, at even depths.

    A wider heir computes what its ancestor does: its further channels are fresh, and what it
    inherited does not read them yet.

    Raises:
        ValueError: If ``ancestor`` has fewer blocks.
    """
    whole = sort_channels(ancestor).state_dict()
    count, own = len(ancestor.blocks), len(heir.blocks)
    if own > count:
        raise ValueError(f"{own} blocks cannot be taken from {count}")
    sources = even_depths(own, blocks=count)
    target = dict(heir.named_modules())
    # The folded heir has the shapes; the heir itself may have branches, which `set_kernel` fits.
    for name, plain in heir.folded().named_modules():
        if not isinstance(plain, nn.Conv2d):
            continue
        assert plain.bias is not None
        source = _source(name, sources)
        kernel, bias = plain.weight.detach().clone(), plain.bias.detach().clone()
        if f"{source}.weight" in whole:
            _take_over(kernel, bias, whole[f"{source}.weight"], whole[f"{source}.bias"])
        else:
            # The ancestor's block has no tap, and a tap of zeros is none.
            kernel.zero_()
            bias.zero_()
        _set_kernel(target[name], kernel, bias)


def _source(name: str, sources: list[int]) -> str:
    """Return the ancestor's name of the heir's layer ``name``, such as blocks.3 for blocks.1."""
    group, _, rest = name.partition(".")
    if group not in {"blocks", "gather"}:
        return name
    number, dot, rest = rest.partition(".")
    return f"{group}.{sources[int(number)]}{dot}{rest}"


def _take_over(kernel: Tensor, bias: Tensor, whole: Tensor, whole_bias: Tensor) -> None:
    """Write the first channels of an ancestor's layer into a layer.

    ::

        kernel (out, in)   ┌───────────┬───┐
                           │ inherited │ 0 │   what is inherited reads nothing else
                           ├───────────┴───┤
                           │     fresh     │
                           └───────────────┘
    """
    out_width = min(len(kernel), len(whole))
    in_width = min(kernel.shape[1], whole.shape[1])
    kernel[:out_width].zero_()
    # Of two kernels of different size, the smaller is the center of the larger.
    size = min(kernel.shape[2], whole.shape[2])
    center_of(kernel, size)[:out_width, :in_width] = center_of(whole, size)[:out_width, :in_width]
    bias[:out_width] = whole_bias[:out_width]


@torch.no_grad()
def _set_kernel(layer: nn.Module, kernel: Tensor, bias: Tensor) -> None:
    if isinstance(layer, MergedConv3x3):
        layer.set_kernel(kernel, bias)
        return
    assert isinstance(layer, nn.Conv2d)
    assert layer.bias is not None
    layer.weight.copy_(kernel)
    layer.bias.copy_(bias)


def _norms(weight: Tensor, axis: int) -> Tensor:
    return weight.abs().transpose(0, axis).flatten(1).sum(1)


def _spaces(blocks: int, layers: Collection[str]) -> Iterator[list[tuple[str, int]]]:
    """Yield, for each space of channels, the layers that write or read it, and on which axis."""
    numbers = range(blocks)
    # head, stage_3, tap_1 and after are summed with the trunk's features or with each other.
    trunk = [("head", _OUT), ("after", _OUT), ("tail", _IN)]
    for number in numbers:
        block = f"blocks.{number}"
        taps = [f"{block}.tap_1"] if f"{block}.tap_1" in layers else []
        trunk += [(f"{block}.stage_1", _IN), (f"gather.{number}", _IN), (f"{block}.stage_3", _OUT)]
        trunk += [(tap, _OUT) for tap in taps]
        near = [(f"{block}.stage_1", _OUT), (f"{block}.stage_2", _IN)]
        yield near + [(tap, _IN) for tap in taps]
        yield [(f"{block}.stage_2", _OUT), (f"{block}.stage_3", _IN)]
    yield trunk
    yield [("after", _IN), *((f"gather.{number}", _OUT) for number in numbers)]
