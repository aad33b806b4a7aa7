"""Files of other runtimes, run in them where they are installed (the extra ``export``)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from engine.export.bundle.sample_inputs import sample_input
from engine.export.targets.loading import load_target
from engine.export.targets.ncnn_files import Ncnn
from engine.export.targets.plain_network import PlainNetwork
from engine.export.targets.target_list import EXPORT_TARGETS, target_entry
from engine.inference.network.session import ProbeSession
from tests.helpers.plain_networks import plain_network

HERE = [entry.name for entry in EXPORT_TARGETS if entry.packages and not entry.missing_packages]
RUNNABLE = [name for name in HERE if name != "coreml"]
# They import deprecated things, and warn of it.
pytestmark = pytest.mark.filterwarnings("ignore")


def branched(folder: Path) -> PlainNetwork:
    """Return a network with all layers that direct writers know."""
    network = plain_network(folder, scale=2)
    model = network.model()
    first = next(node for node in model.graph.node if node.op_type == "LeakyRelu")
    width, before = 4, first.output[0]
    random = np.random.default_rng(1)
    model.graph.initializer.extend(
        [
            numpy_helper.from_array(
                np.linspace(0, 0.4, width, dtype=np.float32)[:, None, None], "slopes"
            ),
            numpy_helper.from_array(
                random.normal(0, 0.2, (width, 3 * width, 1, 1)).astype(np.float32), "mixing"
            ),
            numpy_helper.from_array(
                random.normal(0, 0.3, (width, 2, 3, 3)).astype(np.float32), "halves"
            ),
            numpy_helper.from_array(np.array(0.7, np.float32), "half"),
            numpy_helper.from_array(
                np.linspace(-0.2, 0.2, width, dtype=np.float32)[None, :, None, None], "means"
            ),
        ]
    )
    nodes = [
        helper.make_node("PRelu", [before, "slopes"], ["p"], "p"),
        helper.make_node("Sigmoid", [before], ["g"], "g"),
        helper.make_node("Mul", ["p", "g"], ["gated"], "gated"),
        helper.make_node("Sub", ["p", "g"], ["less"], "less"),
        helper.make_node("Relu", ["less"], ["r"], "r"),
        helper.make_node("Sub", ["half", "r"], ["turned"], "turned"),
        helper.make_node("Mul", ["turned", "means"], ["scaled"], "scaled"),
        helper.make_node("Tanh", ["scaled"], ["t"], "t"),
        helper.make_node("Conv", ["t", "halves"], ["halved"], "halved", group=2, pads=[1, 1, 1, 1]),
        helper.make_node("Concat", ["gated", "halved", before], ["joined"], "joined", axis=1),
        helper.make_node("Conv", ["joined", "mixing"], ["mixed"], "mixed"),
    ]
    place = list(model.graph.node).index(first) + 1
    for node in model.graph.node[place:]:
        for index, name in enumerate(node.input):
            if name == before:
                node.input[index] = "mixed"
    for offset, node in enumerate(nodes):
        model.graph.node.insert(place + offset, node)
    onnx.checker.check_model(model, full_check=True)
    return replace(network, content=model.SerializeToString())


def ports_of(name: str, network: PlainNetwork, folder: Path) -> None:
    """Export to a target and compare each file with the network, on odd and even sizes."""
    folder.mkdir()
    target = load_target(target_entry(name))
    reference = ProbeSession(network.content)
    assert target.feasible(network) is None
    for file in target.export(network, folder):
        run = target.load(file, folder, threads=1)
        for number, size in enumerate([file.size] if file.size else [(17, 24), (32, 21)]):
            lr = sample_input(number, size, channels=network.channels)
            made = run(lr)
            error = np.abs(made - reference.run(lr))
            found = error.max() if file.measure == "largest" else np.sqrt(np.mean(error**2))
            assert found <= file.tolerance


@pytest.mark.parametrize("name", RUNNABLE)
def test_each_file_computes_what_the_network_does(tmp_path: Path, name: str) -> None:
    network = plain_network(tmp_path, scale=4, patches=4)

    ports_of(name, network, tmp_path / "files")


@pytest.mark.parametrize("name", [name for name in RUNNABLE if "int8" not in name])
def test_all_layers_that_are_known_are_written(tmp_path: Path, name: str) -> None:
    ports_of(name, branched(tmp_path), tmp_path / "files")


@pytest.mark.expects_logs  # coremltools imports torch and what belongs to it, where that is there
@pytest.mark.parametrize("name", [name for name in HERE if name == "coreml"])
def test_a_core_ml_package_is_read_back_with_its_sizes(tmp_path: Path, name: str) -> None:
    network = plain_network(tmp_path, scale=4)
    folder = tmp_path / "files"
    folder.mkdir()

    (file,) = load_target(target_entry(name)).export(network, folder)

    assert file.runtime == ""
    assert file.operators["conv"] == 4
    assert "128x128" in file.notes[0]
    assert all((folder / path).is_file() for path in file.paths)


def test_ncnn_files_have_one_reader_for_each_blob(tmp_path: Path) -> None:
    network = branched(tmp_path)
    folder = tmp_path / "files"
    folder.mkdir()

    (file,) = Ncnn().export(network, folder)

    lines = (folder / file.paths[0]).read_text().splitlines()
    layers = [line.split() for line in lines[2:]]
    assert lines[0] == "7767517"
    assert int(lines[1].split()[0]) == len(layers)
    read = [blob for words in layers for blob in words[4 : 4 + int(words[2])]]
    made = [
        blob
        for words in layers
        for blob in words[4 + int(words[2]) : 4 + int(words[2]) + int(words[3])]
    ]
    assert len(set(read)) == len(read)
    assert set(read) == set(made) - {"sr"}
    assert len(made) == int(lines[1].split()[1]) == len(set(made))


def test_a_network_that_a_writer_cannot_write_is_impossible_with_the_reason(
    tmp_path: Path,
) -> None:
    network = plain_network(tmp_path)
    model = network.model()
    model.graph.node[1].op_type = "Erf"
    del model.graph.node[1].attribute[:]

    reason = Ncnn().feasible(replace(network, content=model.SerializeToString()))

    assert reason is not None
    assert "Erf" in reason
