"""Imports tools of ONNX Runtime when they are used, without torch."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType


def import_tool(name: str) -> ModuleType:
    """Import a module of `onnxruntime.tools`.

    Its package loads torch wherever torch is installed: for seconds, with 150 MB that would count
    as the memory of a file that is measured, and for a tool that is not used here.
    """
    is_loaded = "torch" in sys.modules
    if not is_loaded:
        # Says that it cannot be imported.
        sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        return importlib.import_module(f"onnxruntime.tools.{name}")
    finally:
        if not is_loaded:
            del sys.modules["torch"]
