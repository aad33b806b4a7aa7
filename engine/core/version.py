"""The version of the product."""

from __future__ import annotations

import importlib.metadata
from typing import Final

DISTRIBUTION: Final = "mfagan-studio"


def product_version() -> str:
    """Return the version of the product, ``unknown`` when it runs without being installed."""
    try:
        return importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
