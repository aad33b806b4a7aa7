"""The int8 variant stays close to the network and keeps its ends in float."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from engine.config.parts import GeneratorRecipe
from engine.export.onnx_file import export_onnx
from engine.inference.network.session import SessionSpec, open_session
from engine.models.generators.build import build_generator
from engine.quantization.int8_file import quantize_int8, write_int8
from engine.quantization.plan import plan_of, quantization_plan
from engine.quantization.ranges import Patch, calibrate
from tests.helpers.tiny_onnx import write_tiny_onnx


@pytest.fixture(scope="module")
def files(
    float_file: Path, patches: list[Patch], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    int8 = tmp_path_factory.mktemp("int8") / "int8.onnx"
    quantize_int8(float_file, int8, patches=patches)
    return float_file, int8


def test_the_tail_stays_in_float_behind_clipping_too(
    files: tuple[Path, Path], patches: list[Patch], tmp_path: Path
) -> None:
    """An exported network ends with clipping."""
    model = onnx.load(files[0])
    output = next(node for node in model.graph.node if "sr" in node.output)
    output.output[0] = "raw"
    model.graph.node.append(onnx.helper.make_node("Clip", ["raw", "black", "white"], ["sr"], "c"))
    for name, value in (("black", 0), ("white", 1)):
        model.graph.initializer.append(
            onnx.numpy_helper.from_array(np.array(value, np.float32), name)
        )
    onnx.save(model, tmp_path / "clipped.onnx")

    quantize_int8(tmp_path / "clipped.onnx", tmp_path / "int8.onnx", patches=patches)

    def convolutions_in_float(path: Path) -> int:
        nodes = onnx.load(path).graph.node
        made = {name for node in nodes for name in node.output}
        return sum(node.op_type == "Conv" and node.input[1] not in made for node in nodes)

    assert convolutions_in_float(tmp_path / "int8.onnx") == convolutions_in_float(files[1])


def test_output_differs_by_little_but_differs(
    files: tuple[Path, Path], patches: list[Patch]
) -> None:
    fp32, int8 = (open_session(SessionSpec.of_file(path)).run(patches[0]) for path in files)

    difference = np.abs(fp32 - int8)
    assert difference.max() > 0
    assert difference.mean() < 0.02


def test_body_is_quantized_and_its_ends_are_not(files: tuple[Path, Path]) -> None:
    graph = onnx.load(files[1]).graph
    producers = {name: node for node in graph.node for name in node.output}

    quantized = [
        producers[node.input[1]].op_type == "DequantizeLinear"
        for node in graph.node
        if node.op_type == "Conv" and node.input[1] in producers
    ]
    floats = [n for n in graph.node if n.op_type == "Conv" and n.input[1] not in producers]
    assert len(quantized) == 6
    assert all(quantized)
    assert len(floats) == 3


@pytest.mark.parametrize(
    ("family", "ends"),
    [
        ("rrdbnet", {"head", "tail"}),
        ("srresnet", {"head", "tail"}),
        ("compact", {"body.0", "body.6"}),
        ("span", {"head", "tail"}),
        ("tpsr", {"stem", "step_2", "step_1"}),
        ("selfcal", {"head", "tail"}),
    ],
)
def test_every_family_keeps_its_first_layer_and_those_that_make_pixels(
    tmp_path: Path, patches: list[Patch], family: str, ends: set[str]
) -> None:
    torch.manual_seed(0)
    depth = {"tpsr": None, "rrdbnet": 1}.get(family, 2)
    network = build_generator(GeneratorRecipe(family=family, channels=8, blocks=depth)).folded()
    export_onnx(network, tmp_path / "fp32.onnx")

    quantize_int8(tmp_path / "fp32.onnx", tmp_path / "int8.onnx", patches=patches)

    kept = {tensor.name for tensor in onnx.load(tmp_path / "int8.onnx").graph.initializer}
    assert {name.removesuffix(".weight") for name in kept if name.endswith(".weight")} == ends
    fp32, int8 = (
        open_session(SessionSpec.of_file(tmp_path / name)).run(patches[0])
        for name in ("fp32.onnx", "int8.onnx")
    )
    assert 0 < np.abs(fp32 - int8).mean() < 0.02


def test_nothing_but_the_file_is_left(files: tuple[Path, Path]) -> None:
    assert [path.name for path in files[1].parent.iterdir()] == ["int8.onnx"]


def test_nodes_without_names_are_quantized(tmp_path: Path, patches: list[Patch]) -> None:
    """As many exporters of other makers write them."""
    source = write_tiny_onnx(tmp_path / "fp32.onnx")
    assert {node.name for node in onnx.load(source).graph.node} == {""}

    quantize_int8(source, tmp_path / "int8.onnx", patches=patches)

    stored = onnx.load(tmp_path / "int8.onnx").graph.initializer
    kernels = [t.name for t in stored if t.data_type == onnx.TensorProto.INT8 and len(t.dims) == 4]
    assert kernels == ["w2_quantized"]


def reads_rounded(model: onnx.ModelProto, node: str) -> list[bool]:
    """Return for each tensor that a node reads whether it comes from int8."""
    makers = {name: one for one in model.graph.node for name in one.output}
    reader = next(one for one in model.graph.node if one.name == node)
    return [makers[n].op_type == "DequantizeLinear" for n in reader.input if n in makers]


def test_float_layers_read_what_float_layers_made_unrounded(
    float_file: Path, patches: list[Patch], tmp_path: Path
) -> None:
    """Also where a single int8 layer reads it too, of whose input no other reader may know."""
    model = onnx.load(float_file)
    convolutions = [one for one in model.graph.node if one.op_type == "Conv"]
    shared = convolutions[0].output[0]
    readers = [one for one in model.graph.node if shared in one.input]
    alone = next(one for one in readers if one.op_type == "Conv")
    plan = plan_of(model, {alone.name})

    write_int8(model, tmp_path / "int8.onnx", plan=plan, ranges=calibrate(model, plan, patches))

    written = onnx.load(tmp_path / "int8.onnx")
    assert len(readers) > 1
    assert reads_rounded(written, alone.name)[0]
    for other in readers:
        if other is not alone:
            position = [n for n in other.input if n not in initializers(model)].index(shared)
            assert not reads_rounded(written, other.name)[position]


def test_float_layers_read_what_int8_layers_made_rounded(
    float_file: Path, patches: list[Patch], tmp_path: Path
) -> None:
    """Or the int8 layer would compute in float, for the one reader of its unrounded result."""
    model = onnx.load(float_file)
    first = next(one for one in model.graph.node if one.op_type == "Conv")
    plan = quantization_plan(model, float_ends=())
    floats = [
        one
        for one in model.graph.node
        if first.output[0] in one.input and one.name not in plan.nodes
    ]

    write_int8(model, tmp_path / "int8.onnx", plan=plan, ranges=calibrate(model, plan, patches))

    written = onnx.load(tmp_path / "int8.onnx")
    assert floats
    assert all(all(reads_rounded(written, one.name)) for one in floats)
    readers = [one for one in written.graph.node if first.output[0] in one.input]
    assert {one.op_type for one in readers} == {"QuantizeLinear"}


def initializers(model: onnx.ModelProto) -> set[str]:
    return {tensor.name for tensor in model.graph.initializer}
