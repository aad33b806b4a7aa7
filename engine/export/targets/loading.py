"""Imports the module of a target when it is used, because each needs its own runtime."""

from __future__ import annotations

import importlib

from engine.core.errors import MissingExtraError
from engine.export.targets.target import ExportTarget
from engine.export.targets.target_list import TargetEntry


def load_target(entry: TargetEntry) -> ExportTarget:
    """Import a target.

    Raises:
        MissingExtraError: If its packages are not installed.
    """
    missing = entry.missing_packages
    if missing:
        raise MissingExtraError(f"{entry.title} needs {', '.join(missing)}: {entry.install_hint}")
    module = importlib.import_module(f"engine.export.targets.{entry.module}")
    target: ExportTarget = module.TARGET
    return target
