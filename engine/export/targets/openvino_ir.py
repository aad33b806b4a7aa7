"""OpenVINO: its intermediate representation, read from ONNX by OpenVINO itself."""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import numpy as np
from typing_extensions import override

from engine.export.targets.exported_file import FP16_TOLERANCE, ExportedFile, TensorPort
from engine.export.targets.onnx_files import times
from engine.export.targets.placement import Placement, placement_of, runs_of
from engine.export.targets.plain_network import INPUT, OUTPUT, PlainNetwork
from engine.export.targets.target import BatchF32, ExportTarget, Runner

_NOT_COMPUTED = {"Constant", "Parameter", "Result"}
_PRECISION_NOTE = (
    "Weights are float16. Set INFERENCE_PRECISION_HINT to f32 for the same result on every CPU; "
    "the default rounds to bfloat16 where the CPU can."
)


def _import_openvino() -> ModuleType:
    """Import OpenVINO without what reports its use to a server, which importing it would start."""
    # OpenVINO takes a stub where this package cannot be imported; None says that it cannot.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    return importlib.import_module("openvino")


class OpenVino(ExportTarget):
    """Reads the graph and saves it, with weights in float16 as OpenVINO advises."""

    @override
    def feasible(self, network: PlainNetwork) -> str | None:
        return None

    @override
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        ov = _import_openvino()
        model = ov.Core().read_model(network.content)
        names = (f"{network.stem}.xml", f"{network.stem}.bin")
        ov.save_model(model, folder / names[0], compress_to_fp16=True)
        shape = (1, network.channels, "height", "width")
        outer = tuple(times(network.scale, side) for side in shape[2:])
        return (
            ExportedFile(
                name=names[0],
                paths=names,
                precision="fp16",
                runtime="openvino",
                input=TensorPort(name=INPUT, layout="NCHW", dtype="float32", shape=shape),
                output=TensorPort(
                    name=OUTPUT,
                    layout="NCHW",
                    dtype="float32",
                    shape=(1, network.channels, *outer),
                ),
                tolerance=FP16_TOLERANCE,
                operators=dict(
                    Counter(
                        op.get_type_name()
                        for op in model.get_ordered_ops()
                        if op.get_type_name() not in _NOT_COMPUTED
                    ).most_common()
                ),
                notes=(_PRECISION_NOTE,),
            ),
        )

    @override
    def load(self, file: ExportedFile, folder: Path, *, threads: int) -> Runner:
        compiled = (
            _import_openvino()
            .Core()
            .compile_model(
                folder / file.paths[0],
                "CPU",
                {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads},
            )
        )

        def run(batch: BatchF32) -> BatchF32:
            return np.asarray(compiled(np.ascontiguousarray(batch))[0], dtype=np.float32)

        return run

    @override
    def placements(
        self, file: ExportedFile, folder: Path, *, size: tuple[int, int]
    ) -> tuple[Placement, ...]:
        ov = _import_openvino()
        core = ov.Core()
        model = core.read_model(folder / file.paths[0])
        found = []
        for device in core.available_devices:
            taken = core.query_model(model, device)
            nodes = [
                (op.get_type_name(), op.get_friendly_name() in taken)
                for op in model.get_ordered_ops()
                if op.get_type_name() not in _NOT_COMPUTED
            ]
            found.append(
                placement_of(
                    nodes,
                    by=f"OpenVINO {device}",
                    basis="measured",
                    source=f"openvino {ov.__version__}",
                    partitions=runs_of(nodes),
                )
            )
        return tuple(found)


TARGET = OpenVino()
