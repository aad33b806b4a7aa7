"""Paths of the files that ship with the app: icons, themes, translations, samples."""

from __future__ import annotations

from pathlib import Path

from engine.api import resources_folder


def resource_path(*parts: str) -> Path:
    """Return the path of a file or folder under ``resources``."""
    return resources_folder().joinpath(*parts)
