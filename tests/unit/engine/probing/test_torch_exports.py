"""What torch's two exporters make of padding is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.probing.process import probe_network
from engine.probing.ranges import UNIT

# The exporters warn about themselves.
pytestmark = pytest.mark.filterwarnings("ignore")

Padding = Literal["zeros", "reflect", "replicate", "circular"]


class Padded(nn.Module):
    """Nearest enlargement and a small residual of a convolution with some padding."""

    def __init__(self, padding: Padding, *, is_module: bool) -> None:
        super().__init__()
        torch.manual_seed(0)
        modes = {"reflect": nn.ReflectionPad2d, "replicate": nn.ReplicationPad2d}
        self.pad = modes[padding](1) if is_module else nn.Identity()
        inner_px = 0 if is_module else 1
        mode = "zeros" if is_module else padding
        self.first = nn.Conv2d(3, 8, 3, padding=inner_px, padding_mode=mode)
        self.last = nn.Conv2d(8, 12, 1, bias=False)
        nn.init.normal_(self.last.weight, std=0.02)

    @override
    def forward(self, lr: Tensor) -> Tensor:
        """Return ``lr`` twice as large."""
        residual = self.last(functional.relu(self.first(self.pad(lr))))
        near: Tensor = functional.interpolate(lr, scale_factor=2, mode="nearest")
        return near + functional.pixel_shuffle(residual, 2)


class PaddedToFour(Padded):
    """The same, after mirroring up to a multiple of four, as transformers with windows do."""

    @override
    def forward(self, lr: Tensor) -> Tensor:
        """Return ``lr`` twice as large."""
        height, width = lr.shape[-2:]
        pads = (0, (4 - width % 4) % 4, 0, (4 - height % 4) % 4)
        large = super().forward(functional.pad(lr, pads, mode="reflect"))
        return large[:, :, : 2 * height, : 2 * width]


@pytest.mark.parametrize("opset", [11, 17])
@pytest.mark.parametrize(
    ("network", "min_px"),
    [
        (Padded("zeros", is_module=False), 1),
        (Padded("reflect", is_module=False), 2),
        (Padded("circular", is_module=False), 1),
        (Padded("reflect", is_module=True), 2),
        (Padded("replicate", is_module=True), 1),
        (PaddedToFour("zeros", is_module=False), 3),
    ],
    ids=["zeros", "reflect", "circular", "ReflectionPad2d", "ReplicationPad2d", "to four"],
)
def test_padding_of_the_older_exporter(
    tmp_path: Path, network: nn.Module, min_px: int, opset: int
) -> None:
    path = tmp_path / "net.onnx"
    axes = {"lr": {2: "h", 3: "w"}, "sr": {2: "sh", 3: "sw"}}
    torch.onnx.export(
        network.eval(), (torch.rand(1, 3, 20, 24),), path, dynamo=False, opset_version=opset,
        input_names=["lr"], output_names=["sr"], dynamic_axes=axes,
    )  # fmt: skip
    _check(path, min_px)


@pytest.mark.parametrize(("padding", "min_px"), [("reflect", 2), ("circular", 1)])
@pytest.mark.expects_logs
def test_padding_of_the_newer_exporter(tmp_path: Path, padding: Padding, min_px: int) -> None:
    path = tmp_path / "net.onnx"
    sizes = {2: torch.export.Dim("h", min=2), 3: torch.export.Dim("w", min=2)}
    torch.onnx.export(
        Padded(padding, is_module=False).eval(), (torch.rand(1, 3, 20, 24),), path, dynamo=True,
        opset_version=18, external_data=False, dynamic_shapes=(sizes,), verbose=False,
    )  # fmt: skip
    _check(path, min_px)


def _check(path: Path, min_px: int) -> None:
    result = probe_network(path)
    facts, guess = result.found.facts, result.found.guesses[0]
    assert (facts.scale, facts.size_multiple, facts.min_px) == (2, 1, min_px)
    assert (guess.input_range, guess.output_range) == (UNIT, UNIT)
    assert result.field.receptive_field_px == 3
    assert result.found.cost.macs >= (8 * 3 * 9 + 12 * 8) * 256 * 256
