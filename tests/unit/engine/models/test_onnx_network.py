"""An exported file gives back the network it was made of, whatever the exporter left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from numpy.typing import NDArray

from engine.config.parts import GeneratorRecipe
from engine.core.errors import ConfigError
from engine.core.places import resources_folder
from engine.export.onnx_file import export_onnx
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.models.onnx_network import SIZES_KEY, read_onnx_network

FAMILIES = [
    GeneratorRecipe(family="mfanet", scale=3, channels=6, blocks=2, inner=((4, 5), (6, 3))),
    GeneratorRecipe(family="rrdbnet", scale=2, channels=4, blocks=1),
    GeneratorRecipe(family="srresnet", scale=4, channels=4, blocks=1),
    GeneratorRecipe(family="compact", scale=2, channels=4, blocks=2),
    GeneratorRecipe(family="span", scale=4, channels=4, blocks=2),
    GeneratorRecipe(family="tpsr", scale=4, channels=4),
    GeneratorRecipe(family="selfcal", scale=2, channels=4, blocks=1),
]
# What a search may choose.
FAMILIES += [
    GeneratorRecipe(
        scale=2, channels=6, blocks=2, taps=(False, True), last_kernels=(1, 3), tail_kernel=1
    ),
    GeneratorRecipe(family="rrdbnet", scale=2, channels=4, blocks=1, widths=(3,)),
    GeneratorRecipe(family="srresnet", scale=4, channels=4, blocks=1, widths=(7,)),
    GeneratorRecipe(family="compact", scale=2, channels=4, blocks=2, widths=(3, 5)),
    GeneratorRecipe(family="span", scale=4, channels=4, blocks=2, widths=(3, 5)),
    GeneratorRecipe(family="selfcal", scale=2, channels=4, blocks=1, widths=(3,)),
    GeneratorRecipe(family="tpsr", channels=4, cells=((), ("sep5",), ("conv3", "conv7"), ())),
]
SHIPPED = sorted(
    path
    for path in (resources_folder() / "models").glob("*.onnx")
    if not path.stem.endswith("-int8")
)


def trained(sizes: GeneratorRecipe) -> Generator:
    """Return a network whose tensors all differ, as after some training."""
    torch.manual_seed(3)
    network = build_generator(sizes)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return network.folded()


def run_file(path: Path, lr: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what ONNX Runtime makes of ``lr``, without the engine between."""
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    sr: NDArray[np.float32] = session.run(None, {"lr": lr})[0]
    return sr


def picture(side_px: int = 21) -> NDArray[np.float32]:
    """Return a smooth picture, as photos are."""
    rows, columns = np.mgrid[0:side_px, 0:side_px] / side_px
    colors = [np.sin(3 * rows + c) * np.cos(4 * columns - c) for c in range(3)]
    return (0.5 + 0.4 * np.stack(colors)[None]).astype(np.float32)


@pytest.mark.parametrize("sizes", FAMILIES, ids=lambda sizes: sizes.family)
def test_every_family_comes_back_with_all_its_tensors(
    tmp_path: Path, sizes: GeneratorRecipe
) -> None:
    network = trained(sizes)
    path = tmp_path / "net.onnx"
    export_onnx(network, path, sizes=sizes)

    back = read_onnx_network(path)

    assert back.sizes == sizes
    expected, found = network.state_dict(), back.generator.state_dict()
    assert expected.keys() == found.keys()
    assert all(torch.equal(expected[name], found[name]) for name in expected)


@pytest.mark.parametrize("sizes", FAMILIES, ids=lambda sizes: sizes.family)
def test_a_fresh_network_whose_equal_tensors_were_merged_comes_back(
    tmp_path: Path, sizes: GeneratorRecipe
) -> None:
    network = build_generator(sizes).folded()
    path = tmp_path / "net.onnx"
    export_onnx(network, path, sizes=sizes)

    back = read_onnx_network(path).generator

    lr = picture()
    with torch.inference_mode():
        assert np.abs(back(torch.from_numpy(lr)).numpy() - run_file(path, lr)).max() < 1e-6


