"""MNN: one file, converted from ONNX by MNN's own converter in a process of its own."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from typing_extensions import override

from engine.export.targets.exported_file import ExportedFile, TensorPort
from engine.export.targets.onnx_files import times
from engine.export.targets.placement import Placement, placement_of
from engine.export.targets.plain_network import INPUT, OUTPUT, PlainNetwork
from engine.export.targets.target import BatchF32, ExportError, ExportTarget, Runner

_TIMEOUT_S = 300.0
# Its Winograd convolutions round more than others: 6e-4 measured, a sixth of a level.
_TOLERANCE = 2e-3
# What the command `mnnconvert` calls. The command itself installs a package of its own and reports
# each conversion to a server, with an id of the computer.
_CONVERT = "import sys, _tools; _tools.mnnconvert(sys.argv)"


class Mnn(ExportTarget):
    """Converts by what ``mnnconvert`` calls."""

    @override
    def feasible(self, network: PlainNetwork) -> str | None:
        return None

    @override
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        name = f"{network.stem}.mnn"
        with tempfile.TemporaryDirectory(prefix="mfagan-mnn-") as scratch:
            source = Path(scratch, "network.onnx")
            source.write_bytes(network.content)
            # It ends its process when it fails, and prints what it does.
            words = ["-f", "ONNX", "--modelFile", source, "--MNNModel", folder / name]
            done = subprocess.run(
                [sys.executable, "-c", _CONVERT, *map(str, [*words, "--bizCode", "mfagan"])],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TIMEOUT_S,
                cwd=scratch,
                check=False,
            )
        if done.returncode or not (folder / name).exists():
            text = (done.stdout + done.stderr).decode(errors="replace").strip()[-300:]
            raise ExportError(f"MNN's converter wrote no file: {text}")
        shape = (1, network.channels, "height", "width")
        outer = tuple(times(network.scale, side) for side in shape[2:])
        return (
            ExportedFile(
                name=name,
                paths=(name,),
                precision="fp32",
                runtime="MNN",
                input=TensorPort(name=INPUT, layout="NCHW", dtype="float32", shape=shape),
                output=TensorPort(
                    name=OUTPUT,
                    layout="NCHW",
                    dtype="float32",
                    shape=(1, network.channels, *outer),
                ),
                tolerance=_TOLERANCE,
            ),
        )

    @override
    def load(self, file: ExportedFile, folder: Path, *, threads: int) -> Runner:
        import MNN  # noqa: PLC0415 - an extra

        interpreter = MNN.Interpreter(str(folder / file.paths[0]))
        session = interpreter.createSession(
            {"backend": "CPU", "precision": "high", "numThread": threads}
        )
        tensor = interpreter.getSessionInput(session)
        resized: list[tuple[int, ...]] = []

        def run(batch: BatchF32) -> BatchF32:
            if resized != [batch.shape]:
                interpreter.resizeTensor(tensor, batch.shape)
                interpreter.resizeSession(session)
                resized[:] = [batch.shape]
            values = np.ascontiguousarray(batch)
            tensor.copyFrom(
                MNN.Tensor(
                    batch.shape, MNN.Halide_Type_Float, values, MNN.Tensor_DimensionType_Caffe
                )
            )
            interpreter.runSession(session)
            result = interpreter.getSessionOutput(session)
            shape = result.getShape()
            host = MNN.Tensor(
                shape,
                MNN.Halide_Type_Float,
                np.zeros(shape, np.float32),
                MNN.Tensor_DimensionType_Caffe,
            )
            result.copyToHostTensor(host)
            return np.array(host.getData(), dtype=np.float32).reshape(shape)

        return run

    @override
    def placements(
        self, file: ExportedFile, folder: Path, *, size: tuple[int, int]
    ) -> tuple[Placement, ...]:
        import MNN  # noqa: PLC0415 - an extra

        interpreter = MNN.Interpreter(str(folder / file.paths[0]))
        session = interpreter.createSession({"backend": "CPU", "precision": "high"})
        tensor = interpreter.getSessionInput(session)
        interpreter.resizeTensor(tensor, (1, *file.input.shape[1:2], *size))
        interpreter.resizeSession(session)
        nodes: list[tuple[str, bool]] = []

        def note(_tensors: object, operator: Any) -> bool:  # noqa: ANN401 - no types
            nodes.append((operator.getType(), True))
            return True

        interpreter.runSessionWithCallBackInfo(session, note, lambda *_: True)
        version = importlib.metadata.version("MNN")
        return (
            placement_of(
                nodes, by="MNN CPU", basis="measured", source=f"MNN {version}", partitions=1
            ),
        )


TARGET = Mnn()
