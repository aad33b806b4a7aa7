"""Commands of the engine that outlive the window, such as a training of days.

window ──(starts it and lets go)──► mfagan resume RUN     a session of its own
   ▲                                      │
   └────(reads the folder of the run)◄────┘ events.jsonl, status.json, job.log
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QProcess, QProcessEnvironment

from app.services.child_process import ChildFailedError, engine_environment


def start_detached(arguments: Sequence[str | Path], *, log: Path) -> None:
    """Start ``mfagan`` with ``arguments`` so that it goes on when the window closes.

    Args:
        arguments: Of the command.
        log: File that its output is appended to.

    Raises:
        ChildFailedError: If the system does not start it.
    """
    process = QProcess()
    process.setProgram(sys.executable)
    # -P: nothing in the current folder is taken for a module.
    process.setArguments(["-P", "-m", "engine.cli.main", *map(str, arguments)])
    environment = QProcessEnvironment()
    for name, value in engine_environment().items():
        environment.insert(name, value)
    process.setProcessEnvironment(environment)
    # No pipe to the window: a process that writes to a broken one ends.
    process.setStandardInputFile(QProcess.nullDevice())
    append = QProcess.OpenModeFlag.Append
    process.setStandardOutputFile(str(log), append)
    process.setStandardErrorFile(str(log), append)
    if not process.startDetached():
        raise ChildFailedError(f"{sys.executable}: {process.errorString()}")