def test_there_are_shipped_networks() -> None:
    assert len(SHIPPED) >= 15


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_network_comes_back_without_recorded_sizes(path: Path) -> None:
    back = read_onnx_network(path)

    lr = picture()
    with torch.inference_mode():
        sr = back.generator(torch.from_numpy(lr)).numpy()
    assert np.abs(sr - run_file(path, lr)).max() < 1e-6
    model = onnx.load(path)
    kernels = [t for t in model.graph.initializer if len(t.dims) == 4]
    assert sum(np.prod(t.dims) for t in kernels) == sum(
        p.numel() for p in back.generator.parameters() if p.dim() == 4
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("exported") / "net.onnx"
    sizes = FAMILIES[0]
    export_onnx(trained(sizes), path, sizes=sizes)
    return path.read_bytes()


@pytest.fixture
def exported(tmp_path: Path, file: bytes) -> Path:
    path = tmp_path / "net.onnx"
    path.write_bytes(file)
    return path


def test_a_file_that_computes_something_else_is_refused(exported: Path) -> None:
    path = exported
    model = onnx.load(path)
    node = next(node for node in model.graph.node if node.op_type == "LeakyRelu")
    node.attribute[0].f = 0.4
    onnx.save(model, path)

    with pytest.raises(ConfigError, match=r"net\.onnx: .*differs from mfanet"):
        read_onnx_network(path)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ('{"family":"mfanet","scale":3,"channels":600,"blocks":2}', "claims a larger network"),
        ('{"family":"mfanet","scale":3,"channels":6,"blocks":200}', "claims a larger network"),
        ('{"family":"mfanet","scale":3,"channels":6,"blocks":3}', "layers"),
        ('{"family":"span","scale":3,"channels":6,"blocks":2}', "layers"),
        ('{"family":"gone","scale":3}', "gone"),
        ("[]", "cannot be used as weights"),
    ],
)
def test_a_file_with_false_sizes_is_refused(exported: Path, said: str, message: str) -> None:
    path = exported
    model = onnx.load(path)
    onnx.helper.set_model_props(model, {SIZES_KEY: said})
    onnx.save(model, path)

    with pytest.raises(ConfigError, match=message):
        read_onnx_network(path)


def test_a_file_that_would_need_much_memory_is_refused_before_it_is_run(exported: Path) -> None:
    path = exported
    model = onnx.load(path)
    doublings = [
        onnx.helper.make_node("Concat", [f"x{n}"] * 2, [f"x{n + 1}"], axis=1) for n in range(40)
    ]
    doublings[0].input[:] = ["lr", "lr"]
    model.graph.node.extend(doublings)
    onnx.save(model, path)
    with pytest.raises(ConfigError, match="has the shape"):
        read_onnx_network(path)

    del model.graph.node[-40:]
    model.graph.node.append(onnx.helper.make_node("Loop", ["lr"], ["x"], body=onnx.GraphProto()))
    onnx.save(model, path)
    with pytest.raises(ConfigError, match="what our exporter never writes: Loop"):
        read_onnx_network(path)


@pytest.mark.parametrize("seed", range(4))
def test_flipped_and_missing_bytes_end_in_a_refusal_or_in_a_network(
    exported: Path, seed: int
) -> None:
    whole = exported.read_bytes()
    random = np.random.default_rng(seed)
    refusals: list[str] = []
    for number in range(10):
        content = bytearray(whole if number % 2 else whole[: random.integers(len(whole))])
        for place in random.integers(len(content), size=2):
            content[place] = random.integers(256)
        path = exported.with_name("changed.onnx")
        path.write_bytes(content)
        try:
            read_onnx_network(path)
        except ConfigError as error:
            refusals.append(str(error))
    assert len(refusals) >= 5  # what was cut off at least
    assert all("changed.onnx" in refusal for refusal in refusals)


def test_weights_in_another_file_are_refused(exported: Path) -> None:
    path = exported
    model = onnx.load(path)
    onnx.save(model, path, save_as_external_data=True, location="beside.bin", size_threshold=0)

    with pytest.raises(ConfigError, match="another file"):
        read_onnx_network(path)


def test_eight_bit_files_and_other_bytes_are_refused(tmp_path: Path) -> None:
    small = next((resources_folder() / "models").glob("*-int8.onnx"))
    noise = tmp_path / "noise.onnx"
    noise.write_bytes(np.random.default_rng(0).bytes(500))

    with pytest.raises(ConfigError, match="float32"):
        read_onnx_network(small)
    with pytest.raises(ConfigError, match=r"noise\.onnx"):
        read_onnx_network(noise)
