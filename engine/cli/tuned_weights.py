"""Finds weights that were fine-tuned for int8 by the run that wrote them."""

from __future__ import annotations

from pathlib import Path

from engine.quantization.tuned_file import TUNED_FILE
from engine.runs.find_run import open_run


def tuned_file(name: str, runs: Path) -> Path:
    """Return the file of int8 weights that ``name`` is, or that the run of that name wrote.

    Raises:
        ConfigError: If there is no such run.
    """
    path = Path(name)
    return path if path.is_file() else open_run(name, runs).path / "artifacts" / TUNED_FILE
