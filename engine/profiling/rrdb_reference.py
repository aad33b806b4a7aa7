"""Builds RRDB-23, the generator of ESRGAN, with random weights: a reference for cost.

Paper: Wang et al. 2018, "ESRGAN: Enhanced Super-Resolution Generative
Adversarial Networks", arXiv:1809.00219. The topology is exact, the weights are
noise: speed and memory do not depend on them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from engine.core.errors import MissingExtraError

SCALE = 4
_FEATURES = 64
_GROWTH = 32
_RESIDUAL_SCALE = 0.2
_LEAK = 0.2
_OPSET = 18


def build_rrdb(path: Path, *, block_count: int = 23, seed: int = 0) -> None:
    """Write RRDB-``block_count`` as an ONNX file with free height and width.

    Args:
        path: Where to write it; RRDB-23 takes 67 MB.
        block_count: Residual-in-residual dense blocks; ESRGAN has 23.
        seed: Of the weights.

    Raises:
        MissingExtraError: If the onnx package is not installed.
    """
    try:
        import onnx  # noqa: PLC0415 - belongs to the training half, needed only here
        from onnx import helper, numpy_helper  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            'The RRDB reference needs the onnx package: pip install "mfagan-studio[train]", '
            "or leave it out with --no-rrdb"
        ) from error
    writer = _Writer(random=np.random.default_rng(seed))
    output = _write_network(writer, block_count)
    float32 = onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        [helper.make_node(*args, **kwargs) for args, kwargs in writer.nodes],
        f"rrdb-{block_count}",
        [helper.make_tensor_value_info("lr", float32, [1, 3, "height", "width"])],
        [helper.make_tensor_value_info(output, float32, [1, 3, "sr_height", "sr_width"])],
        [numpy_helper.from_array(array, name) for name, array in writer.weights.items()],
    )
    opset = helper.make_opsetid("", _OPSET)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=10), str(path))


@dataclass(slots=True)
class _Writer:
    """Collects nodes and weights; every method returns the name of its result."""

    random: np.random.Generator
    nodes: list[tuple[tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)
    weights: dict[str, Any] = field(default_factory=dict)

    def add(self, op_type: str, inputs: list[str], **attributes: object) -> str:
        name = f"t{len(self.nodes)}"
        self.nodes.append(((op_type, inputs, [name]), attributes))
        return name

    def constant(self, numbers: list[float]) -> str:
        # A node and not a weight: constants are no parameters of the network.
        return self.add("Constant", [], value_floats=numbers)

    def weight(self, array: Any) -> str:  # noqa: ANN401 - any array
        name = f"w{len(self.weights)}"
        self.weights[name] = np.asarray(array, dtype=np.float32)
        return name

    def conv(self, x: str, channels_in: int, channels_out: int, *, is_active: bool) -> str:
        # Small enough for the output to stay finite through 23 blocks.
        spread = 0.1 / math.sqrt(9 * channels_in)
        kernel = self.random.standard_normal((channels_out, channels_in, 3, 3)) * spread
        inputs = [x, self.weight(kernel), self.weight(np.zeros(channels_out))]
        y = self.add("Conv", inputs, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        return self.add("LeakyRelu", [y], alpha=_LEAK) if is_active else y

    def residual(self, x: str, change: str, factor: str) -> str:
        return self.add("Add", [x, self.add("Mul", [change, factor])])


def _write_network(writer: _Writer, block_count: int) -> str:
    factor = writer.constant([_RESIDUAL_SCALE])
    head = writer.conv("lr", 3, _FEATURES, is_active=False)
    x = head
    for _ in range(block_count):
        x = _write_block(writer, x, factor)
    trunk = writer.conv(x, _FEATURES, _FEATURES, is_active=False)
    x = writer.add("Add", [head, trunk])
    scales = writer.constant([1.0, 1.0, 2.0, 2.0])
    for _ in range(2):
        x = writer.add(
            "Resize", [x, "", scales], mode="nearest",
            coordinate_transformation_mode="asymmetric", nearest_mode="floor",
        )  # fmt: skip
        x = writer.conv(x, _FEATURES, _FEATURES, is_active=True)
    x = writer.conv(x, _FEATURES, _FEATURES, is_active=True)
    return writer.conv(x, _FEATURES, 3, is_active=False)


def _write_block(writer: _Writer, x: str, factor: str) -> str:
    y = x
    for _ in range(3):
        y = _write_dense(writer, y, factor)
    return writer.residual(x, y, factor)


def _write_dense(writer: _Writer, x: str, factor: str) -> str:
    grown, channels = [x], _FEATURES
    for index in range(5):
        joined = writer.add("Concat", list(grown), axis=1) if index else x
        is_last = index == 4
        channels_out = _FEATURES if is_last else _GROWTH
        grown.append(writer.conv(joined, channels, channels_out, is_active=not is_last))
        channels += _GROWTH
    return writer.residual(x, grown[-1], factor)
