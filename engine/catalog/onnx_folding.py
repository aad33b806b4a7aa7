"""Computes the small integer tensors with which graphs build their own shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from engine.catalog.onnx_graph import AttributeValue, OnnxTensor, SmallArray, to_small_array

_Attributes: TypeAlias = Mapping[str, AttributeValue]
_Fold: TypeAlias = Callable[[Sequence[Any], _Attributes], Any]


def fold(
    op_type: str, values: Sequence[SmallArray | None], attributes: _Attributes
) -> SmallArray | None:
    """Return the first output of a node whose inputs are known.

    Args:
        op_type: Operation.
        values: Its inputs; None for an optional one that is absent.
        attributes: Its attributes.

    Returns:
        The value, or None when this operation never makes a shape.
    """
    rule = _FOLDS.get(op_type)
    if rule is None:
        return None
    return to_small_array(rule(values, attributes))


def _int(attributes: _Attributes, name: str, default: int) -> int:
    value = attributes.get(name, default)
    return value if isinstance(value, int) else default


def _axes(values: Sequence[Any], attributes: _Attributes) -> tuple[int, ...]:
    axes = values[1] if len(values) > 1 and values[1] is not None else attributes.get("axes", ())
    return tuple(int(axis) for axis in np.asarray(axes).reshape(-1))


def _divide(values: Sequence[Any], _attributes: _Attributes) -> Any:  # noqa: ANN401 - any array
    left, right = values
    if left.dtype.kind == "f" or right.dtype.kind == "f":
        return left / right
    # ONNX divides integers towards zero.
    return np.trunc(left / right).astype(np.int64)


def _cast(values: Sequence[Any], attributes: _Attributes) -> Any:  # noqa: ANN401
    is_float = attributes.get("to") in {1, 10, 11, 16}
    return values[0].astype(np.float64 if is_float else np.int64)


def _slice(values: Sequence[Any], attributes: _Attributes) -> Any:  # noqa: ANN401
    data = values[0]
    if len(values) > 1:
        starts, ends = values[1], values[2]
        axes = values[3] if len(values) > 3 else None
        steps = values[4] if len(values) > 4 else None
    else:
        starts, ends = attributes.get("starts", ()), attributes.get("ends", ())
        axes, steps = attributes.get("axes"), None
    count = len(np.asarray(starts))
    window = [slice(None)] * data.ndim
    for index in range(count):
        axis = int(axes[index]) if axes is not None else index
        step = int(steps[index]) if steps is not None else 1
        end = int(ends[index])
        stop = None if step < 0 and end < -data.shape[axis] else end
        window[axis] = slice(int(starts[index]), stop, step)
    return data[tuple(window)]


def _unsqueeze(values: Sequence[Any], attributes: _Attributes) -> Any:  # noqa: ANN401
    return np.expand_dims(values[0], _axes(values, attributes))


def _squeeze(values: Sequence[Any], attributes: _Attributes) -> Any:  # noqa: ANN401
    return np.squeeze(values[0], _axes(values, attributes) or None)


def _reshape(values: Sequence[Any], _attributes: _Attributes) -> Any:  # noqa: ANN401
    data, asked = values[0], values[1].reshape(-1)
    shape = [data.shape[i] if n == 0 else int(n) for i, n in enumerate(asked)]
    return data.reshape(shape)


def _constant_of_shape(values: Sequence[Any], attributes: _Attributes) -> Any:  # noqa: ANN401
    filler = attributes.get("value")
    value = (
        filler.value.reshape(-1)[0]
        if isinstance(filler, OnnxTensor) and (filler.value is not None)
        else 0.0
    )
    shape = tuple(int(n) for n in values[0].reshape(-1))
    return np.full(shape, value) if np.prod(shape, dtype=float) <= 4096 else np.zeros(0)


def _reduce(function: Callable[..., Any]) -> _Fold:
    def reduce(values: Sequence[Any], attributes: _Attributes) -> Any:  # noqa: ANN401
        axes = _axes(values, attributes) or None
        return function(values[0], axis=axes, keepdims=bool(_int(attributes, "keepdims", 1)))

    return reduce


def _unary(function: Callable[[Any], Any]) -> _Fold:
    return lambda values, _attributes: function(values[0])


def _binary(function: Callable[[Any, Any], Any]) -> _Fold:
    return lambda values, _attributes: function(values[0], values[1])


_FOLDS: dict[str, _Fold] = {
    "Add": _binary(np.add),
    "Cast": _cast,
    "Ceil": _unary(np.ceil),
    "Concat": lambda values, a: np.concatenate(list(values), axis=_int(a, "axis", 0)),
    "ConstantOfShape": _constant_of_shape,
    "Div": _divide,
    "Equal": _binary(np.equal),
    "Floor": _unary(np.floor),
    "Gather": lambda values, a: np.take(values[0], values[1], axis=_int(a, "axis", 0)),
    "Greater": _binary(np.greater),
    "Identity": _unary(np.asarray),
    "Less": _binary(np.less),
    "Max": lambda values, _a: np.maximum.reduce(np.broadcast_arrays(*values)),
    "Min": lambda values, _a: np.minimum.reduce(np.broadcast_arrays(*values)),
    "Mod": _binary(np.mod),
    "Mul": _binary(np.multiply),
    "Neg": _unary(np.negative),
    "ReduceMax": _reduce(np.max),
    "ReduceMin": _reduce(np.min),
    "ReduceProd": _reduce(np.prod),
    "ReduceSum": _reduce(np.sum),
    "Reshape": _reshape,
    "Slice": _slice,
    "Sqrt": _unary(np.sqrt),
    "Squeeze": _squeeze,
    "Sub": _binary(np.subtract),
    "Unsqueeze": _unsqueeze,
    "Where": lambda values, _a: np.where(values[0], values[1], values[2]),
}
