from __future__ import annotations

from engine.inference.network.session import runtime_version
from engine.search.devices.this_computer import local_runtime


def test_the_runtime_is_the_installed_one() -> None:
    assert str(local_runtime(2)) == f"onnxruntime {runtime_version()} on cpu, fp32, 2 threads"
