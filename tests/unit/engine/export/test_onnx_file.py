"""An exported file computes what the network computes and tells nothing of its maker."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import Tensor
from typing_extensions import override

from engine.export.onnx_file import OPSET, export_onnx
from engine.export.shuffle_rewrite import ParityError
from engine.inference.network.session import SessionSpec, open_session
from engine.models.generators.base import Generator
from engine.models.generators.mfanet import MfaNet


@pytest.fixture(scope="module")
def exported(generator: MfaNet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "net.onnx"
    export_onnx(generator, path)
    return path


@pytest.mark.parametrize("size", [(1, 1), (9, 31), (40, 8)])
def test_any_size_gives_the_output_of_the_network(
    exported: Path, generator: MfaNet, size: tuple[int, int]
) -> None:
    lr = np.random.default_rng(0).random((1, 3, *size), dtype=np.float32)

    sr = open_session(SessionSpec.of_file(exported)).run(lr)

    with torch.inference_mode():
        expected = generator(torch.from_numpy(lr)).numpy()
    assert sr.shape == (1, 3, 2 * size[0], 2 * size[1])
    assert np.allclose(sr, expected, atol=1e-5)


def test_the_file_names_no_path_of_the_machine(exported: Path) -> None:
    content = exported.read_bytes()

    assert b".py" not in content
    assert str(Path.cwd()).encode() not in content


def test_the_pixel_shuffle_is_in_the_order_phones_know(exported: Path) -> None:
    model = onnx.load(exported)

    shuffles = [node for node in model.graph.node if node.op_type == "DepthToSpace"]
    modes = [a.s for node in shuffles for a in node.attribute if a.name == "mode"]
    assert modes == [b"DCR"]
    assert model.opset_import[0].version == OPSET


def test_a_file_that_computes_something_else_is_not_written(tmp_path: Path) -> None:
    class Moody(Generator):
        """Answers the exporter otherwise than its caller."""

        scale = 1
        receptive_field_px = 1

        def __init__(self) -> None:
            super().__init__()
            self.even = torch.nn.Conv2d(3, 12, 1)

        @override
        def forward(self, lr: Tensor) -> Tensor:
            offset = 0.0 if torch.compiler.is_exporting() else 1.0
            return torch.nn.functional.pixel_shuffle(self.even(lr), 2) + offset

    path = tmp_path / "moody.onnx"

    with pytest.raises(ParityError, match="nothing was written"):
        export_onnx(Moody(), path)

    assert list(tmp_path.iterdir()) == []


def test_only_sums_of_convolutions_may_stand_before_the_shuffle(tmp_path: Path) -> None:
    class Gated(Generator):
        """Ends in an activation, which a permuted convolution would not survive."""

        scale = 2
        receptive_field_px = 1

        def __init__(self) -> None:
            super().__init__()
            self.tail = torch.nn.Conv2d(3, 12, 1)

        @override
        def forward(self, lr: Tensor) -> Tensor:
            return torch.nn.functional.pixel_shuffle(torch.sigmoid(self.tail(lr)), 2)

    with pytest.raises(ParityError, match="Sigmoid"):
        export_onnx(Gated(), tmp_path / "gated.onnx")


def test_convolutions_that_share_a_bias_are_permuted_once(
    generator: MfaNet, tmp_path: Path
) -> None:
    twin = copy.deepcopy(generator)
    assert isinstance(twin.tail, torch.nn.Conv2d)
    assert twin.anchor.bias is not None
    twin.tail.bias = torch.nn.Parameter(twin.anchor.bias.detach().clone() + 0.1)
    twin.anchor.bias = torch.nn.Parameter(twin.tail.bias.detach().clone())

    assert export_onnx(twin, tmp_path / "twin.onnx").largest_difference < 1e-5
