"""The folders of the product: shipped resources, and the user's data, state and cache.

``MFAGAN_HOME`` moves all folders of the user into one, for portable installations and tests.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

HOME_VARIABLE = "MFAGAN_HOME"
_APP_NAME = "mfagan-studio"


def resources_folder() -> Path:
    """Return the folder of shipped models, recipes and pictures.

    It is found in a source checkout, in an installed wheel and in a frozen program.
    """
    frozen = getattr(sys, "_MEIPASS", None)  # PyInstaller unpacks to this folder
    candidates = [
        *([Path(frozen) / "resources"] if frozen else []),
        Path(__file__).resolve().parents[2] / "resources",
        Path(sys.prefix) / "share" / _APP_NAME / "resources",
    ]
    return next((folder for folder in candidates if folder.is_dir()), candidates[0])


def data_folder() -> Path:
    """Return the folder for imported models and runs. It may not exist yet."""
    return _own_home("data") or Path(platformdirs.user_data_dir(_APP_NAME, appauthor=False))


def settings_folder() -> Path:
    """Return the folder for settings and session of the window. It may not exist yet."""
    return _own_home("config") or Path(platformdirs.user_config_dir(_APP_NAME, appauthor=False))


def state_folder() -> Path:
    """Return the folder for logs and the records of batches. It may not exist yet."""
    return _own_home("state") or Path(platformdirs.user_state_dir(_APP_NAME, appauthor=False))


def cache_folder() -> Path:
    """Return the folder for files that can be made again. It may not exist yet."""
    return _own_home("cache") or Path(platformdirs.user_cache_dir(_APP_NAME, appauthor=False))


def _own_home(part: str) -> Path | None:
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) / part if home else None
