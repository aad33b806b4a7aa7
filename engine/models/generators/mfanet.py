"""The multi-scale feature aggregation network: our reconstruction of MFAGAN's generator.

The full text of the paper was not available to us; its abstract names a memory-efficient
multi-scale feature aggregation generator without dense connections. This is
*our reconstruction*: everything runs at LR resolution, with one PixelShuffle at
the end. Paper: Cheng et al. 2021, "MFAGAN: A Compression Framework for
Memory-Efficient On-Device Super-Resolution GAN", arXiv 2107.12679.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.models.blocks.merged_conv import MergedConv3x3
from engine.models.generators.base import Generator

_SLOPE = 0.05
Convolution = Literal["merged", "plain"]

Convolve: TypeAlias = Callable[[nn.Module, Tensor, int], Tensor]
"""Applies a layer to features and returns the given number of output channels."""

Gate: TypeAlias = Callable[[int, Tensor], Tensor]
"""Scales the output of an inner stage; stages are numbered over all blocks, from 0."""


def apply_layer(layer: nn.Module, features: Tensor, width: int) -> Tensor:
    """Apply the whole layer; the `Convolve` of an ordinary network, all of ``width``."""
    result: Tensor = layer(features)
    return result


def open_gate(stage: int, features: Tensor) -> Tensor:
    """Return ``features`` unchanged; the `Gate` of an ordinary network."""
    return features


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPlan:
    """How the body of an `MfaNet` is computed: as it is, sliced or gated.

    Attributes:
        channels: Width of the trunk.
        inner: Widths of the two inner stages of each block; as many blocks are computed.
        convolve: Applies one layer.
        gate: Applied after each inner stage.
    """

    channels: int
    inner: tuple[tuple[int, int], ...]
    convolve: Convolve = apply_layer
    gate: Gate = open_gate


class MfaBlock(nn.Module):
    """Three 3x3 convolutions in a row, whose outputs of growing receptive field are summed.

        features ─┬─ stage_1 ─┬─ stage_2 ─── stage_3 ─┐
                  │  (3x3)    └─ tap_1 ────────────── +
                  └────────────────────────────────── + ── refined

    The taps have receptive fields of 3x3, 5x5 and 7x7 pixels. The last stage is linear, so the
    tap on the second stage and the fusing 1x1 convolution are already part of its kernel, and
    only the tap on the first stage costs a convolution of its own. At most three maps are
    alive at a time.

    Args:
        channels: Width of the input and the output.
        convolution: How 3x3 convolutions train.
        inner: Width of the first and the second stage; ``channels`` when not given.
    """

    def __init__(
        self, channels: int, *, convolution: Convolution, inner: tuple[int, int] | None = None
    ) -> None:
        super().__init__()
        near, middle = inner or (channels, channels)
        # The identity branch needs equal widths on both sides; slimmed blocks do without.
        is_even = near == middle == channels
        self.stage_1 = _conv3x3(channels, near, convolution, identity=is_even)
        self.stage_2 = _conv3x3(near, middle, convolution, identity=is_even)
        # A small last stage and a tap of zeros: a fresh block hardly changes its input.
        self.stage_3 = _conv3x3(middle, channels, convolution, gain=0.1)
        self.tap_1 = nn.Conv2d(near, channels, 1)
        nn.init.zeros_(self.tap_1.weight)
        nn.init.zeros_(self.tap_1.bias)  # type: ignore[arg-type]

    @override
    def forward(self, features: Tensor, plan: BodyPlan, number: int) -> Tensor:
        """Refine features as block ``number`` of a body that is computed by ``plan``.

        Shape:
            - ``features`` and result: ``(N, plan.channels, H, W)``.
        """
        convolve, gate, width = plan.convolve, plan.gate, plan.channels
        near_width, middle_width = plan.inner[number]
        near = functional.leaky_relu(convolve(self.stage_1, features, near_width), _SLOPE)
        near = gate(2 * number, near)
        middle = functional.leaky_relu(convolve(self.stage_2, near, middle_width), _SLOPE)
        middle = gate(2 * number + 1, middle)
        # The order of the calls and sums is that of exported files; see `MfaNet.run`.
        return features + convolve(self.tap_1, near, width) + convolve(self.stage_3, middle, width)


class MfaNet(Generator):
    """Multi-scale feature aggregation generator.

    Block outputs are aggregated as a running sum of 1x1 convolutions, which
    equals one 1x1 convolution of their concatenation but keeps one map alive.
    A linear 3x3 anchor carries the picture itself past the body, so that the
    body only adds detail and tolerates 8-bit arithmetic well.

    Args:
        scale: Factor between LR and SR sides: 2, 3 or 4.
        channels: Width of the body; multiples of 16 run fastest on CPUs.
        blocks: Number of MFA blocks, at least 1.
        convolution: ``merged`` to train, ``plain`` for the folded network.
        inner: Widths inside each block, when they differ from ``channels``.
    """

    def __init__(
        self,
        *,
        scale: int,
        channels: int = 32,
        blocks: int = 4,
        convolution: Convolution = "merged",
        inner: Sequence[tuple[int, int]] | None = None,
    ) -> None:
        super().__init__()
        self.scale = scale
        self.inner = tuple(inner) if inner else ((channels, channels),) * blocks
        self.channels = channels
        # Head, three per block, after-aggregation and tail: each adds 2 pixels.
        self.receptive_field_px = 2 * (3 * blocks + 3) + 1
        self.head = _conv3x3(3, channels, convolution)
        self.blocks = nn.ModuleList(
            MfaBlock(channels, convolution=convolution, inner=pair) for pair in self.inner
        )
        self.gather = nn.ModuleList(nn.Conv2d(channels, channels, 1) for _ in range(blocks))
        self.after = _conv3x3(channels, channels, convolution)
        self.tail = _conv3x3(channels, 3 * scale**2, convolution, gain=0.1)
        # Never merged from branches: it starts as nearest-neighbor enlargement, which is exact.
        self.anchor = nn.Conv2d(3, 3 * scale**2, 3, padding=1)
        _init_nearest(self.anchor, scale)

    @override
    def forward(self, lr: Tensor) -> Tensor:
        """Enlarge a batch; see `Generator`."""
        return self.run(lr, BodyPlan(channels=self.channels, inner=self.inner))

    def run(self, lr: Tensor, plan: BodyPlan, *, maps: list[Tensor] | None = None) -> Tensor:
        """Enlarge a batch with the body computed by ``plan``.

        This is the only description of the network: a supernet's subnets and the gated network
        of slimming differ in their plan alone.

            lr ── head ─┬─ block 0 ─┬─ block 1 ─┬─ ...
                        │       gather 0    gather 1
                        │           └──── + ────┘
                        │               after
                        └────────────── + ── tail ─┐
            lr ── anchor ───────────────────────── + ── pixel shuffle ── sr

        Args:
            lr: Pictures.
            plan: Widths and depth, and how a layer and a gate are applied.
            maps: Receives the output of each block, ``(N, plan.channels, H, W)``. Without it
                only one of them is alive at a time.

        Shape:
            - ``lr``: ``(N, 3, H, W)``; result ``(N, 3, s·H, s·W)``.
        """
        convolve, width = plan.convolve, plan.channels
        head = convolve(self.head, lr, width)  # (N, channels, H, W)
        features = head
        total: Tensor | None = None
        for number in range(len(plan.inner)):
            # Called as a module, so that hooks on a block see its output.
            features = self.blocks[number](features, plan, number)
            if maps is not None:
                maps.append(features)
            # Equals a 1x1 convolution of all blocks' outputs side by side, with one map alive.
            gathered = convolve(self.gather[number], features, width)
            total = gathered if total is None else total + gathered
        assert total is not None
        body = convolve(self.after, total, width) + head
        # Exported files keep the order of the calls, and `engine.models.onnx_network` finds the
        # layers in them by it: the anchor comes before the tail.
        picture = self.carry(lr)
        detail = convolve(self.tail, body, 3 * self.scale**2) + picture
        return functional.pixel_shuffle(detail, self.scale)

    def carry(self, lr: Tensor) -> Tensor:
        """Return the picture's path around the body, in full precision.

        Shape:
            - ``lr``: ``(N, 3, H, W)``; result ``(N, 3·s², H, W)`` float32.
        """
        # Also when the body is in half precision: the detail is small beside the picture, which
        # bfloat16 alone rounds by up to half an 8-bit level.
        with torch.autocast(lr.device.type, enabled=False):
            picture: Tensor = self.anchor(lr)
        return picture

    @override
    def silence_new_parts(self, names: Collection[str]) -> None:
        """Let blocks without loaded weights contribute nothing; see `Generator`.

        A block reaches the picture through its gather and through the blocks after it, so only
        blocks behind all those with loaded weights are silenced.
        """
        loaded = [n for n, _ in enumerate(self.blocks) if f"gather.{n}.weight" not in names]
        for gather in self.gather[max(loaded) + 1 :] if loaded else ():
            for parameter in gather.parameters():
                nn.init.zeros_(parameter)

    @override
    def folded(self) -> MfaNet:
        """Return the same network with every branch folded into one plain convolution."""
        plain = MfaNet(
            scale=self.scale,
            channels=self.channels,
            blocks=len(self.blocks),
            convolution="plain",
            inner=self.inner,
        )
        # Layers have the same names in both networks; only their kinds differ.
        target = dict(plain.named_modules())
        with torch.no_grad():
            for name, module in self.named_modules():
                if isinstance(module, MergedConv3x3):
                    target[name].load_state_dict(module.folded().state_dict())
                elif isinstance(module, nn.Conv2d):
                    target[name].load_state_dict(module.state_dict())
        return plain.eval()


def _conv3x3(
    in_channels: int,
    out_channels: int,
    convolution: Convolution,
    *,
    identity: bool = False,
    gain: float = 1.0,
) -> nn.Module:
    if convolution == "plain":
        return nn.Conv2d(in_channels, out_channels, 3, padding=1)
    return MergedConv3x3(in_channels, out_channels, identity=identity, gain=gain)


def _init_nearest(anchor: nn.Conv2d, scale: int) -> None:
    """Make the anchor repeat each LR pixel: a nearest-neighbor enlargement."""
    # The pixel shuffle reads channel c * s² + k as color c of SR pixel k of the LR pixel.
    with torch.no_grad():
        anchor.weight.zero_()
        for channel in range(3):
            anchor.weight[channel * scale**2 : (channel + 1) * scale**2, channel, 1, 1] = 1.0
        assert anchor.bias is not None
        anchor.bias.zero_()
