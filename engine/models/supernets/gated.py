"""MFANet with a learned gate on every inner channel, which shows the channels it can lose.

Paper: Wang et al. 2020, "GAN Slimming", arXiv 2008.11062.
"""

from __future__ import annotations

import msgspec
import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.models.blocks.merged_conv import kernel_and_bias
from engine.models.generators.mfanet import BodyPlan, MfaBlock, MfaNet

_LEVELS = 127  # of int8 on each side of 0


class GatedMfaNet(nn.Module):
    """Runs an `MfaNet`, whose weights it shares, with gates and 8-bit rounding.

    The trunk has no gates, so its width stays; inner widths shrink.

    Args:
        network: The network to slim.
        quantize: Whether weights and activations of the body are rounded to 8 bits.
    """

    def __init__(self, network: MfaNet, *, quantize: bool) -> None:
        super().__init__()
        self.network = network
        self.gates = nn.ParameterList(
            nn.Parameter(torch.ones(width)) for pair in network.sizes.inner for width in pair
        )
        self._quantize = quantize

    @override
    def forward(self, lr: Tensor) -> Tensor:
        """Enlarge a batch.

        Shape:
            - ``lr``: ``(N, 3, H, W)``; result ``(N, 3, s·H, s·W)``.
        """
        net = self.network
        plan = BodyPlan(sizes=net.sizes, convolve=self._convolve, gate=self._gate)
        return net.run(lr, plan)

    @torch.no_grad()
    def sizes(self) -> list[Tensor]:
        """Return the magnitude of each gated channel: its gate times the L1 norm of its kernel.

        Shape:
            - one ``(width,)`` per gate, in the order of ``gates``.
        """
        stages = [
            stage
            for block in self.network.blocks
            if isinstance(block, MfaBlock)
            for stage in (block.stage_1, block.stage_2)
        ]
        # A gate alone says little: halving it and doubling its kernel changes nothing.
        norms = [kernel_and_bias(stage)[0].abs().flatten(1).sum(1) for stage in stages]
        return [gate.abs() * norm for gate, norm in zip(self.gates, norms, strict=True)]

    def extract(self, network: MfaNet) -> MfaNet:
        """Return ``network`` without the channels whose gates are 0, the other gates folded in.

        Each stage keeps at least one channel.

        Args:
            network: The network itself, or the one with EMA weights.
        """
        folded = network.folded()
        kept = [_kept(gate) for gate in self.gates]
        pairs = [(len(kept[i]), len(kept[i + 1])) for i in range(0, len(kept), 2)]
        # Gates follow the activation, so they cannot go into the stage before it: leaky ReLU does
        # not commute with a negative factor. They go into the kernels that read the channels.
        sizes = msgspec.structs.replace(folded.sizes, inner=tuple(pairs))
        slim = MfaNet.of_sizes(sizes, scale=folded.scale, convolution="plain")
        weights = folded.state_dict()
        kept = [channels.cpu() for channels in kept]  # a folded network is on the CPU
        for number in range(len(pairs)):
            near, middle = kept[2 * number], kept[2 * number + 1]
            first, second = (self.gates[2 * number + i].detach().cpu() for i in (0, 1))
            _cut(weights, f"blocks.{number}", near, middle, first, second)
        slim.load_state_dict(weights)
        return slim.eval()

    def _gate(self, stage: int, features: Tensor) -> Tensor:
        scale: Tensor = self.gates[stage]
        return features * scale[:, None, None]

    def _convolve(self, layer: nn.Module, features: Tensor, width: int, kernel_px: int) -> Tensor:
        kernel, bias = kernel_and_bias(layer)
        if self._quantize:
            kernel = round_to_8_bits(kernel)
            # The picture already has 256 levels of its own; 127 would only degrade it.
            is_picture = layer is self.network.head
            features = features if is_picture else round_to_8_bits(features)
        return functional.conv2d(features, kernel, bias, padding=kernel_px // 2)


def round_to_8_bits(values: Tensor) -> Tensor:
    """Round to 255 levels that are symmetric around 0; the largest magnitude is kept.

    Gradients pass unchanged (a straight-through estimator).

    Shape:
        - any; the result has the same.
    """
    # The clamp keeps a tensor of zeros from dividing by 0.
    step = values.detach().abs().amax().clamp_min(1e-12) / _LEVELS
    rounded = torch.round(values.detach() / step) * step
    # Rounding has gradient 0 almost everywhere. As the difference is detached, the value is
    # rounded but the gradient is that of `values`.
    return values + (rounded - values.detach())


def _kept(gate: Tensor) -> Tensor:
    """Return the channels to keep: those whose gate is not 0, or else the first."""
    # A convolution without any channel cannot be built or exported.
    kept = gate.detach().nonzero().flatten()
    return kept if len(kept) else torch.zeros(1, dtype=torch.long, device=gate.device)


def _cut(
    weights: dict[str, Tensor],
    block: str,
    near: Tensor,
    middle: Tensor,
    *gates: Tensor,
) -> None:
    """Cut one block's tensors and fold its gates into the kernels that read the gated channels.

    stage_1 ── gate 1 ──┬── stage_2 ── gate 2 ── stage_3
                        └── tap_1
    """
    first, second = gates
    for stage, kept in (("stage_1", near), ("stage_2", middle)):
        for kind in ("weight", "bias"):
            weights[f"{block}.{stage}.{kind}"] = weights[f"{block}.{stage}.{kind}"][kept]
    for reader, kept, gate in (
        ("stage_2", near, first),
        ("tap_1", near, first),
        ("stage_3", middle, second),
    ):
        name = f"{block}.{reader}.weight"
        if name not in weights:  # a block may lack the tap
            continue
        weights[name] = weights[name][:, kept] * gate[kept][None, :, None, None]
