"""One unbroken chain of layers computes in int8, and its ends in float."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from engine.quantization.plan import plan_of, quantization_plan


def chain(nodes: list[onnx.NodeProto], weights: Mapping[str, tuple[int, ...]]) -> onnx.ModelProto:
    def value(name: str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, "h", "w"])

    tensors = [
        numpy_helper.from_array(np.ones(shape, np.float32), name) for name, shape in weights.items()
    ]
    return helper.make_model(
        helper.make_graph(nodes, "chain", [value("lr")], [value("sr")], initializer=tensors)
    )


def conv(name: str, source: str, result: str) -> onnx.NodeProto:
    return helper.make_node("Conv", [source, f"w_{name}"], [result], name=name, pads=[1, 1, 1, 1])


def test_first_convolution_and_the_layers_of_pixels_stay_in_float(float_file: Path) -> None:
    model = onnx.load(float_file)

    plan = quantization_plan(model)

    weights = {node.name: node.input[1] for node in model.graph.node if node.op_type == "Conv"}
    floats = {weight for name, weight in weights.items() if name not in plan.nodes}
    assert floats == {"head.weight", "tail.weight", "anchor.weight"}
    # The sum of the long skip is read by the float tail only.
    last = next(n for n in model.graph.node if n.op_type == "Conv" and n.input[1] == "tail.weight")
    assert last.input[0] not in plan.activations
    assert "lr" not in plan.activations


def test_functions_at_the_ends_of_the_chain_stay_in_float() -> None:
    model = chain(
        [
            conv("one", "lr", "a"),
            helper.make_node("Relu", ["a"], ["b"], name="first"),
            conv("two", "b", "c"),
            helper.make_node("Relu", ["c"], ["d"], name="middle"),
            conv("three", "d", "e"),
            helper.make_node("Relu", ["e"], ["f"], name="last"),
            conv("four", "f", "sr"),
        ],
        {"w_one": (8, 3, 3, 3), "w_two": (8, 8, 3, 3), "w_three": (8, 8, 3, 3)}
        | {"w_four": (3, 8, 3, 3)},
    )

    plan = quantization_plan(model)

    assert plan.nodes == {"two", "middle", "three"}
    assert plan.activations == ("b", "c", "d", "e")


def test_picture_that_is_scaled_first_is_read_by_the_convolution_behind() -> None:
    model = chain(
        [
            helper.make_node("Mul", ["lr", "white"], ["a"], name="scaled"),
            conv("one", "a", "b"),
            conv("two", "b", "c"),
            helper.make_node("Relu", ["c"], ["d"], name="relu"),
            conv("three", "d", "sr"),
        ],
        {"white": (), "w_one": (8, 3, 3, 3), "w_two": (8, 8, 3, 3), "w_three": (3, 8, 3, 3)},
    )

    assert quantization_plan(model).nodes == {"two"}


def test_network_without_a_middle_has_nothing_in_int8() -> None:
    model = chain([conv("one", "lr", "sr")], {"w_one": (3, 3, 3, 3)})

    assert quantization_plan(model).nodes == frozenset()


def four_convolutions() -> onnx.ModelProto:
    """Return one, two, a sum over a skip, three, a function and four, which makes the pixels."""
    return chain(
        [
            conv("one", "lr", "a"),
            conv("two", "a", "b"),
            helper.make_node("Add", ["a", "b"], ["c"], name="sum"),
            conv("three", "c", "d"),
            helper.make_node("Relu", ["d"], ["e"], name="relu"),
            conv("four", "e", "sr"),
        ],
        {"w_one": (8, 3, 3, 3), "w_two": (8, 8, 3, 3), "w_three": (8, 8, 3, 3)}
        | {"w_four": (3, 8, 3, 3)},
    )


def test_ends_of_the_chain_are_in_float_as_asked_for() -> None:
    model = four_convolutions()

    assert quantization_plan(model, float_ends=()).nodes == {"one", "two", "sum", "three"}
    assert quantization_plan(model).nodes == {"two", "sum", "three"}
    # The sum would be rounded for float layers only.
    assert quantization_plan(model, float_ends=["last"]).nodes == {"one", "two"}
    assert quantization_plan(model, float_ends=["first", "last"]).nodes == {"two"}


def test_a_plan_of_one_layer_has_what_it_reads_and_writes() -> None:
    plan = plan_of(four_convolutions(), {"three"})

    assert plan.nodes == {"three"}
    assert plan.activations == ("c", "d")
