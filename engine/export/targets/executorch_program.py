"""ExecuTorch: a program of one size, delegated to XNNPACK, from the layers as a torch module."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
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
)
from engine.export.targets.onnx_files import times
from engine.export.targets.plain_network import INPUT, OUTPUT, PlainNetwork
from engine.export.targets.target import BatchF32, ExportTarget, Runner


class ExecuTorch(ExportTarget):
    """Exports with torch, and lowers what XNNPACK takes."""

    @override
    def feasible(self, network: PlainNetwork) -> str | None:
        if not network.fixed_sizes():
            return "the network takes none of the preset sizes"
        return obstacle(network)

    @override
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        height, width = network.fixed_sizes()[0]
        name = f"{network.stem}-fp32-{height}x{width}.pte"
        with warnings.catch_warnings():
            # Of deprecations inside torch and its exporter.
            warnings.simplefilter("ignore")
            logging.getLogger("executorch").setLevel(logging.ERROR)
            content, delegates = _lowered(network, height, width)
        (folder / name).write_bytes(content)
        outer = tuple(times(network.scale, side) for side in (height, width))
        channels = network.channels
        return (
            ExportedFile(
                name=name,
                paths=(name,),
                precision="fp32",
                runtime="executorch",
                input=TensorPort(
                    name=INPUT, layout="NCHW", dtype="float32", shape=(1, channels, height, width)
                ),
                output=TensorPort(
                    name=OUTPUT, layout="NCHW", dtype="float32", shape=(1, channels, *outer)
                ),
                size=(height, width),
                operators={"XnnpackBackend": delegates},
                notes=(f"{delegates} parts of the program run in XNNPACK.",),
            ),
        )

    @override
    def load(self, file: ExportedFile, folder: Path, *, threads: int) -> Runner:
        import torch  # noqa: PLC0415 - an extra
        from executorch.runtime import Runtime  # noqa: PLC0415 - an extra

        # By its path: the runtime does not keep bytes alive.
        program = Runtime.get().load_program(folder / file.paths[0])
        method = program.load_method("forward")

        def run(batch: BatchF32) -> BatchF32:
            (result,) = method.execute((torch.from_numpy(np.ascontiguousarray(batch)),))
            return np.array(result.numpy(), dtype=np.float32)

        run.program = program  # type: ignore[attr-defined] # the method does not own it
        return run


def _lowered(network: PlainNetwork, height: int, width: int) -> tuple[bytes, int]:
    """Return the program, and how many parts of it XNNPACK takes."""
    import torch  # noqa: PLC0415 - an extra
    from executorch.backends.xnnpack.partition.xnnpack_partitioner import (  # noqa: PLC0415
        XnnpackPartitioner,
    )
    from executorch.exir import to_edge_transform_and_lower  # noqa: PLC0415

    sample = (torch.zeros(1, network.channels, height, width),)
    exported = torch.export.export(_module(read_layers(network)), sample)
    edge = to_edge_transform_and_lower(exported, partitioner=[XnnpackPartitioner()])
    graph = edge.exported_program().graph_module.graph
    delegates = sum("call_delegate" in str(node.target) for node in graph.nodes)
    return bytes(edge.to_executorch().buffer), delegates


def _module(layers: Sequence[Layer]) -> Any:  # noqa: ANN401 - torch is imported here only
    """Return the layers as a torch module in eval mode."""
    import torch  # noqa: PLC0415 - an extra
    from torch.nn import functional as f  # noqa: PLC0415

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for number, layer in enumerate(layers):
                if isinstance(layer, Convolution):
                    self.register_buffer(f"kernel{number}", torch.from_numpy(layer.kernel))
                    self.register_buffer(f"bias{number}", torch.from_numpy(layer.bias))
                elif isinstance(layer, Activation) and layer.kind == "prelu":
                    self.register_buffer(f"slopes{number}", torch.from_numpy(layer.slopes))

        @override
        def forward(self, lr: torch.Tensor) -> torch.Tensor:
            made = {INPUT: lr}
            for number, layer in enumerate(layers):
                made[layer.result] = self.apply_layer(number, layer, made)
            return made[OUTPUT]

        def apply_layer(
            self, number: int, layer: Layer, made: dict[str, torch.Tensor]
        ) -> torch.Tensor:
            match layer:
                case Convolution(source=source, kernel=kernel):
                    weight, bias = (getattr(self, f"{n}{number}") for n in ("kernel", "bias"))
                    return f.conv2d(made[source], weight, bias, padding=kernel.shape[2] // 2)
                case Activation(source=source):
                    return self.activate(number, layer, made[source])
                case Arithmetic(sources=(one, other), kind=kind):
                    left, right = made[one], made[other]
                    if kind == "add":
                        return left + right
                    return left - right if kind == "sub" else left * right
                case Join(sources=sources):
                    return torch.cat([made[source] for source in sources], dim=1)
                case Shuffle(source=source, block=block):
                    return shuffled(made[source], block)

        def activate(self, number: int, layer: Activation, x: torch.Tensor) -> torch.Tensor:
            match layer.kind:
                case "relu":
                    return f.relu(x)
                case "leaky":
                    return f.leaky_relu(x, float(layer.slopes[0]))
                case "prelu":
                    return f.prelu(x, getattr(self, f"slopes{number}"))
                case "sigmoid":
                    return torch.sigmoid(x)
                case "tanh":
                    return torch.tanh(x)
                case "clip":
                    return torch.clamp(x, 0.0, 1.0)

    def shuffled(maps: torch.Tensor, s: int) -> torch.Tensor:
        # torch's own shuffle has the other order of channels.
        batch, channels, height, width = maps.shape
        colors = channels // s**2
        parts = maps.view(batch, s, s, colors, height, width).permute(0, 3, 4, 1, 5, 2)
        return parts.reshape(batch, colors, height * s, width * s)

    return Network().eval()


TARGET = ExecuTorch()
