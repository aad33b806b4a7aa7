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

from engine.config.mfa_sizes import MfaSizes
from engine.config.parts import GeneratorRecipe, KernelSize
from engine.models.blocks.merged_conv import MergedConv3x3
from engine.models.generators.base import Generator

_SLOPE = 0.05
Convolution = Literal["merged", "plain"]

Convolve: TypeAlias = Callable[[nn.Module, Tensor, int, int], Tensor]
"""Applies a layer to features: how many output channels there are, and the kernel's size."""

Gate: TypeAlias = Callable[[int, Tensor], Tensor]
"""Scales the output of an inner stage; stages are numbered over all blocks, from 0."""


def apply_layer(layer: nn.Module, features: Tensor, width: int, kernel_px: int) -> Tensor:
    """Apply the whole layer; the `Convolve` of an ordinary network, which has these sizes."""
    result: Tensor = layer(features)
    return result


def open_gate(stage: int, features: Tensor) -> Tensor:
    """Return ``features`` unchanged; the `Gate` of an ordinary network."""
    return features


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPlan:
    """How the body of an `MfaNet` is computed: as it is, sliced or gated.

    Attributes:
        sizes: What is computed: widths, taps and kernels, and as many blocks as they have.
        convolve: Applies one layer.
        gate: Applied after each inner stage.
    """

    sizes: MfaSizes
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

    A searched block may lack the tap, and its last stage may be 1x1.

    Args:
        sizes: Sizes of the network.
        number: Which of its blocks this is.
        convolution: How 3x3 convolutions train.
    """

    def __init__(self, sizes: MfaSizes, number: int, *, convolution: Convolution) -> None:
        super().__init__()
        channels, (near, middle) = sizes.channels, sizes.inner[number]
        # The identity branch needs equal widths on both sides; slimmed blocks do without.
        is_even = near == middle == channels
        self.stage_1 = _conv(channels, near, convolution, identity=is_even)
        self.stage_2 = _conv(near, middle, convolution, identity=is_even)
        # A small last stage and a tap of zeros: a fresh block hardly changes its input.
        self.stage_3 = _conv(
            middle, channels, convolution, size=sizes.last_kernels[number], gain=0.1
        )
        self.tap_1: nn.Conv2d | None = None
        if sizes.taps[number]:
            self.tap_1 = nn.Conv2d(near, channels, 1)
            nn.init.zeros_(self.tap_1.weight)
            nn.init.zeros_(self.tap_1.bias)  # type: ignore[arg-type]

    @override
    def forward(self, features: Tensor, plan: BodyPlan, number: int) -> Tensor:
        """Refine features as block ``number`` of a body that is computed by ``plan``.

        Shape:
            - ``features`` and result: ``(N, plan.sizes.channels, H, W)``.
        """
        convolve, gate, sizes = plan.convolve, plan.gate, plan.sizes
        width, (near_width, middle_width) = sizes.channels, sizes.inner[number]
        near = functional.leaky_relu(convolve(self.stage_1, features, near_width, 3), _SLOPE)
        near = gate(2 * number, near)
        middle = functional.leaky_relu(convolve(self.stage_2, near, middle_width, 3), _SLOPE)
        middle = gate(2 * number + 1, middle)
        # The order of the calls and sums is that of exported files; see `MfaNet.run`.
        if sizes.taps[number]:
            assert self.tap_1 is not None
            features = features + convolve(self.tap_1, near, width, 1)
        return features + convolve(self.stage_3, middle, width, sizes.last_kernels[number])


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
        taps: Whether each block has its tap.
        last_kernels: Kernel of the last stage of each block, 1 or 3.
        tail_kernel: Kernel of the tail, 1 or 3.

    Attributes:
        sizes: All of them together.
    """

    def __init__(
        self,
        *,
        scale: int,
        channels: int = 32,
        blocks: int = 4,
        convolution: Convolution = "merged",
        inner: Sequence[tuple[int, int]] | None = None,
        taps: Sequence[bool] | None = None,
        last_kernels: Sequence[KernelSize] | None = None,
        tail_kernel: KernelSize = 3,
    ) -> None:
        super().__init__()
        self.scale = scale
        self.sizes = MfaSizes.of(
            GeneratorRecipe(
                channels=channels,
                blocks=blocks,
                inner=tuple(inner) if inner else None,
                taps=tuple(taps) if taps else None,
                last_kernels=tuple(last_kernels) if last_kernels else None,
                tail_kernel=tail_kernel,
            )
        )
        self.receptive_field_px = self.sizes.receptive_field_px
        self.head = _conv(3, channels, convolution)
        self.blocks = nn.ModuleList(
            MfaBlock(self.sizes, number, convolution=convolution) for number in range(blocks)
        )
        self.gather = nn.ModuleList(nn.Conv2d(channels, channels, 1) for _ in range(blocks))
        self.after = _conv(channels, channels, convolution)
        self.tail = _conv(channels, 3 * scale**2, convolution, size=tail_kernel, gain=0.1)
        # Never merged from branches: it starts as nearest-neighbor enlargement, which is exact.
        self.anchor = nn.Conv2d(3, 3 * scale**2, 3, padding=1)
        _init_nearest(self.anchor, scale)

    @classmethod
    def of_sizes(
        cls, sizes: MfaSizes, *, scale: int, convolution: Convolution = "merged"
    ) -> MfaNet:
        """Return a fresh network of ``sizes``."""
        return cls(
            scale=scale,
            channels=sizes.channels,
            blocks=sizes.blocks,
            convolution=convolution,
            inner=sizes.inner,
            taps=sizes.taps,
            last_kernels=sizes.last_kernels,
            tail_kernel=sizes.tail_kernel,
        )

    @override
    def forward(self, lr: Tensor) -> Tensor:
        """Enlarge a batch; see `Generator`."""
        return self.run(lr, BodyPlan(sizes=self.sizes))

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
            maps: Receives the output of each block, ``(N, channels, H, W)``. Without it
                only one of them is alive at a time.

        Shape:
            - ``lr``: ``(N, 3, H, W)``; result ``(N, 3, s·H, s·W)``.
        """
        body = self.features(lr, plan, maps=maps)
        # Exported files keep the order of the calls, and `engine.models.onnx_network` finds the
        # layers in them by it: the anchor comes before the tail.
        picture = self.carry(lr)
        tail_px = plan.sizes.tail_kernel
        detail = plan.convolve(self.tail, body, 3 * self.scale**2, tail_px) + picture
        return functional.pixel_shuffle(detail, self.scale)

    def features(self, lr: Tensor, plan: BodyPlan, *, maps: list[Tensor] | None = None) -> Tensor:
        """Return what the tail reads; see `run` for the arguments.

        Shape:
            - ``lr``: ``(N, 3, H, W)``; result ``(N, channels, H, W)``.
        """
        convolve, width = plan.convolve, plan.sizes.channels
        head = convolve(self.head, lr, width, 3)  # (N, channels, H, W)
        features = head
        total: Tensor | None = None
        for number in range(plan.sizes.blocks):
            # Called as a module, so that hooks on a block see its output.
            features = self.blocks[number](features, plan, number)
            if maps is not None:
                maps.append(features)
            # Equals a 1x1 convolution of all blocks' outputs side by side, with one map alive.
            gathered = convolve(self.gather[number], features, width, 1)
            total = gathered if total is None else total + gathered
        assert total is not None
        return convolve(self.after, total, width, 3) + head

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
        plain = MfaNet.of_sizes(self.sizes, scale=self.scale, convolution="plain")
        # Layers have the same names in both networks; only their kinds differ.
        target = dict(plain.named_modules())
        with torch.no_grad():
            for name, module in self.named_modules():
                if isinstance(module, MergedConv3x3):
                    target[name].load_state_dict(module.folded().state_dict())
                elif isinstance(module, nn.Conv2d):
                    target[name].load_state_dict(module.state_dict())
        return plain.eval()


def _conv(
    in_channels: int,
    out_channels: int,
    convolution: Convolution,
    *,
    size: int = 3,
    identity: bool = False,
    gain: float = 1.0,
) -> nn.Module:
    if convolution == "merged" and size == 3:
        return MergedConv3x3(in_channels, out_channels, identity=identity, gain=gain)
    layer = nn.Conv2d(in_channels, out_channels, size, padding=size // 2)
    if convolution == "merged":
        with torch.no_grad():
            layer.weight.mul_(gain)
    return layer


def _init_nearest(anchor: nn.Conv2d, scale: int) -> None:
    """Make the anchor repeat each LR pixel: a nearest-neighbor enlargement."""
    # The pixel shuffle reads channel c * s² + k as color c of SR pixel k of the LR pixel.
    with torch.no_grad():
        anchor.weight.zero_()
        for channel in range(3):
            anchor.weight[channel * scale**2 : (channel + 1) * scale**2, channel, 1, 1] = 1.0
        assert anchor.bias is not None
        anchor.bias.zero_()
