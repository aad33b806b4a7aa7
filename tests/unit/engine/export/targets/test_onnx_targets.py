from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest

from engine.export.bundle.sample_inputs import sample_input
from engine.export.targets.exported_file import ExportedFile
from engine.export.targets.loading import load_target
from engine.export.targets.plain_network import PlainNetwork
from engine.export.targets.target_list import EXPORT_TARGETS, target_entry
from engine.inference.network.session import ProbeSession
from tests.helpers.plain_networks import plain_network

ONNX = [entry.name for entry in EXPORT_TARGETS if not entry.packages]


def exported(name: str, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    return load_target(target_entry(name)).export(network, folder)


@pytest.mark.parametrize("name", ONNX)
@pytest.mark.parametrize("scale", [2, 4])
def test_each_file_computes_what_the_network_does(tmp_path: Path, name: str, scale: int) -> None:
    network = plain_network(tmp_path, scale=scale, patches=4)
    target = load_target(target_entry(name))
    reference = ProbeSession(network.content)

    files = exported(name, network, tmp_path / name)

    assert files
    for file in files:
        run = target.load(file, tmp_path / name, threads=1)
        # Odd and even sides, unless it takes one size only.
        for number, size in enumerate([file.size] if file.size else [(17, 24), (32, 21)]):
            lr = sample_input(number, size, channels=3)
            error = np.abs(run(lr) - reference.run(lr))
            found = error.max() if file.measure == "largest" else np.sqrt(np.mean(error**2))
            assert found <= file.tolerance


@pytest.mark.parametrize("name", ["onnx", "onnx-uint8", "onnx-open"])
def test_the_stated_shapes_are_those_of_the_graph(tmp_path: Path, name: str) -> None:
    network = plain_network(tmp_path)

    for file in exported(name, network, tmp_path / name):
        graph = onnx.load(tmp_path / name / file.paths[0]).graph
        for value, port in ((graph.input[0], file.input), (graph.output[0], file.output)):
            dims = value.type.tensor_type.shape.dim
            sides = [d.dim_value or d.dim_param for d in dims]
            assert value.name == port.name
            if file.size is not None:
                assert tuple(sides) == port.shape


def test_files_of_fixed_size_have_no_dynamic_operation(tmp_path: Path) -> None:
    network = plain_network(tmp_path, scale=4)

    fixed = [file for file in exported("onnx", network, tmp_path / "onnx") if file.size]

    assert [file.size for file in fixed] == [(128, 128), (180, 320), (270, 480)]
    for file in fixed:
        graph = onnx.load(tmp_path / "onnx" / file.paths[0]).graph
        assert not {"Shape", "Gather", "Resize"} & {node.op_type for node in graph.node}
        assert all(d.dim_value > 0 for d in graph.output[0].type.tensor_type.shape.dim)


def test_a_shuffle_is_in_the_order_that_phones_have(tmp_path: Path) -> None:
    network = plain_network(tmp_path, scale=4)

    modes = [
        attribute.s
        for node in network.model().graph.node
        for attribute in node.attribute
        if node.op_type == "DepthToSpace" and attribute.name == "mode"
    ]

    assert modes == [b"DCR"]


def test_values_are_clipped_inside(tmp_path: Path) -> None:
    network = plain_network(tmp_path)
    (file, *_) = exported("onnx", network, tmp_path / "onnx")
    run = load_target(target_entry("onnx")).load(file, tmp_path / "onnx", threads=1)

    result = run(np.full((1, 3, 9, 9), 3.0, np.float32))

    assert result.max() == 1.0


def test_8_bit_without_photos_or_int8_files_is_impossible_and_says_what_to_do(
    tmp_path: Path,
) -> None:
    network = plain_network(tmp_path)

    reason = load_target(target_entry("onnx-int8")).feasible(network)

    assert reason is not None
    assert "--calibrate" in reason


def test_a_darktable_package_holds_its_network_and_the_terms(tmp_path: Path) -> None:
    network = plain_network(tmp_path, scale=4)

    (file,) = exported("darktable", network, tmp_path / "darktable")

    with zipfile.ZipFile(tmp_path / "darktable" / file.name) as package:
        config = json.loads(package.read("tiny/config.json"))
        model = onnx.load_model_from_string(package.read("tiny/model_x4.onnx"))
    assert config["task"] == "upscale"
    assert config["backend"] == "onnx"
    assert config["model_card"]["license"] == network.card.license
    assert [value.name for value in model.graph.input] == ["input"]
    assert [value.name for value in model.graph.output] == ["output"]


def test_darktable_has_no_use_for_a_network_of_scale_3(tmp_path: Path) -> None:
    network = plain_network(tmp_path, scale=3)

    reason = load_target(target_entry("darktable")).feasible(network)

    assert reason is not None
    assert "by 3" in reason


def test_the_list_of_operators_names_those_of_the_network(tmp_path: Path) -> None:
    network = plain_network(tmp_path)

    (file,) = exported("ort", network, tmp_path / "ort")

    text = (tmp_path / "ort" / file.paths[1]).read_text()
    assert "Conv" in text
    assert "DepthToSpace" in text
    assert str(Path.home()) not in text
