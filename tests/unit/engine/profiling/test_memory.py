from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.errors import InferenceError
from engine.core.peak_memory import peak_memory_bytes
from engine.profiling.memory import NetworkMemory, measure_network_memory
from tests.helpers.tiny_onnx import write_tiny_onnx


def test_memory_is_that_of_a_separate_process(tmp_path: Path) -> None:
    path = write_tiny_onnx(tmp_path / "net.onnx")
    ballast = bytearray(64 << 20)
    small, large = memory_at(path, 16), memory_at(path, 512)
    assert len(ballast) + 10e6 < peak_memory_bytes()
    assert 10e6 < small.peak_rss_bytes < large.peak_rss_bytes


def test_the_growth_of_memory_is_without_the_interpreter(tmp_path: Path) -> None:
    path = write_tiny_onnx(tmp_path / "net.onnx")
    small, large = memory_at(path, 16), memory_at(path, 1024)
    # The input alone takes 12.6 MB more.
    assert large.growth_bytes - small.growth_bytes > 12e6
    assert large.growth_bytes < large.peak_rss_bytes - 20e6


def memory_at(path: Path, side_px: int) -> NetworkMemory:
    return measure_network_memory(
        path, height_px=side_px, width_px=side_px, channels=3, thread_count=1
    )


def test_a_network_whose_memory_cannot_be_measured_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(b"nothing")
    with pytest.raises(InferenceError, match=r"broken\.onnx"):
        memory_at(path, 16)
