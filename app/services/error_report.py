"""Details for a bug report, which the message to the user leaves out."""

from __future__ import annotations

import platform
import traceback
from pathlib import Path

from PySide6.QtCore import qVersion

from app.state.shown_names import shown, shown_lines
from engine.api import EngineError, product_version, runtime_version


def error_report(error: BaseException, *, path: Path | None = None, device: str = "") -> str:
    """Return kind, file, device, versions and traceback of an error, without its message.

    Args:
        error: What was raised; its traceback is part of the report.
        path: The file that was being processed.
        device: The execution provider in use.
    """
    lines = [f"Error: {error_code(error)} ({type(error).__name__})"]
    if path is not None:
        lines.append(f"File: {shown(path)} ({_file_facts(path)})")
    if device:
        lines.append(f"Device: {device}")
    report = "\n".join([*lines, versions_text(), "", *_origins(error)])
    # Reports are posted in public: the name of the account stays out of them.
    return shown_lines(report.replace(shown(Path.home()), "~"))


def error_code(error: BaseException) -> str:
    """Return the stable code of an error, ``unexpected`` if it is not the engine's."""
    return error.code if isinstance(error, EngineError) else "unexpected"


def versions_text() -> str:
    """Return the versions in use: product, Python, Qt, runtime, system."""
    return (
        f"MFAGAN Studio {product_version()}, Python {platform.python_version()}, Qt {qVersion()}, "
        f"ONNX Runtime {runtime_version()}, {platform.platform()}"
    )


def _file_facts(path: Path) -> str:
    try:
        return f"{path.stat().st_size} bytes"
    except OSError as error:
        return error.strerror or "cannot be read"


def _origins(error: BaseException) -> list[str]:
    """Return the tracebacks of ``error`` and of its causes, the first cause first."""
    behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    earlier = [] if behind is None else [*_origins(behind), f"  {behind}".rstrip(), ""]
    frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    return [*earlier, f"{type(error).__name__} arose in", frames or "  (no traceback)"]
