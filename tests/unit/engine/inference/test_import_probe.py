from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.catalog.onnx_inspect import GraphSummary, inspect_onnx
from engine.core.errors import ModelRefusedError
from engine.inference.import_probe import Run, measure_network, probe_network
from tests.helpers.odd_onnx import nearest_nodes, node, write_onnx
from tests.helpers.tiny_models import enlarge_nearest
from tests.helpers.tiny_onnx import RECEPTIVE_FIELD_PX, write_tiny_onnx

Batch = NDArray[np.float32]


def summary(*, scale: int = 2, channels: int = 3) -> GraphSummary:
    return GraphSummary(
        input_name="lr",
        output_name="sr",
        channels=1 if channels == 1 else 3,
        dtype="float32",
        precision="fp32",
        scale=scale,
        size_multiple=1,
        params=1,
        cost_px=256,
        macs=1,
    )


def test_the_usual_range_is_found_with_a_field_of_one_pixel() -> None:
    result = measure_network(enlarge_nearest, summary())
    assert result.input_range == result.output_range == (0.0, 1.0)
    assert (result.receptive_field_px, result.is_field_exact) == (1, True)
    assert result.low_pass_error < 1e-6


def test_a_network_for_8_bit_values_is_found() -> None:
    def run(batch: Batch) -> Batch:
        # Its biases are made for 0..255 and drown values of 0..1.
        return enlarge_nearest(np.maximum(batch, 20.0).astype(np.float32))

    assert measure_network(run, summary()).input_range == (0.0, 255.0)


def test_a_network_for_values_around_zero_is_found() -> None:
    def run(batch: Batch) -> Batch:
        # It takes gray for zero; another gray shifts the whole picture.
        return enlarge_nearest(batch + np.float32(0.03) * batch.mean())

    result = measure_network(run, summary())
    assert result.input_range == result.output_range == (-1.0, 1.0)


def test_a_network_whose_output_has_another_range_is_found() -> None:
    result = measure_network(lambda batch: enlarge_nearest(2 * batch - 1), summary())
    assert (result.input_range, result.output_range) == ((0.0, 1.0), (-1.0, 1.0))


@pytest.mark.parametrize(
    "run",
    [
        lambda batch: enlarge_nearest(np.zeros_like(batch)),
        lambda batch: enlarge_nearest(1 - batch),
        lambda batch: enlarge_nearest(np.full_like(batch, np.nan)),
        lambda batch: enlarge_nearest(batch[:, ::-1]),
    ],
    ids=["black", "negative", "not a number", "BGR"],
)
def test_an_output_that_is_no_picture_of_the_input_is_refused(run: Run) -> None:
    with pytest.raises(ModelRefusedError, match="no picture of its input"):
        measure_network(run, summary())


def test_an_output_of_another_size_than_the_graph_says_is_refused() -> None:
    with pytest.raises(ModelRefusedError, match="shape"):
        measure_network(lambda batch: batch, summary())


def test_a_network_that_changes_its_mind_is_refused() -> None:
    random = np.random.default_rng(0)

    def run(batch: Batch) -> Batch:
        noise = random.normal(0, 0.01, batch.shape).astype(np.float32)
        return enlarge_nearest(batch + noise)

    with pytest.raises(ModelRefusedError, match="each time"):
        measure_network(run, summary())


def test_a_network_that_looks_at_the_whole_picture_says_so() -> None:
    def run(batch: Batch) -> Batch:
        return enlarge_nearest(batch + (batch.mean() - np.float32(0.5)) * np.float32(0.1))

    result = measure_network(run, summary())
    assert not result.is_field_exact


def test_a_real_file_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = write_tiny_onnx(tmp_path / "net.onnx", scale=2, strength=0.2)
    result = probe_network(path, inspect_onnx(path))
    assert result.input_range == (0.0, 1.0)
    assert result.receptive_field_px == RECEPTIVE_FIELD_PX
    assert result.is_field_exact


def test_a_file_that_the_runtime_refuses_is_refused_by_name(tmp_path: Path) -> None:
    # Valid for our shape rules, but the runtime knows that Resize has no such mode.
    nodes = [*nearest_nodes()[:1], node("Resize", "lr", "", "twice", "sr", mode="magic")]
    path = write_onnx(tmp_path / "odd.onnx", nodes)
    with pytest.raises(ModelRefusedError, match=r"odd\.onnx"):
        probe_network(path, inspect_onnx(path))


def test_a_network_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    path = write_tiny_onnx(tmp_path / "net.onnx")
    with pytest.raises(ModelRefusedError, match="longer than"):
        probe_network(path, inspect_onnx(path), timeout_s=0.0)
