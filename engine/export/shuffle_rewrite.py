"""Rewrites pixel shuffles of ONNX graphs into the order of channels that phones have."""

from __future__ import annotations

import onnx

from engine.core.errors import EngineError
from engine.models.shuffle_order import nodes_summed_into, place_first


class ParityError(EngineError):
    """An exported file does not compute the same as its network."""

    code = "parity"


def shuffle_block_first(model: onnx.ModelProto) -> None:
    """Turn each ``DepthToSpace`` from CRD to DCR order by permuting the convolution before it.

    TensorFlow Lite has only DCR, and Core ML's and NNAPI's providers take only
    DCR. Output channel ``c * s² + k`` moves to ``k * C + c``; the result is
    the same to the last bit.
    """
    graph = model.graph
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    producers = {name: node for node in graph.node for name in node.output}
    for node in graph.node:
        if node.op_type != "DepthToSpace":
            continue
        attributes = {attribute.name: attribute for attribute in node.attribute}
        #   CRD: channel c * s² + k      (torch)      RRRR GGGG BBBB
        #   DCR: channel k * C + c       (phones)     RGB RGB RGB RGB
        if attributes["mode"].s != b"CRD":
            continue
        block = attributes["blocksize"].i ** 2
        summed = _nodes_before(node, producers)
        # A set, because convolutions with equal tensors share one.
        for name in {name for n in summed if n.op_type == "Conv" for name in n.input[1:]}:
            _permute_outputs(tensors[name], block)
        attributes["mode"].s = b"DCR"


def _nodes_before(
    shuffle: onnx.NodeProto, producers: dict[str, onnx.NodeProto]
) -> list[onnx.NodeProto]:
    try:
        return nodes_summed_into(shuffle.input[0], producers)
    except ValueError as error:
        raise ParityError(str(error)) from error


def _permute_outputs(tensor: onnx.TensorProto, block: int) -> None:
    values = place_first(onnx.numpy_helper.to_array(tensor), block)
    tensor.CopyFrom(onnx.numpy_helper.from_array(values, tensor.name))
