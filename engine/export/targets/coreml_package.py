"""Core ML: an ML program with the sizes of the presets, built with coremltools' own builder.

It runs on Apple's systems only. Here the saved package is read back and its description is
compared with what was asked for; nothing of it is run, and the report says so. Sizes are
enumerated, because ranges of sizes fail or use gigabytes on phones.
"""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
from engine.export.targets.target import ExportError, ExportTarget, Runner


class CoreMl(ExportTarget):
    """Builds the program layer by layer."""

    @override
    def feasible(self, network: PlainNetwork) -> str | None:
        if not network.fixed_sizes():
            return "the network takes none of the preset sizes"
        return obstacle(network)

    @override
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        # It warns of converters that are not used here.
        logging.getLogger("coremltools").setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import coremltools as ct  # noqa: PLC0415 - an extra

            model = _converted(ct, network)
            name = f"{network.stem}.mlpackage"
            model.save(str(folder / name))
            spec = ct.models.MLModel(str(folder / name), skip_model_load=True).get_spec()
        operators = _checked(spec, network)
        files = sorted(path for path in (folder / name).rglob("*") if path.is_file())
        shape = (1, network.channels, "height", "width")
        outer = tuple(times(network.scale, side) for side in shape[2:])
        sizes = ", ".join(f"{height}x{width}" for height, width in network.fixed_sizes())
        return (
            ExportedFile(
                name=name,
                paths=tuple(path.relative_to(folder).as_posix() for path in files),
                precision="fp16",
                runtime="",
                input=TensorPort(name=INPUT, layout="NCHW", dtype="float32", shape=shape),
                output=TensorPort(
                    name=OUTPUT,
                    layout="NCHW",
                    dtype="float32",
                    shape=(1, network.channels, *outer),
                ),
                operators=operators,
                notes=(
                    f"Takes the sizes {sizes}; iOS 16, macOS 13 or newer; computes in float16.",
                    "Its description was checked; Core ML itself runs on Apple's systems only.",
                ),
            ),
        )

    @override
    def load(self, file: ExportedFile, folder: Path, *, threads: int) -> Runner:
        raise ExportError("Core ML runs on Apple's systems only")


def _converted(ct: Any, network: PlainNetwork) -> Any:  # noqa: ANN401 - the package has no types
    from coremltools.converters.mil import Builder  # noqa: PLC0415 - an extra
    from coremltools.converters.mil.mil import get_new_symbol  # noqa: PLC0415

    layers = read_layers(network)
    shape = (1, network.channels, get_new_symbol(), get_new_symbol())
    target = ct.target.iOS16

    @Builder.program(  # type: ignore[untyped-decorator]
        input_specs=[Builder.TensorSpec(shape=shape)], opset_version=target
    )
    def program(lr: Any) -> Any:  # noqa: ANN401 - the name of the argument is that of the input
        return _built(Builder, layers, lr)

    sizes = [(1, network.channels, *size) for size in network.fixed_sizes()]
    shapes = ct.EnumeratedShapes(shapes=sizes, default=sizes[0])
    return ct.convert(
        program,
        convert_to="mlprogram",
        minimum_deployment_target=target,
        inputs=[ct.TensorType(name=INPUT, shape=shapes)],
    )


def _built(mb: Any, layers: Sequence[Layer], lr: Any) -> Any:  # noqa: ANN401 - no types
    """Return the SR picture as a variable of the program."""
    made = {INPUT: lr}
    for layer in layers:
        made[layer.result] = _variable(mb, layer, made)
    # Gives the output its name.
    return mb.identity(x=made[OUTPUT], name=OUTPUT)


def _variable(mb: Any, layer: Layer, made: dict[str, Any]) -> Any:  # noqa: ANN401 - no types
    match layer:
        case Convolution(source=source, kernel=kernel, bias=bias):
            return mb.conv(x=made[source], weight=kernel, bias=bias, pad_type="same")
        case Activation(source=source):
            return _activation(mb, layer, made[source])
        case Arithmetic(sources=(one, other), kind=kind):
            return getattr(mb, kind)(x=made[one], y=made[other])
        case Join(sources=sources):
            return mb.concat(values=[made[source] for source in sources], axis=1)
        case Shuffle(source=source, block=block):
            return mb.depth_to_space(x=made[source], block_size=block)


def _activation(mb: Any, layer: Activation, x: Any) -> Any:  # noqa: ANN401 - no types
    match layer.kind:
        case "relu":
            return mb.relu(x=x)
        case "leaky":
            return mb.leaky_relu(x=x, alpha=float(layer.slopes[0]))
        case "prelu":
            return mb.prelu(x=x, alpha=layer.slopes)
        case "sigmoid":
            return mb.sigmoid(x=x)
        case "tanh":
            return mb.tanh(x=x)
        case "clip":
            return mb.clip(x=x, alpha=0.0, beta=1.0)


def _checked(spec: Any, network: PlainNetwork) -> dict[str, int]:  # noqa: ANN401 - no types
    """Compare the saved description with the network; return its operators.

    Raises:
        ExportError: If they differ.
    """
    (source,), (target,) = spec.description.input, spec.description.output
    wanted = {(1, network.channels, *size) for size in network.fixed_sizes()}
    shapes = source.type.multiArrayType.enumeratedShapes.shapes
    found = {tuple(shape.shape) for shape in shapes} or {tuple(source.type.multiArrayType.shape)}
    if (source.name, target.name) != (INPUT, OUTPUT) or found != wanted:
        raise ExportError(
            f"the package takes {source.name} of {sorted(found)}, not {INPUT} of {sorted(wanted)}"
        )
    (function,) = spec.mlProgram.functions.values()
    (block,) = function.block_specializations.values()
    names = Counter(operation.type for operation in block.operations)
    names.pop("const", None)
    convolutions = sum(isinstance(layer, Convolution) for layer in read_layers(network))
    if names["conv"] != convolutions:
        raise ExportError(f"the package has {names['conv']} convolutions, not {convolutions}")
    return dict(names.most_common())


TARGET = CoreMl()
