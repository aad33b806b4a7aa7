"""Where the user's runs are kept."""

from __future__ import annotations

from pathlib import Path

from engine.core.places import data_folder


def runs_folder() -> Path:
    """Return the folder of the user's runs. It may not exist yet."""
    return data_folder() / "runs"
