"""Each half of the product must start without the other half's libraries."""

from __future__ import annotations

import subprocess
import sys

import pytest

RUNTIME_ROOMS = (
    "engine.api",
    "engine.catalog.catalog",
    "engine.cli.main",
    "engine.cli.commands.upscale",
    "engine.cli.commands.compare",
    "engine.cli.commands.models",
    "engine.cli.commands.info",
    "engine.cli.commands.doctor",
    "engine.inference.batch.work",
)


def run_without(blocked: str, statement: str) -> subprocess.CompletedProcess[str]:
    """Run a statement in a process in which importing ``blocked`` fails."""
    code = f"import sys; sys.modules[{blocked!r}] = None; {statement}"
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )


def test_the_block_blocks() -> None:
    assert run_without("torch", "import torch").returncode != 0


@pytest.mark.parametrize("blocked", ["torch", "onnx", "PySide6"])
def test_the_runtime_half_starts_without(blocked: str) -> None:
    done = run_without(blocked, "import " + ", ".join(RUNTIME_ROOMS))
    assert done.returncode == 0, done.stderr


def test_the_app_starts_without_torch() -> None:
    everything = (
        "import app, importlib, pkgutil; "
        "[importlib.import_module(m.name) for m in pkgutil.walk_packages(app.__path__, 'app.')]"
    )
    done = run_without("torch", everything)
    assert done.returncode == 0, done.stderr


def test_the_training_half_starts_without_qt() -> None:
    done = run_without("PySide6", "import engine.training, engine.export, engine.profiling.speed")
    assert done.returncode == 0, done.stderr


def test_help_loads_none_of_the_heavy_libraries() -> None:
    heavy = ("torch", "onnxruntime", "pyvips", "numpy", "PySide6", "cv2")
    code = (
        "import sys; from engine.cli.main import run; run(['--help']); "
        f"loaded = [name for name in {heavy!r} if name in sys.modules]; "
        "sys.exit(', '.join(loaded) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "upscale" in done.stdout
