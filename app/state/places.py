"""Where the app keeps settings and what it remembers, known before the engine is loaded."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_APP_NAME = "mfagan-studio"


def config_folder() -> Path:
    """Return the folder of settings and session; ``MFAGAN_HOME`` moves it."""
    home = os.environ.get("MFAGAN_HOME")
    if home:
        return Path(home) / "config"
    return Path(platformdirs.user_config_dir(_APP_NAME, appauthor=False))
