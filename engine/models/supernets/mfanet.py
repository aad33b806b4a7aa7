"""MFANet as a supernet: its first channels and first blocks are smaller networks, its subnets.

They share its weights: a subnet's kernel is the corner of the supernet's, and a 1x1 kernel the
center of a 3x3 one::

    kernel (out, in)   ┌────────┬───┐        kernel (3, 3)   ┌───────────┐
                       │ subnet │   │                        │ ·   ·   · │
                       ├────────┘   │                        │ · [1x1] · │
                       │  supernet  │                        │ ·   ·   · │
                       └────────────┘                        └───────────┘

Paper: Li et al. 2020, "GAN Compression: Efficient Architectures for Interactive Conditional
GANs", arXiv 2003.08936; elastic kernels as centers are of Cai et al. 2019, "Once for All", arXiv
1908.09791, without its learned transformations.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.config.mfa_sizes import MfaSizes
from engine.models.blocks.merged_conv import center_of, kernel_and_bias
from engine.models.generators.mfanet import BodyPlan, MfaNet


@dataclass(frozen=True, slots=True)
class SubnetResult:
    """The output of a subnet.

    Attributes:
        sr: Pictures, ``(N, 3, s·H, s·W)``.
        maps: Output of each block, ``(N, channels, H, W)``.
    """

    sr: Tensor
    maps: list[Tensor]


class MfaSupernet(nn.Module):
    """Runs subnets of an `MfaNet`, whose weights they share.

    Args:
        network: The largest subnet.
    """

    def __init__(self, network: MfaNet) -> None:
        super().__init__()
        self.network = network

    @property
    def largest(self) -> MfaSizes:
        """The sizes of the whole network."""
        return self.network.sizes

    def check(self, sizes: MfaSizes) -> None:
        """Raise if the supernet does not contain a subnet of ``sizes``.

        Raises:
            ValueError: If the supernet has fewer channels or blocks, narrower stages, smaller
                kernels or no tap where the subnet has one.
        """
        missing = list(sizes.missing_from(self.largest))
        if missing or min(sizes.channels, sizes.blocks) < 1:
            said = missing[0] if missing else f"channels={sizes.channels}, blocks={sizes.blocks}"
            raise ValueError(f"{said}: this subnet is not part of the supernet")

    @override
    def forward(self, lr: Tensor, sizes: MfaSizes) -> SubnetResult:
        """Enlarge a batch with the subnet of ``sizes``.

        Shape:
            - ``lr``: ``(N, 3, H, W)``.
        """
        self.check(sizes)
        maps: list[Tensor] = []
        plan = BodyPlan(sizes=sizes, convolve=_apply_slice)
        return SubnetResult(self.network.run(lr, plan, maps=maps), maps)

    def extract(self, sizes: MfaSizes) -> MfaNet:
        """Return the subnet of ``sizes`` as a folded network with weights of its own."""
        self.check(sizes)
        # Folded first: the corner of a merged kernel is the subnet's kernel, while the corners of
        # its branches are not, as the chain sums over channels in between.
        folded = self.network.folded()
        slim = MfaNet.of_sizes(sizes, scale=folded.scale, convolution="plain")
        whole = folded.state_dict()
        with torch.no_grad():
            for name, tensor in slim.state_dict().items():
                there = whole[name]
                if tensor.dim() == 4:
                    there = center_of(there, tensor.shape[2])
                tensor.copy_(there[tuple(slice(side) for side in tensor.shape)])
        return slim.eval()


def _apply_slice(layer: nn.Module, features: Tensor, width: int, kernel_px: int) -> Tensor:
    """Apply the first outputs of a layer to as many inputs as ``features`` has."""
    kernel, bias = kernel_and_bias(layer)
    # Gradients of all subnets add up in the one kernel. Without the gaps between what was cut, and
    # laid out as an extracted network's kernel is: torch may sum in another order otherwise.
    # A 1x1 kernel has the same order in both layouts and counts as contiguous.
    is_last = kernel_px > 1 and kernel.stride(3) != 1
    layout = torch.channels_last if is_last else torch.contiguous_format
    cut = center_of(kernel, kernel_px)[:width, : features.shape[1]]
    cut = cut.contiguous(memory_format=layout)
    return functional.conv2d(features, cut, bias[:width], padding=kernel_px // 2)
