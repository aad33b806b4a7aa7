"""Tests of loading and running network files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from engine.core.errors import InferenceError, OutOfMemoryError
from engine.inference.network import session as session_module
from engine.inference.network.providers import CPU, KNOWN_PROVIDERS
from engine.inference.network.session import (
    GraphSession,
    ProbeSession,
    SessionSpec,
    find_providers,
    fold_constants,
    open_session,
    runtime_version,
)
from tests.helpers.tiny_onnx import write_tiny_onnx


def test_network_runs_and_says_where(tmp_path: Path) -> None:
    session = open_session(SessionSpec.of_file(write_tiny_onnx(tmp_path / "n.onnx", scale=3)))
    result = session.run(np.full((1, 3, 5, 7), 0.5, np.float32))
    assert result.shape == (1, 3, 15, 21)
    assert result.dtype == np.float32
    assert session.provider is CPU


def test_file_name_with_umlauts_and_blanks_is_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "Bücher 写真"
    folder.mkdir()
    spec = SessionSpec.of_file(write_tiny_onnx(folder / "größer.onnx"))
    assert open_session(spec).run(np.zeros((1, 3, 4, 4), np.float32)).shape == (1, 3, 8, 8)


def test_half_precision_input_is_fed_as_such(tmp_path: Path) -> None:
    path = tmp_path / "half.onnx"
    kind = onnx.TensorProto.FLOAT16
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Identity", ["lr"], ["sr"])],
        "half",
        [onnx.helper.make_tensor_value_info("lr", kind, [1, 3, "h", "w"])],
        [onnx.helper.make_tensor_value_info("sr", kind, [1, 3, "h", "w"])],
    )
    opset = [onnx.helper.make_opsetid("", 18)]
    onnx.save(onnx.helper.make_model(graph, opset_imports=opset, ir_version=10), path)
    result = open_session(SessionSpec.of_file(path)).run(np.full((1, 3, 2, 2), 0.5, np.float32))
    assert result.dtype == np.float32
    assert (result == 0.5).all()


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InferenceError, match=r"gone\.onnx: cannot be loaded"):
        open_session(SessionSpec.of_file(tmp_path / "gone.onnx"))


def test_garbage_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "garbage.onnx"
    path.write_bytes(b"not a network")
    with pytest.raises(InferenceError, match=r"garbage\.onnx"):
        open_session(SessionSpec.of_file(path))


def test_wrong_shape_is_an_inference_error(tmp_path: Path) -> None:
    session = open_session(SessionSpec.of_file(write_tiny_onnx(tmp_path / "n.onnx")))
    with pytest.raises(InferenceError, match=r"n\.onnx: cannot be run on 4 x 3 px"):
        session.run(np.zeros((1, 1, 3, 4), np.float32))


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        ort_errors.RuntimeException("Failed to allocate memory for buffer"),
        ort_errors.Fail("bad_alloc"),
    ],
)
def test_lack_of_memory_is_an_error_of_its_own(error: Exception) -> None:
    with pytest.raises(OutOfMemoryError), session_module._translated("net"):
        raise error


def test_processor_is_among_the_providers_found() -> None:
    assert find_providers()[-1] is CPU
    assert runtime_version()[0].isdigit()


@pytest.mark.filterwarnings("ignore:Specified provider")
def test_provider_that_is_missing_ends_on_the_processor(tmp_path: Path) -> None:
    path = write_tiny_onnx(tmp_path / "n.onnx")
    missing = next(p for p in KNOWN_PROVIDERS if p not in find_providers())
    assert open_session(SessionSpec.of_file(path, provider=missing)).provider is CPU


def test_changing_shapes_run_one_after_the_other(tmp_path: Path) -> None:
    session = open_session(SessionSpec.of_file(write_tiny_onnx(tmp_path / "n.onnx")))
    for height_px, width_px in [(4, 4), (4, 4), (9, 5), (4, 4)]:
        result = session.run(np.zeros((1, 3, height_px, width_px), np.float32))
        assert result.shape == (1, 3, 2 * height_px, 2 * width_px)


_STOPPED = "Non-zero status code returned while running"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            f"2 : INVALID_ARGUMENT : {_STOPPED} Pad node. Name:'p' Status Message: Pad reflect: 10",
            "Pad: Pad reflect: 10",
        ),
        (
            (
                f"1 : FAIL : {_STOPPED} MaxPool node. Name:'' Status Message: /onnxruntime/p.h:6 "
                "long onnxruntime::Size(long) const out_size > 0 was false. Invalid output size"
            ),
            "MaxPool: Invalid output size",
        ),
        (
            "1 : FAIL : /src/load.h:46 void Validate(const map<int>&, int) Opset 9999 is unknown",
            "Opset 9999 is unknown",
        ),
    ],
)
def test_reasons_have_no_error_numbers_and_source_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, reason: str
) -> None:
    session = open_session(SessionSpec.of_file(write_tiny_onnx(tmp_path / "net.onnx")))

    def fail(*_arguments: object) -> None:
        raise ort_errors.Fail(f"[ONNXRuntimeError] : {text}")

    monkeypatch.setattr(session, "_session", type("Broken", (), {"run": fail})())
    with pytest.raises(InferenceError) as caught:
        session.run(np.zeros((1, 3, 8, 8), dtype=np.float32))
    assert str(caught.value) == f"net.onnx: cannot be run on 8 x 8 px ({reason})"


def test_the_runtime_writes_nothing_itself(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    session = open_session(SessionSpec.of_file(write_tiny_onnx(tmp_path / "net.onnx")))
    with pytest.raises(InferenceError):
        session.run(np.zeros((1, 5, 8, 8), dtype=np.float32))
    assert capfd.readouterr() == ("", "")


def sum_model(names: list[str]) -> onnx.ModelProto:
    """Return ``first + second * 2`` as three nodes with these names; the 2 is a constant 1 + 1."""
    kind, shape = onnx.TensorProto.FLOAT, [1, 2]
    graph = onnx.helper.make_graph(
        [
            onnx.helper.make_node("Add", ["one", "one"], ["two"], name=names[0]),
            onnx.helper.make_node("Mul", ["second", "two"], ["product"], name=names[1]),
            onnx.helper.make_node("Add", ["first", "product"], ["sum"], name=names[2]),
        ],
        "sum",
        [onnx.helper.make_tensor_value_info(name, kind, shape) for name in ("first", "second")],
        [onnx.helper.make_tensor_value_info("sum", kind, shape)],
        initializer=[onnx.numpy_helper.from_array(np.ones((1, 2), np.float32), "one")],
    )
    opset = [onnx.helper.make_opsetid("", 18)]
    return onnx.helper.make_model(graph, opset_imports=opset, ir_version=10)


def test_a_graph_takes_its_inputs_by_name(tmp_path: Path) -> None:
    onnx.save(sum_model(["a", "b", "c"]), tmp_path / "sum.onnx")
    session = GraphSession(SessionSpec.of_file(tmp_path / "sum.onnx"))

    assert session.input_names == ("first", "second")
    feed = {"second": np.full((1, 2), 3, np.float32), "first": np.ones((1, 2), np.float32)}
    np.testing.assert_array_equal(session.run(feed), np.full((1, 2), 7, np.float32))
    with pytest.raises(InferenceError, match=r"sum\.onnx: cannot be run"):
        session.run(feed | {"first": np.ones((1, 3), np.float32)})


def test_a_network_to_probe_comes_from_bytes_and_may_fail(tmp_path: Path) -> None:
    content = write_tiny_onnx(tmp_path / "n.onnx").read_bytes()

    assert ProbeSession(content).run(np.zeros((1, 3, 4, 5), np.float32)).shape == (1, 3, 8, 10)
    with pytest.raises(InferenceError, match="it cannot be run on 5 x 4 px"):
        ProbeSession(content).run(np.zeros((1, 2, 4, 5), np.float32))
    with pytest.raises(InferenceError, match="it cannot be loaded"):
        ProbeSession(b"no network")


def test_constants_are_folded_and_the_other_nodes_keep_their_names() -> None:
    folded = onnx.load_from_string(fold_constants(sum_model(["a", "b", "c"]).SerializeToString()))

    assert [node.name for node in folded.graph.node] == ["b", "c"]
    with pytest.raises(InferenceError, match="it cannot be loaded"):
        fold_constants(b"no network")
