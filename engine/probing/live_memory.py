"""Estimates how much memory the feature maps of a network take at once.

The estimate follows from the graph alone. It is that of a runtime that computes
in float32, frees each map after its last reader, and lets an element-wise
operation overwrite its input. Scratch memory of convolutions is not included.

    conv1 ─► relu ─► conv2 ─► add ─► …      alive at conv2: its input, its output,
        └──────────────────────┘            and the map that `add` has yet to read
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from onnx import ModelProto, NodeProto

from engine.probing.onnx_shapes import Shape, pixel_tensors

_ITEM_BYTES = 4
_VIEWS = frozenset({"Reshape", "Identity", "Flatten", "Squeeze", "Unsqueeze", "Dropout", "Cast"})
_IN_PLACE = frozenset(
    {
        "Add", "Sub", "Mul", "Div", "Pow", "Sqrt", "Neg", "Abs", "Exp", "Erf", "Relu", "LeakyRelu",
        "PRelu", "Sigmoid", "Tanh", "Clip", "Elu", "Softplus", "HardSigmoid", "HardSwish", "Gelu",
        "Min", "Max",
    }
)  # fmt: skip


@dataclass(slots=True)
class _Memory:
    """Buffers in use, and the operations that have yet to read them.

    Attributes:
        readers: Number of operations that have yet to read each tensor.
        buffers: The buffer of each tensor.
        tenants: The tensors of each buffer that have yet to be read.
        sizes: Bytes of each buffer in use.
    """

    readers: Counter[str]
    buffers: dict[str, int] = field(default_factory=dict)
    tenants: dict[int, set[str]] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)

    def allocate(self, name: str, size_bytes: int) -> None:
        number = len(self.buffers)
        self.buffers[name] = number
        self.tenants[number] = {name}
        self.sizes[number] = size_bytes

    def share(self, name: str, source: str) -> None:
        self.buffers[name] = self.buffers[source]
        self.tenants[self.buffers[name]].add(name)

    def replaceable(self, node: NodeProto, size_bytes: int) -> str | None:
        """Return an input of this size that is not needed after ``node``."""
        for name in node.input:
            number = self.buffers.get(name)
            if (
                number is not None
                and self.sizes[number] == size_bytes
                and self.tenants[number] == {name}
                and self.readers[name] == list(node.input).count(name)
            ):
                return str(name)
        return None

    def release(self, names: Sequence[str]) -> None:
        for name in names:
            self.readers[name] -= 1
            number = self.buffers.get(name)
            if number is not None and self.readers[name] <= 0:
                self.tenants[number].discard(name)
                if not self.tenants[number]:
                    self.sizes.pop(number, None)


def live_peak_bytes(model: ModelProto, input_name: str, shapes: Mapping[str, Shape]) -> int | None:
    """Return the most bytes of feature maps that are alive at once, input and output among them.

    None if the size of a feature map is not known.

    Args:
        model: A model with one input.
        input_name: Name of the input.
        shapes: Shapes of its tensors, by name.
    """
    maps = pixel_tensors(model, input_name)  # tensors that hold sizes are too small to count
    if not maps <= shapes.keys():
        return None
    readers = Counter(name for node in model.graph.node for name in node.input)
    readers.update(port.name for port in model.graph.output)
    memory = _Memory(readers)
    memory.allocate(input_name, _size_bytes(input_name, shapes))
    peak = sum(memory.sizes.values())
    for node in model.graph.node:
        _place_outputs(memory, node, [name for name in node.output if name in maps], shapes)
        peak = max(peak, sum(memory.sizes.values()))
        unread = [name for name in node.output if not memory.readers[name]]
        memory.release([*node.input, *unread])
    return peak


def _place_outputs(
    memory: _Memory, node: NodeProto, names: Sequence[str], shapes: Mapping[str, Shape]
) -> None:
    source = node.input[0] if node.input else ""
    for name in names:
        if node.op_type in _VIEWS and source in memory.buffers:
            memory.share(name, source)
            continue
        size_bytes = _size_bytes(name, shapes)
        old = memory.replaceable(node, size_bytes) if node.op_type in _IN_PLACE else None
        if old is None:
            memory.allocate(name, size_bytes)
        else:
            memory.share(name, old)


def _size_bytes(name: str, shapes: Mapping[str, Shape]) -> int:
    return math.prod(shapes[name]) * _ITEM_BYTES
