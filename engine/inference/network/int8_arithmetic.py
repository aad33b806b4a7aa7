"""Whether this CPU multiplies int8 exactly.

x86 CPUs without VNNI add two products of uint8 and int8 in 16 bits, which overflow and are cut
off without an error: bright areas of a picture come out wrong. No table of CPUs is needed to find
out; one convolution whose sum would be cut off tells::

    2 products of 255 · 127 = 64,770   in 32 bits: right
                                       in 16 bits: 32,767, about half
"""

from __future__ import annotations

from functools import cache

import numpy as np
import onnxruntime as ort

_CHANNELS = 64
_EXPECTED = 200


@cache
def is_int8_exact() -> bool:
    """Return whether ONNX Runtime's CPU kernels sum products of 8 bits without overflow.

    Takes some milliseconds at the first call.
    """
    pixels = np.full((1, _CHANNELS, 8, 8), 255, np.uint8)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(_convolution(), options, providers=["CPUExecutionProvider"])
    result = session.run(None, {"x": pixels})[0]
    return bool(np.abs(result.astype(int) - _EXPECTED).max() <= 1)


def _convolution() -> bytes:
    """Return a 1x1 convolution of uint8 pixels, all weights 127, whose result is `_EXPECTED`."""
    # Loaded when an int8 file could be taken: 0.05 s and 11 MB that others do not need.
    import onnx  # noqa: PLC0415
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415

    total = _CHANNELS * 255 * 127
    tensors = {
        "one": np.float32(1),
        "zero": np.uint8(0),
        "w": np.full((_CHANNELS, _CHANNELS, 1, 1), 127, np.int8),
        "w_zero": np.int8(0),
        "y_scale": np.float32(total / _EXPECTED),
    }
    node = helper.make_node(
        "QLinearConv",
        ["x", "one", "zero", "w", "one", "w_zero", "y_scale", "zero"],
        ["y"],
        name="conv",
    )
    shape = [1, _CHANNELS, 8, 8]
    graph = helper.make_graph(
        [node],
        "int8",
        [helper.make_tensor_value_info("x", TensorProto.UINT8, shape)],
        [helper.make_tensor_value_info("y", TensorProto.UINT8, shape)],
        initializer=[
            numpy_helper.from_array(np.asarray(value), name) for name, value in tensors.items()
        ],
    )
    opset = helper.make_opsetid("", 18)
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=[opset], ir_version=10)
    return bytes(model.SerializeToString())
