"""Further processes of a search on this machine.

Loading torch takes seconds, so they are started before the search itself loads it, and wait:

    search     start ── load torch, open the search ── go ── candidates ...
    worker       └───── load torch ── waits for a line ──└── candidates ...

The module imports nothing that is slow.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType

_STOP_S = 20.0
_GO = b"go\n"


class WorkerProcesses:
    """Starts workers of a search and stops those that are left at the end of the block.

    Args:
        run: The run folder of the search.
        count: Number of workers beside the process itself.
    """

    def __init__(self, run: Path, count: int) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        if count:
            self._start(run, count)

    def __enter__(self) -> WorkerProcesses:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def count_running(self) -> int:
        """Return how many workers have not ended."""
        return sum(process.poll() is None for process in self._processes)

    def release(self) -> None:
        """Let the workers begin: the search is open, and what they need is in its folder."""
        for process in self._processes:
            assert process.stdin is not None
            # One that died already is missed when its candidates are counted.
            with suppress(OSError):
                process.stdin.write(_GO)
                process.stdin.close()

    def stop(self) -> None:
        """Stop the workers that are left."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdin is not None:
                with suppress(OSError):
                    process.stdin.close()
        self._processes = []

    def _start(self, run: Path, count: int) -> None:
        # -P: a module of the working folder must not stand in for one of ours.
        command = [sys.executable, "-P", "-m", "engine.cli.main", "search", "work", str(run)]
        with (run / "workers.log").open("ab") as log:
            for _ in range(count):
                self._processes.append(
                    subprocess.Popen(
                        [*command, "--when-told"], stdin=subprocess.PIPE, stdout=log, stderr=log
                    )
                )
