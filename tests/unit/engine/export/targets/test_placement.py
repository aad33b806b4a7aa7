from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from engine.export.targets.loading import load_target
from engine.export.targets.placement import Placement, nodes_between, placement_of, runs_of
from engine.export.targets.plain_network import PlainNetwork
from engine.export.targets.target_list import EXPORT_TARGETS, target_entry
from tests.helpers.plain_networks import plain_network

HERE = [entry.name for entry in EXPORT_TARGETS if not entry.missing_packages]
# Their runtimes import deprecated things, and warn of it.
pytestmark = pytest.mark.filterwarnings("ignore")


def placements(name: str, network: PlainNetwork, folder: Path) -> list[Placement]:
    """Export to a target and return what is said of its last file, which has a fixed size."""
    folder.mkdir()
    target = load_target(target_entry(name))
    file = target.export(network, folder)[-1]
    return list(target.placements(file, folder, size=file.size or (24, 17)))


def test_operators_are_counted_as_taken_and_left() -> None:
    nodes = [("Conv", True), ("Erf", False), ("Conv", True), ("Relu", True)]

    found = placement_of(nodes, by="X", basis="listed", source="", partitions=runs_of(nodes))

    assert found.taken == {"Conv": 2, "Relu": 1}
    assert found.left == {"Erf": 1}
    assert found.partitions == 2


@pytest.mark.parametrize(
    ("marks", "runs"), [([], 0), ([False], 0), ([True, True], 1), ([True, False, False, True], 2)]
)
def test_a_run_ends_where_a_node_is_left(marks: Sequence[bool], runs: int) -> None:
    assert runs_of([("Conv", mark) for mark in marks]) == runs


def test_the_nodes_of_a_part_are_those_between_its_borders() -> None:
    #   0 ─ a ─ 1 ─ b ─ 2 ─ c ─ 3, and d beside b
    graph = [([0], [1]), ([1], [2]), ([2], [3]), ([1], [4])]

    assert nodes_between(graph, {1}, {3}) == {1, 2}
    assert nodes_between(graph, {0}, {4}) == {0, 3}
    assert nodes_between(graph, {3}, {3}) == set()


@pytest.mark.parametrize("name", ["onnx", "onnx-uint8", "onnx-open", "onnx-fp16"])
def test_the_cpu_provider_computes_every_node_in_one_part(tmp_path: Path, name: str) -> None:
    cpu, nnapi, core_ml = placements(name, plain_network(tmp_path), tmp_path / "files")

    assert (cpu.by, cpu.basis, cpu.partitions) == ("ONNX Runtime CPU", "measured", 1)
    assert sum(count for kind, count in cpu.taken.items() if "Conv" in kind) == 4
    assert cpu.left == {}
    assert {nnapi.basis, core_ml.basis} == {"listed"}
    assert nnapi.taken["Conv"] == core_ml.taken["Conv"] == 4


def test_an_operator_that_no_phone_lists_divides_the_graph(tmp_path: Path) -> None:
    network = plain_network(tmp_path)
    model = network.model()
    model.graph.node[1].op_type = "Erf"
    del model.graph.node[1].attribute[:]

    _, nnapi, _ = placements(
        "onnx", replace(network, content=model.SerializeToString()), tmp_path / "files"
    )

    assert nnapi.left == {"Erf": 1}
    assert nnapi.partitions == 2


def test_pictures_of_any_size_are_not_compared_with_lists_of_phones(tmp_path: Path) -> None:
    network = plain_network(tmp_path)
    target = load_target(target_entry("onnx"))
    (tmp_path / "files").mkdir()
    file = target.export(network, tmp_path / "files")[0]

    found = target.placements(file, tmp_path / "files", size=(16, 24))

    assert [item.by for item in found] == ["ONNX Runtime CPU"]


@pytest.mark.parametrize("name", [name for name in HERE if name not in {"coreml", "executorch"}])
def test_each_runtime_here_says_what_it_takes(tmp_path: Path, name: str) -> None:
    network = plain_network(tmp_path, scale=4, patches=4)

    found = placements(name, network, tmp_path / "files")

    assert found[0].basis == "measured"
    assert found[0].partitions >= 1
    assert sum(count for kind, count in found[0].taken.items() if "onv" in kind.lower()) >= 4
    assert all(item.source for item in found)


@pytest.mark.skipif("litert" not in HERE, reason="needs the extra export")
def test_an_operator_that_litert_does_not_delegate_divides_the_graph(tmp_path: Path) -> None:
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    network = plain_network(tmp_path, scale=4)
    folder = tmp_path / "files"
    folder.mkdir()
    target = load_target(target_entry("litert"))
    file = target.export(network, folder)[-1]
    path = folder / file.paths[0]
    tree = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(bytearray(path.read_bytes()), 0))
    code = next(c for c in tree.operatorCodes if c.builtinCode == schema.BuiltinOperator.LEAKY_RELU)
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.ZEROS_LIKE
    for operator in tree.subgraphs[0].operators:
        if operator.opcodeIndex == tree.operatorCodes.index(code):
            operator.builtinOptions, operator.builtinOptionsType = None, 0
    builder = flatbuffers.Builder(1 << 16)
    builder.Finish(tree.Pack(builder), b"TFL3")
    path.write_bytes(bytes(builder.Output()))

    cpu, gpu = target.placements(file, folder, size=(128, 128))

    for found in (cpu, gpu):
        assert found.left == {"ZEROS_LIKE": 2}
        assert found.partitions == 3
        assert found.taken["CONV_2D"] == 4


def test_core_ml_says_nothing_because_only_apple_knows(tmp_path: Path) -> None:
    if "coreml" not in HERE:
        pytest.skip("needs the extra export")
    assert placements("coreml", plain_network(tmp_path), tmp_path / "files") == []
