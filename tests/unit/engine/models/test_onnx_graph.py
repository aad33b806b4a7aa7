"""Graphs of exported networks compute in torch what ONNX Runtime computes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from engine.config.parts import GeneratorRecipe
from engine.inference.network.session import SessionSpec, open_session
from engine.models.onnx_graph import Operand, check_operators
from engine.models.simulated_graph import float_graph
from tests.helpers.float_networks import write_float_file

FAMILIES = {
    "mfanet": GeneratorRecipe(scale=2, channels=4, blocks=2),
    "rrdbnet": GeneratorRecipe(family="rrdbnet", scale=4, channels=4, blocks=1),
    "srresnet": GeneratorRecipe(family="srresnet", scale=2, channels=4, blocks=1),
    "compact": GeneratorRecipe(family="compact", scale=2, channels=4, blocks=1),
    "span": GeneratorRecipe(family="span", scale=2, channels=4, blocks=2),
    "selfcal": GeneratorRecipe(family="selfcal", scale=2, channels=4, blocks=1),
}


@pytest.mark.parametrize("family", list(FAMILIES))
def test_every_family_computes_the_same(tmp_path: Path, family: str) -> None:
    path = write_float_file(tmp_path / "fp32.onnx", FAMILIES[family])
    model = onnx.load(path)
    lr = np.random.default_rng(1).random((1, 3, 13, 18), dtype=np.float32)
    tensors = {
        tensor.name: torch.from_numpy(onnx.numpy_helper.to_array(tensor).copy())
        for tensor in model.graph.initializer
    }

    def weight(operand: Operand) -> torch.Tensor:
        return tensors[operand.tensor]

    def unused(name: str, values: torch.Tensor) -> torch.Tensor:
        raise AssertionError(f"{name} is rounded")

    sr = float_graph(model).run(torch.from_numpy(lr), weight, unused)

    expected = open_session(SessionSpec.of_file(path)).run(lr)
    np.testing.assert_allclose(sr.numpy(), expected, atol=2e-5)


def test_unknown_operators_are_named() -> None:
    node = onnx.helper.make_node("Softmax", ["lr"], ["sr"])
    graph = onnx.helper.make_graph([node], "graph", [], [])

    with pytest.raises(ValueError, match="Softmax"):
        check_operators(onnx.helper.make_model(graph))
