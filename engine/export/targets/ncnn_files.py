"""NCNN: a text file of layers and a binary file of weights, written directly.

    7767517                                    magic
    layers blobs
    Convolution  conv_0  1 1  lr  a  0=32 1=3 …   type, name, inputs, outputs, parameters

A direct writer, because both files are simple, any size is taken without fixing one, and the
converter would need another 88 MB and changes weights to float16. A blob is read once in NCNN;
`Split` copies it for each further reader.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from typing_extensions import override

from engine.export.targets.exported_file import ExportedFile, TensorPort
from engine.export.targets.layers import (
    Activation,
    Arithmetic,
    Convolution,
    Join,
    Layer,
    Shuffle,
    obstacle,
    read_layers,
    sources_of,
)
from engine.export.targets.onnx_files import times
from engine.export.targets.placement import Placement, placement_of, runs_of
from engine.export.targets.plain_network import INPUT, OUTPUT, PlainNetwork
from engine.export.targets.target import BatchF32, ExportError, ExportTarget, Runner

_MAGIC = 7767517
_ARITHMETIC = {"add": 0, "sub": 1, "mul": 2}
# Marks float32 weights in the binary file.
_FLOAT32 = np.zeros(1, "<u4").tobytes()
# Winograd convolutions sum in another order.
_TOLERANCE = 5e-4


class Ncnn(ExportTarget):
    """Writes ``.param`` and ``.bin``."""

    @override
    def feasible(self, network: PlainNetwork) -> str | None:
        return obstacle(network)

    @override
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        layers = read_layers(network)
        names = (f"{network.stem}.param", f"{network.stem}.bin")
        lines, weights = _written(layers)
        blobs = sum(int(line.split()[3]) for line in lines)
        text = "\n".join([str(_MAGIC), f"{len(lines)} {blobs}", *lines]) + "\n"
        (folder / names[0]).write_text(text, encoding="ascii")
        (folder / names[1]).write_bytes(b"".join(weights))
        shape = (network.channels, "height", "width")
        outer = tuple(times(network.scale, side) for side in shape[1:])
        return (
            ExportedFile(
                name=names[0],
                paths=names,
                precision="fp32",
                runtime="ncnn",
                input=TensorPort(name=INPUT, layout="CHW", dtype="float32", shape=shape),
                output=TensorPort(
                    name=OUTPUT, layout="CHW", dtype="float32", shape=(network.channels, *outer)
                ),
                tolerance=_TOLERANCE,
                operators=dict(Counter(line.split()[0] for line in lines).most_common()),
                notes=(
                    "Load the .param file, then the .bin file; use_fp16_* is the app's choice.",
                ),
            ),
        )

    @override
    def load(self, file: ExportedFile, folder: Path, *, threads: int) -> Runner:
        import ncnn  # noqa: PLC0415 - an extra

        net = _network(file, folder, threads=threads)

        def run(batch: BatchF32) -> BatchF32:
            extractor = net.create_extractor()
            # A copy of its own: NCNN does not keep the array alive.
            extractor.input(INPUT, ncnn.Mat(np.ascontiguousarray(batch[0])).clone())
            code, result = extractor.extract(OUTPUT)
            if code != 0:
                raise ExportError(f"{file.name}: NCNN ends with {code}")
            return np.array(result, dtype=np.float32)[None]

        return run

    @override
    def placements(
        self, file: ExportedFile, folder: Path, *, size: tuple[int, int]
    ) -> tuple[Placement, ...]:
        import ncnn  # noqa: PLC0415 - an extra

        net = _network(file, folder, threads=1, on_gpu=ncnn.get_gpu_count() > 0)
        source = f"ncnn {ncnn.__version__}"
        nodes = [(layer.type, True) for layer in net.layers()]
        found = placement_of(nodes, by="NCNN CPU", basis="measured", source=source, partitions=1)
        if not net.opt.use_vulkan_compute:
            return (found,)
        nodes = [(layer.type, layer.support_vulkan) for layer in net.layers()]
        return (
            found,
            placement_of(
                nodes,
                by="NCNN Vulkan",
                basis="measured",
                source=source,
                partitions=runs_of(nodes),
            ),
        )


def _network(file: ExportedFile, folder: Path, *, threads: int, on_gpu: bool = False) -> Any:  # noqa: ANN401 - no types
    import ncnn  # noqa: PLC0415 - an extra

    net = ncnn.Net()
    net.opt.num_threads = threads
    net.opt.use_vulkan_compute = on_gpu
    # On by default where the CPU has them; the float32 result is what is compared.
    net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = net.opt.use_fp16_packed = False
    net.opt.use_bf16_storage = False
    for load, path in zip((net.load_param, net.load_model), file.paths, strict=True):
        if load(str(folder / path)) != 0:
            raise ExportError(f"{path}: NCNN refuses it")
    return net


def _written(layers: Sequence[Layer]) -> tuple[list[str], list[bytes]]:
    """Return the lines of the text file and the parts of the binary file."""
    readers = Counter(source for layer in layers for source in sources_of(layer))
    lines = [_line("Input", "input", [], [INPUT])]
    weights: list[bytes] = []
    waiting: dict[str, list[str]] = {}
    lines += _split(INPUT, readers, waiting)
    for number, layer in enumerate(layers):
        sources = [
            waiting[source].pop() if source in waiting else source for source in sources_of(layer)
        ]
        kind, parameters, parts = _encoded(layer)
        lines.append(_line(kind, f"{kind.lower()}_{number}", sources, [layer.result], parameters))
        weights += parts
        lines += _split(layer.result, readers, waiting)
    return lines, weights


def _split(blob: str, readers: Counter[str], waiting: dict[str, list[str]]) -> Iterator[str]:
    """Yield the line that copies a blob for each reader, if it has several."""
    count = readers[blob]
    if count > 1:
        # Marked by what no name of ONNX has, or a copy could be called like another blob.
        waiting[blob] = [f"{blob}#{number}" for number in range(count)]
        yield _line("Split", f"split_{blob}", [blob], list(waiting[blob]))


def _encoded(layer: Layer) -> tuple[str, str, list[bytes]]:
    """Return type, parameters and weights of a layer."""
    match layer:
        case Convolution(kernel=kernel, bias=bias):
            outputs, _, size, _ = kernel.shape
            values = {0: outputs, 1: size, 4: size // 2, 5: 1, 6: kernel.size}
            text = " ".join(f"{key}={value}" for key, value in values.items())
            return "Convolution", text, [_FLOAT32, _bytes(kernel), _bytes(bias)]
        case Activation():
            return _activation(layer)
        case Arithmetic(kind=kind):
            return "BinaryOp", f"0={_ARITHMETIC[kind]}", []
        case Join():
            return "Concat", "0=0", []
        case Shuffle(block=block):
            # 1=1: the channels are in the order DCR.
            return "PixelShuffle", f"0={block} 1=1", []


def _activation(layer: Activation) -> tuple[str, str, list[bytes]]:
    match layer.kind:
        case "relu" | "leaky":
            return "ReLU", f"0={float(layer.slopes[0]):.9g}", []
        case "prelu":
            return "PReLU", f"0={layer.slopes.size}", [_bytes(layer.slopes)]
        case "sigmoid":
            return "Sigmoid", "", []
        case "tanh":
            return "TanH", "", []
        case "clip":
            return "Clip", "0=0.0 1=1.0", []


def _line(
    kind: str, name: str, inputs: Sequence[str], outputs: Sequence[str], parameters: str = ""
) -> str:
    words = [kind, name, str(len(inputs)), str(len(outputs)), *inputs, *outputs, parameters]
    return " ".join(word for word in words if word)


def _bytes(values: np.ndarray) -> bytes:
    return values.astype("<f4").tobytes()


TARGET = Ncnn()
