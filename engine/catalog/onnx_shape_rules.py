"""One rule an operation: the shapes of its outputs from its operands.

A rule may raise ValueError or IndexError for operands that do not fit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from engine.catalog.onnx_operands import Operands, Shape

ShapeRule: TypeAlias = Callable[[Operands], list[Shape]]


def _same(o: Operands) -> list[Shape]:
    return [o.shape(0)] * max(1, len(o.node.outputs))


def _broadcast(o: Operands) -> list[Shape]:
    return [np.broadcast_shapes(*(o.shape(i) for i in range(len(o.inputs))))]


def _window(o: Operands, kernel: Shape) -> Shape:
    """Return the spatial size after sliding ``kernel`` over input 0."""
    size = o.shape(0)[2:]
    ones = (1,) * len(size)
    strides = o.ints_attribute("strides", ones) or ones
    dilations = o.ints_attribute("dilations", ones) or ones
    pads = o.ints_attribute("pads") or (0,) * (2 * len(size))
    auto_pad = o.text_attribute("auto_pad", "NOTSET")
    ceil = o.int_attribute("ceil_mode", 0)
    out = []
    for axis, length in enumerate(size):
        if auto_pad.startswith("SAME"):
            out.append(-(-length // strides[axis]))
            continue
        padding = 0 if auto_pad == "VALID" else pads[axis] + pads[axis + len(size)]
        room = length + padding - dilations[axis] * (kernel[axis] - 1) - 1
        out.append((-(-room // strides[axis]) if ceil else room // strides[axis]) + 1)
    if any(length < 1 for length in out):
        raise ValueError("a window is larger than the picture")
    return tuple(out)


def _conv(o: Operands) -> list[Shape]:
    weight = o.shape(3 if o.node.op_type == "QLinearConv" else 1)
    return [(o.shape(0)[0], weight[0], *_window(o, weight[2:]))]


def _conv_transpose(o: Operands) -> list[Shape]:
    weight, size = o.shape(1), o.shape(0)[2:]
    ones = (1,) * len(size)
    strides = o.ints_attribute("strides", ones) or ones
    dilations = o.ints_attribute("dilations", ones) or ones
    pads = o.ints_attribute("pads") or (0,) * (2 * len(size))
    extra = o.ints_attribute("output_padding") or (0,) * len(size)
    is_same = o.text_attribute("auto_pad", "NOTSET").startswith("SAME")
    out = [
        length * strides[i]
        if is_same
        else strides[i] * (length - 1)
        + extra[i]
        + dilations[i] * (weight[2 + i] - 1)
        + 1
        - pads[i]
        - pads[i + len(size)]
        for i, length in enumerate(size)
    ]
    return [(o.shape(0)[0], weight[1] * o.int_attribute("group", 1), *out)]


def _pool(o: Operands) -> list[Shape]:
    kernel = o.ints_attribute("kernel_shape") or ()
    return [(*o.shape(0)[:2], *_window(o, kernel))] * max(1, len(o.node.outputs))


def _global_pool(o: Operands) -> list[Shape]:
    shape = o.shape(0)
    return [(*shape[:2], *(1,) * (len(shape) - 2))]


def _resize(o: Operands) -> list[Shape]:
    shape = o.shape(0)
    axes = o.ints_attribute("axes") or tuple(range(len(shape)))
    if o.node.op_type == "Upsample" or o.opset < 11:
        scales_index, sizes_index = 1, 9
    else:
        scales_index, sizes_index = 2, 3
    out = list(shape)
    if o.has(sizes_index) and o.ints(sizes_index):
        for axis, length in zip(axes, o.ints(sizes_index), strict=True):
            out[axis] = length
    else:
        scales = o.node.attributes.get("scales")
        factors = scales if isinstance(scales, tuple) else o.floats(scales_index)
        for axis, factor in zip(axes, factors, strict=True):
            out[axis] = math.floor(shape[axis] * factor)
    return [tuple(out)]


def _depth_to_space(o: Operands) -> list[Shape]:
    n, c, h, w = o.shape(0)
    block = o.int_attribute("blocksize", 1)
    if o.node.op_type == "SpaceToDepth":
        return [(n, c * block**2, h // block, w // block)]
    return [(n, c // block**2, h * block, w * block)]


def _pad(o: Operands) -> list[Shape]:
    shape = o.shape(0)
    pads = o.ints_attribute("pads") or o.ints(1)
    axes = o.ints(3) if o.has(3) else tuple(range(len(shape)))
    out = list(shape)
    for index, axis in enumerate(axes):
        out[axis] += pads[index] + pads[index + len(axes)]
    return [tuple(out)]


def _concat(o: Operands) -> list[Shape]:
    axis = o.int_attribute("axis", 0)
    out = list(o.shape(0))
    out[axis] = sum(o.shape(index)[axis] for index in range(len(o.inputs)))
    return [tuple(out)]


def _split(o: Operands) -> list[Shape]:
    shape, count = o.shape(0), len(o.node.outputs)
    axis = o.int_attribute("axis", 0)
    if o.has(1):
        parts = o.ints(1)
    else:
        each = -(-shape[axis] // count)
        even = [*[each] * (count - 1), shape[axis] - each * (count - 1)]
        parts = o.ints_attribute("split") or tuple(even)
    out = []
    for part in parts:
        piece = list(shape)
        piece[axis] = part
        out.append(tuple(piece))
    return out


def _slice(o: Operands) -> list[Shape]:
    out = list(o.shape(0))
    if o.has(1):
        starts, ends, steps = o.ints(1), o.ints(2), o.ints(4) if o.has(4) else None
        axes = o.ints(3) if o.has(3) else None
    else:
        starts, ends = o.ints_attribute("starts") or (), o.ints_attribute("ends") or ()
        axes, steps = o.ints_attribute("axes"), None
    axes = axes or tuple(range(len(starts)))
    steps = steps or (1,) * len(starts)
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        # Far ends stand for "to the border"; a stop before the first row is None.
        stop = None if step < 0 and end <= -out[axis] - 1 else end
        out[axis] = len(range(*slice(start, stop, step).indices(out[axis])))
    return [tuple(out)]


def _gather(o: Operands) -> list[Shape]:
    shape, axis = o.shape(0), o.int_attribute("axis", 0)
    axis %= len(shape)
    return [(*shape[:axis], *o.shape(1), *shape[axis + 1 :])]


def _transpose(o: Operands) -> list[Shape]:
    shape = o.shape(0)
    order = o.ints_attribute("perm") or tuple(reversed(range(len(shape))))
    return [tuple(shape[axis] for axis in order)]


def _reshape(o: Operands) -> list[Shape]:
    shape = o.shape(0)
    asked = o.ints(1) if o.has(1) else o.ints_attribute("shape") or ()
    keep_zero = o.int_attribute("allowzero", 0)
    out = [shape[i] if n == 0 and not keep_zero else n for i, n in enumerate(asked)]
    if -1 in out:
        rest = -math.prod(out)
        out[out.index(-1)] = math.prod(shape) // rest
    if math.prod(out) != math.prod(shape):
        raise ValueError(f"{shape} cannot become {tuple(asked)}")
    return [tuple(out)]


def _flatten(o: Operands) -> list[Shape]:
    shape, axis = o.shape(0), o.int_attribute("axis", 1)
    return [(math.prod(shape[:axis]), math.prod(shape[axis:]))]


def _squeeze(o: Operands) -> list[Shape]:
    shape, axes = o.shape(0), o.axes(1)
    drop = {axis % len(shape) for axis in axes} if axes else None
    return [tuple(n for i, n in enumerate(shape) if (n != 1 if drop is None else i not in drop))]


def _unsqueeze(o: Operands) -> list[Shape]:
    shape, axes = list(o.shape(0)), o.axes(1) or ()
    rank = len(shape) + len(axes)
    for axis in sorted(axis % rank for axis in axes):
        shape.insert(axis, 1)
    return [tuple(shape)]


def _expand(o: Operands) -> list[Shape]:
    return [np.broadcast_shapes(o.shape(0), o.ints(1))]


def _tile(o: Operands) -> list[Shape]:
    return [tuple(n * times for n, times in zip(o.shape(0), o.ints(1), strict=True))]


def _constant_of_shape(o: Operands) -> list[Shape]:
    return [o.ints(0)]


def _range(o: Operands) -> list[Shape]:
    start, limit, delta = (o.floats(index)[0] for index in range(3))
    return [(max(math.ceil((limit - start) / delta), 0),)]


def _reduce(o: Operands) -> list[Shape]:
    shape = o.shape(0)
    axes = o.axes(1)
    keep = o.int_attribute("keepdims", 1)
    if axes is None and o.int_attribute("noop_with_empty_axes", 0):
        return [shape]
    gone = {axis % len(shape) for axis in axes} if axes is not None else set(range(len(shape)))
    if keep:
        return [tuple(1 if i in gone else n for i, n in enumerate(shape))]
    return [tuple(n for i, n in enumerate(shape) if i not in gone)]


def _matmul(o: Operands) -> list[Shape]:
    left, right = o.shape(0), o.shape(1)
    if min(len(left), len(right)) < 2 or left[-1] != right[-2]:
        raise ValueError(f"{left} @ {right}")
    return [(*np.broadcast_shapes(left[:-2], right[:-2]), left[-2], right[-1])]


def _gemm(o: Operands) -> list[Shape]:
    left, right = o.shape(0), o.shape(1)
    rows = left[1] if o.int_attribute("transA", 0) else left[0]
    columns = right[0] if o.int_attribute("transB", 0) else right[1]
    return [(rows, columns)]


# fmt: off
_SAME_SHAPE = (
    "Abs", "BatchNormalization", "Cast", "Ceil", "Celu", "Clip", "Cos", "CumSum",
    "DequantizeLinear", "Dropout", "Elu", "Erf", "Exp", "Floor", "Gelu", "GroupNormalization",
    "HardSigmoid", "HardSwish", "Identity", "InstanceNormalization", "LayerNormalization",
    "LeakyRelu", "Log", "LogSoftmax", "LpNormalization", "LRN", "MeanVarianceNormalization",
    "Mish", "Neg", "Not", "PRelu", "QuantizeLinear", "Reciprocal", "Relu", "RMSNormalization",
    "Round", "Selu", "Sigmoid", "Sign", "Sin", "Softmax", "Softplus", "Softsign", "Sqrt",
    "Swish", "Tanh", "ThresholdedRelu",
)
_BROADCAST = (
    "Add", "And", "Div", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Max",
    "Mean", "Min", "Mod", "Mul", "Or", "Pow", "Sub", "Sum", "Where", "Xor",
)
_REDUCE = (
    "L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare",
)
# fmt: on

SHAPE_RULES: dict[str, ShapeRule] = {
    **dict.fromkeys(_SAME_SHAPE, _same),
    **dict.fromkeys(_BROADCAST, _broadcast),
    **{f"Reduce{name}": _reduce for name in _REDUCE},
    "AveragePool": _pool,
    "Concat": _concat,
    "ConstantOfShape": _constant_of_shape,
    "Conv": _conv,
    "ConvInteger": _conv,
    "ConvTranspose": _conv_transpose,
    "DepthToSpace": _depth_to_space,
    "Expand": _expand,
    "Flatten": _flatten,
    "Gather": _gather,
    "Gemm": _gemm,
    "GlobalAveragePool": _global_pool,
    "GlobalMaxPool": _global_pool,
    "MatMul": _matmul,
    "MaxPool": _pool,
    "Pad": _pad,
    "QLinearConv": _conv,
    "Range": _range,
    "Reshape": _reshape,
    "Resize": _resize,
    "Slice": _slice,
    "SpaceToDepth": _depth_to_space,
    "Split": _split,
    "Squeeze": _squeeze,
    "Tile": _tile,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
    "Upsample": _resize,
}
