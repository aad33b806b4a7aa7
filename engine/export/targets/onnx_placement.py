"""Which nodes of an ONNX file ONNX Runtime's execution providers take.

The CPU provider is asked by profiling one run. Those of phones are not in any package for this
system; ONNX Runtime's own checker compares the operators with their lists, by name only.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort

from engine.export.targets.exported_file import ExportedFile
from engine.export.targets.onnxruntime_tools import import_tool
from engine.export.targets.placement import Placement, placement_of, runs_of

_RUNTIME = f"onnxruntime {ort.__version__}"
_CHECKER = f"check_onnx_model_mobile_usability of {_RUNTIME}"
_COREML_LIST = "coreml_supported_mlprogram_ops.md"
# They refuse nodes whose inputs may have any size.
_FIXED = True
_DTYPES = {"tensor(float)": np.float32, "tensor(uint8)": np.uint8}


def onnx_placements(
    content: bytes, file: ExportedFile, *, size: tuple[int, int]
) -> tuple[Placement, ...]:
    """Return what the CPU provider takes, and what those of phones list.

    Args:
        content: The ONNX file.
        file: What it is.
        size: Height and width of an LR picture that it takes.
    """
    model = onnx.load_model_from_string(content)
    listed = () if file.size is None else _listed(onnx.shape_inference.infer_shapes(model))
    return (*profiled_placements(content, file, size=size), *listed)


def profiled_placements(
    content: bytes, file: ExportedFile, *, size: tuple[int, int]
) -> tuple[Placement, ...]:
    """Run the file once and return the nodes that each provider computed."""
    nodes = _profiled(content, file, size)
    providers = list(dict.fromkeys(provider for _, provider in nodes))
    found = []
    for provider in providers:
        marked = [(name, owner == provider) for name, owner in nodes]
        found.append(
            placement_of(
                marked,
                by=f"ONNX Runtime {provider.removesuffix('ExecutionProvider')}",
                basis="measured",
                source=_RUNTIME,
                partitions=runs_of(marked),
            )
        )
    return tuple(found)


def _profiled(content: bytes, file: ExportedFile, size: tuple[int, int]) -> list[tuple[str, str]]:
    """Return operator and provider of each node, in the order in which they ran."""
    with tempfile.TemporaryDirectory(prefix="mfagan-profile-") as folder:
        options = ort.SessionOptions()
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder, "run"))
        session = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        (source,) = session.get_inputs()
        _, *sides = file.input.shape
        shape = (sides[0], *size) if file.input.layout == "NCHW" else (*size, sides[-1])
        session.run(None, {source.name: np.zeros((1, *shape), _DTYPES[source.type])})
        events: list[dict[str, Any]] = json.loads(Path(session.end_profiling()).read_bytes())
    ran = [event for event in events if event.get("cat") == "Node" and "ts" in event]
    ran.sort(key=lambda event: float(event["ts"]))
    return [
        (str(event["args"]["op_name"]), str(event["args"]["provider"]))
        for event in ran
        if "provider" in event.get("args", {})
    ]


def _listed(model: onnx.ModelProto) -> tuple[Placement, ...]:
    checker = import_tool("mobile_helpers.usability_checker")
    found = []
    for name, info in (
        ("NNAPI", checker.check_nnapi_partitions(model, _FIXED)),
        ("Core ML", checker.check_coreml_partitions(model, _FIXED, _COREML_LIST)),
    ):
        taken = [node for group in info.supported_groups for node in group]
        found.append(
            placement_of(
                _marked(model.graph.node, taken),
                by=f"ONNX Runtime {name}",
                basis="listed",
                source=_CHECKER,
                partitions=info.num_partitions,
            )
        )
    return tuple(found)


def _marked(
    nodes: Sequence[onnx.NodeProto], taken: Sequence[onnx.NodeProto]
) -> list[tuple[str, bool]]:
    # By what they make, because messages of protobuf have no identity of their own.
    made = {name for node in taken for name in node.output}
    return [(node.op_type, node.output[0] in made) for node in nodes]
