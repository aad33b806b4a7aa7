"""Real files in a real process: what is found, and what hostile ones cannot do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled, ModelRefusedError
from engine.probing import limits
from engine.probing.process import inspect_network, measure_cost, probe_network
from engine.probing.ranges import UNIT
from tests.helpers.odd_onnx import nearest_nodes, node, write_onnx
from tests.helpers.tiny_onnx import (
    FOLDING_RECEPTIVE_FIELD_PX,
    RECEPTIVE_FIELD_PX,
    write_folding_onnx,
    write_tiny_onnx,
)


def ints(name: str, *values: int) -> NodeProto:
    return helper.make_node("Constant", [], [name], value_ints=list(values))


def padding_network(path: Path, *, pad_px: int, mode: str, opset: int) -> Path:
    """Write twofold nearest enlargement after a mean over ``2 * pad_px + 1`` pixels in a row.

    The pads are computed as torch's older exporter has them.
    """
    kernel = np.zeros((3, 3, 1, 2 * pad_px + 1), dtype=np.float32)
    kernel[range(3), range(3)] = 1 / (2 * pad_px + 1)
    # (left, right, top, bottom), in pairs, backwards, transposed: (0, 0, top, left, 0, 0, ...).
    constants = {
        "given": [pad_px, pad_px, 0, 0],
        "four": [4],
        "pairs": [-1, 2],
        "from": [-1],
        "to": [-(2**63) + 1],
        "axis": [0],
        "flat": [-1],
    }
    nodes = [
        helper.make_node(
            "Constant", [], [name], value=numpy_helper.from_array(np.array(v, dtype=np.int64))
        )
        for name, v in constants.items()
    ]
    nodes += [
        node("ConstantOfShape", "four", "rest", value=helper.make_tensor("v", 7, [1], [0])),
        node("Concat", "given", "rest", "all", axis=0),
        node("Reshape", "all", "pairs", "rows"),
        node("Slice", "rows", "from", "to", "axis", "from", "turned"),
        node("Transpose", "turned", "columns", perm=[1, 0]),
        node("Reshape", "columns", "flat", "loose"),
        node("Cast", "loose", "pads", to=TensorProto.INT64),
        node("Pad", "lr", "pads", "padded", mode=mode),
        node("Conv", "padded", "w", "mean"),
        helper.make_node("Conv", ["mean", "copy"], ["four_times"]),
        node("DepthToSpace", "four_times", "sr", blocksize=2, mode="CRD"),
    ]
    copy = np.eye(3, dtype=np.float32).repeat(4, axis=0).reshape(12, 3, 1, 1)
    return write_onnx(path, nodes, weights={"w": kernel, "copy": copy}, opsets={"": opset})


@pytest.mark.parametrize("opset", [11, 13, 17])
@pytest.mark.parametrize("mode", ["constant", "reflect", "edge"])
def test_padding_as_exporters_write_it_is_understood(tmp_path: Path, mode: str, opset: int) -> None:
    path = padding_network(tmp_path / "net.onnx", pad_px=2, mode=mode, opset=opset)
    found = probe_network(path).found
    assert (found.facts.scale, found.facts.size_multiple) == (2, 1)
    # Reflection shows at most as much as there is beside a pixel.
    assert found.facts.min_px == (3 if mode == "reflect" else 1)
    assert found.cost.conv_macs == (3 * 3 * 5 + 12 * 3) * 256 * 256


def test_a_real_network_is_described(tmp_path: Path) -> None:
    path = write_tiny_onnx(tmp_path / "net.onnx", scale=2, strength=0.2)
    result = probe_network(path)
    facts, guess = result.found.facts, result.found.guesses[0]
    assert (facts.input_name, facts.output_name) == ("lr", "sr")
    assert (facts.channels, facts.dtype, facts.precision) == (3, "float32", "fp32")
    assert (facts.scale, facts.size_multiple, facts.min_px) == (2, 1, 1)
    assert facts.size_bytes == path.stat().st_size
    assert (guess.input_range, guess.output_range) == (UNIT, UNIT)
    assert guess.confidence > 0.8
    assert result.field.receptive_field_px == RECEPTIVE_FIELD_PX
    assert result.field.is_exact
    assert result.found.cost.macs == result.found.cost.params * 256 * 256


@pytest.mark.parametrize("scale", [1, 3, 4])
@pytest.mark.parametrize("channels", [1, 3])
def test_scale_and_channels_are_found(tmp_path: Path, scale: int, channels: int) -> None:
    facts = inspect_network(write_tiny_onnx(tmp_path / "net.onnx", scale=scale, channels=channels))
    assert (facts.scale, facts.channels) == (scale, channels)


def test_a_network_that_folds_pixels_has_a_multiple_and_a_wider_field(tmp_path: Path) -> None:
    result = probe_network(write_folding_onnx(tmp_path / "net.onnx"))
    assert (result.found.facts.size_multiple, result.found.facts.min_px) == (2, 2)
    assert result.field.receptive_field_px == FOLDING_RECEPTIVE_FIELD_PX


def test_a_size_that_ends_the_process_is_one_that_the_network_does_not_take(
    tmp_path: Path,
) -> None:
    # On 5 to 10 px ONNX Runtime 1.31 divides by zero: the pool leaves nothing to convolve.
    weights: dict[str, NDArray[np.generic]] = {
        "down": np.zeros((16, 3, 3, 3), dtype=np.float32),
        "same": np.zeros((16, 16, 3, 3), dtype=np.float32),
        "out": np.zeros((3, 16, 1, 1), dtype=np.float32),
    }
    nodes = [
        node("Conv", "lr", "down", "a", strides=[2, 2]),
        node("MaxPool", "a", "b", kernel_shape=[7, 7], strides=[3, 3]),
        node("Conv", "b", "same", "c", pads=[1, 1, 1, 1]),
        node("Conv", "c", "out", "d"),
        node("Shape", "lr", "size"),
        node("Resize", "d", "", "", "size", "back", mode="linear"),
        node("Add", "lr", "back", "sum"),
        *nearest_nodes("sum"),
    ]
    facts = inspect_network(write_onnx(tmp_path / "net.onnx", nodes, weights=weights))
    assert (facts.scale, facts.size_multiple, facts.min_px) == (2, 1, 11)


def test_a_file_that_the_runtime_refuses_is_refused_by_name(tmp_path: Path) -> None:
    nodes = [*nearest_nodes()[:1], node("Resize", "lr", "", "twice", "sr", mode="magic")]
    path = write_onnx(tmp_path / "odd.onnx", nodes)
    with pytest.raises(ModelRefusedError, match=r"odd\.onnx: it cannot be loaded"):
        probe_network(path)


def test_a_network_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    path = write_tiny_onnx(tmp_path / "net.onnx")
    with pytest.raises(ModelRefusedError, match="takes too long"):
        probe_network(path, decide_s=0.0)


def test_looking_at_a_network_can_be_stopped(tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(JobCancelled):
        probe_network(write_tiny_onnx(tmp_path / "net.onnx"), token=token)


def test_a_field_that_takes_too_long_is_assumed_wide(tmp_path: Path) -> None:
    # Wide enough to take half a second or more, when nobody waits for it at all.
    result = probe_network(write_tiny_onnx(tmp_path / "net.onnx", width=256), finish_s=0.0)
    assert not result.field.is_exact
    assert result.field.receptive_field_px > 100


def test_endless_arithmetic_is_ended_by_the_bound_of_processor_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = {
        "wide": np.full((512, 3, 1, 1), 1e-3, dtype=np.float32),
        "deep": np.full((512, 512, 1, 1), 1e-9, dtype=np.float32),
    }
    nodes = [node("Conv", "lr", "wide", "x0")]
    # 10^12 products on the smallest picture that is tried.
    nodes += [node("Conv", f"x{i}", "deep", f"x{i + 1}") for i in range(4000)]
    nodes += [node("ReduceMean", "x4000", "one"), node("Add", "lr", "one", "sum")]
    path = write_onnx(tmp_path / "slow.onnx", [*nodes, *nearest_nodes("sum")], weights=weights)
    monkeypatch.setattr(limits, "_DECIDE_CPU_S", 2)
    with pytest.raises(ModelRefusedError, match=r"slow\.onnx: it takes too long"):
        probe_network(path, decide_s=250)


def test_a_network_that_wants_all_memory_is_refused_before_it_has_it(tmp_path: Path) -> None:
    # 3 GB from a picture of 32 x 33 px; the kernel gives such memory only on its first use.
    tile = [
        ints("zoom", 1, 1, 500, 500),
        node("Tile", "lr", "zoom", "huge"),
        node("GlobalAveragePool", "huge", "one"),
        node("Add", "lr", "one", "sum"),
        *nearest_nodes("sum"),
    ]
    path = write_onnx(tmp_path / "huge.onnx", tile)
    # In a process of its own: the system tells the peak of all children there ever were.
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from engine.probing.process import probe_network\n"
        "try: probe_network(Path(sys.argv[1]))\n"
        "except Exception as error: print(error)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    )
    refusal, peak_bytes = done.stdout.strip().splitlines()
    assert "needs more memory than is allowed for a network of its size" in refusal
    assert 1e6 < int(peak_bytes) < 700e6


@pytest.mark.parametrize("name", ["/dev/zero", "/proc/self/mem", "/proc/cpuinfo"])
def test_devices_and_files_of_the_system_are_refused_unread(name: str) -> None:
    with pytest.raises(ModelRefusedError, match=rf"{name}: (cannot be read .*a device|is empty)"):
        probe_network(Path(name))


def test_pipes_sockets_folders_and_missing_files_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.onnx")
    (tmp_path / "folder.onnx").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s.onnx"))
        for name in ("pipe.onnx", "folder.onnx", "s.onnx"):
            with pytest.raises(ModelRefusedError, match=f"{name}: cannot be read .*not a file"):
                probe_network(tmp_path / name)
    for name in ("gone.onnx", "x" * 5000, "nul\0.onnx"):
        with pytest.raises(ModelRefusedError, match="cannot be read"):
            probe_network(tmp_path / name)


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "sparse.onnx"
    with path.open("wb") as file:
        file.truncate(300 << 20)
    with pytest.raises(ModelRefusedError, match=r"has 314\.6 MB, more than 268\.4 MB"):
        probe_network(path)


def test_what_the_process_says_does_not_reach_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = write_onnx(tmp_path / "a.onnx", [node("Relu", "nowhere", "sr")])
    with pytest.raises(ModelRefusedError):
        probe_network(path)
    assert capfd.readouterr() == ("", "")


def test_modules_in_the_working_folder_are_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("onnx", "numpy", "msgspec", "engine"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('run by mistake')")
    path = write_tiny_onnx(tmp_path / "net.onnx")
    monkeypatch.chdir(tmp_path)
    assert inspect_network(path).scale == 2


def test_several_threads_may_look_at_networks_at_once(tmp_path: Path) -> None:
    paths = [write_tiny_onnx(tmp_path / f"{scale}.onnx", scale=scale) for scale in (2, 3)]
    found: dict[Path, int] = {}
    threads = [
        threading.Thread(target=lambda p=p: found.update({p: inspect_network(p).scale}))
        for p in paths
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[path] for path in paths] == [2, 3]


def test_the_cost_of_one_pass_is_counted(tmp_path: Path) -> None:
    cost = measure_cost(write_tiny_onnx(tmp_path / "net.onnx"), height_px=10, width_px=20)
    assert cost.macs == cost.params * 200
    (tmp_path / "no.onnx").write_bytes(b"not a network")
    with pytest.raises(ModelRefusedError, match=r"no\.onnx: the file is not an ONNX model"):
        measure_cost(tmp_path / "no.onnx", height_px=10, width_px=20)


def test_the_asking_process_never_imports_onnx() -> None:
    code = "import engine.api, engine.cli.commands.models, sys; sys.exit('onnx' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
