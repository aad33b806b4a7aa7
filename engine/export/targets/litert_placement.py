"""Which operators of a LiteRT file XNNPACK takes, and which its GPU delegate has.

The wheel has ``ModelAnalyzer`` with a check for GPUs, which calls every graph compatible, also
one with ``UNIQUE`` and ``WHERE``; so the operators are compared with the delegate's own list.
"""

from __future__ import annotations

import importlib.metadata
from pathlib import Path
from typing import Any

from ai_edge_litert.interpreter import Interpreter

from engine.export.targets.exported_file import ExportedFile
from engine.export.targets.placement import Placement, nodes_between, placement_of, runs_of

_DELEGATE = "DELEGATE"
_GPU_SOURCE = "gpu_compatibility.cc of LiteRT, July 2026"
# Those of its operators that our writer and Google's quantizer emit, or nearly so.
_GPU_OPERATORS = frozenset({
    "ADD", "AVERAGE_POOL_2D", "CONCATENATION", "CONV_2D", "DEPTHWISE_CONV_2D", "DEPTH_TO_SPACE",
    "DEQUANTIZE", "DIV", "GELU", "HARD_SWISH", "LEAKY_RELU", "LOGISTIC", "MAXIMUM", "MEAN",
    "MINIMUM", "MUL", "PAD", "PRELU", "QUANTIZE", "RELU", "RELU6", "RESHAPE", "RESIZE_BILINEAR",
    "RESIZE_NEAREST_NEIGHBOR", "SUB", "TANH", "TRANSPOSE", "TRANSPOSE_CONV",
})  # fmt: skip


def litert_placements(
    file: ExportedFile, folder: Path, *, size: tuple[int, int]
) -> tuple[Placement, ...]:
    """Return what XNNPACK takes here, and for a file of one size what the GPU delegate lists."""
    interpreter = Interpreter(str(folder / file.paths[0]), num_threads=1)
    source = interpreter.get_input_details()[0]
    interpreter.resize_tensor_input(source["index"], (1, *size, int(source["shape"][3])))
    interpreter.allocate_tensors()
    # A private method, and the only one that shows what the delegates took.
    details: list[dict[str, Any]] = interpreter._get_ops_details()  # noqa: SLF001
    operators = [item for item in details if item["op_name"] != _DELEGATE]
    delegates = [item for item in details if item["op_name"] == _DELEGATE]
    graph = [(list(item["inputs"]), list(item["outputs"])) for item in operators]
    taken: set[int] = set()
    for item in delegates:
        taken |= nodes_between(graph, set(item["inputs"]), set(item["outputs"]))
    names = [str(item["op_name"]) for item in operators]
    version = f"ai-edge-litert {importlib.metadata.version('ai-edge-litert')}"
    measured = placement_of(
        [(name, number in taken) for number, name in enumerate(names)],
        by="LiteRT XNNPACK",
        basis="measured",
        source=version,
        partitions=len(delegates),
    )
    # It computes graphs of one size only.
    return (measured,) if file.size is None else (measured, _on_gpu(names))


def _on_gpu(names: list[str]) -> Placement:
    nodes = [(name, name in _GPU_OPERATORS) for name in names]
    return placement_of(
        nodes, by="LiteRT GPU", basis="listed", source=_GPU_SOURCE, partitions=runs_of(nodes)
    )
