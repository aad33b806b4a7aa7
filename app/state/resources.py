"""Finds the files that come with the app: icons, themes, translations, samples."""

from __future__ import annotations

import sys
from pathlib import Path

_SOURCE_TREE = Path(__file__).resolve().parents[2] / "resources"
_INSTALLED = Path(sys.prefix) / "share" / "mfagan-studio" / "resources"


def resource_path(*parts: str) -> Path:
    """Return the path of a file or folder under ``resources``."""
    root = _SOURCE_TREE if _SOURCE_TREE.is_dir() else _INSTALLED
    return root.joinpath(*parts)
