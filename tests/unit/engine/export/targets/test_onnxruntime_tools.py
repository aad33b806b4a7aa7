from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("name", ["mobile_helpers.usability_checker", "convert_onnx_models_to_ort"])
def test_a_tool_is_imported_without_torch_which_can_be_imported_later(name: str) -> None:
    code = (
        "import importlib.util, sys\n"
        "from engine.export.targets.onnxruntime_tools import import_tool\n"
        f"tool = import_tool({name!r})\n"
        f"assert tool.__name__ == 'onnxruntime.tools.{name}'\n"
        "assert 'torch' not in sys.modules\n"
        "assert importlib.util.find_spec('torch') is not None\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_targets_of_onnx_are_loaded_without_torch() -> None:
    code = (
        "import sys\n"
        "from engine.export.targets import onnx_int8, ort_format, onnx_uint8\n"
        "assert 'torch' not in sys.modules\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
