"""How a run ends: its status, the event of a failure, and the signals that stop it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from types import FrameType

from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, EngineError, JobCancelled
from engine.runs.events import Event, Failed, Paused
from engine.runs.requests import RequestFollower, following_requests
from engine.runs.run_folder import RunFolder, State
from engine.training.failures import as_engine_error
from engine.training.loop import Report
from engine.training.processes import rank

_REPEAT_AFTER_S = 2.0


@contextmanager
def recording_outcome(folder: RunFolder, report: Report, token: CancelToken) -> Iterator[None]:
    """Write the final status of the run, and an event if it was paused or failed.

    Meanwhile requests in the run's folder reach ``token``. Errors of libraries and the system
    become the engine's, where there is a way out of them.
    """
    before = _status_content(folder)
    with _requests(folder, token) as requests:
        try:
            yield
        except (JobCancelled, KeyboardInterrupt):
            # Not a failure: the run can be resumed.
            if requests is not None and requests.wants_pause:
                _record(folder, report, Paused(), "paused")
            else:
                _write_status(folder, "cancelled")
            raise
        except Exception as error:
            _handle_failure(error, folder, report, before)
            raise
    _write_status(folder, "finished")


def _handle_failure(
    error: Exception, folder: RunFolder, report: Report, before: bytes | None
) -> None:
    """Record a failure, and raise what it is in our words if there are better ones."""
    failure = as_engine_error(error, folder.path)
    # A run that is refused before it resumes keeps its status.
    is_refused = isinstance(failure, ConfigError) and before is not None
    if not (is_refused and _status_content(folder) == before):
        code = failure.code if failure else "unexpected"
        text = str(failure) if failure else f"{type(error).__name__}: {error}"
        _record(folder, report, Failed(code=code, text=text), "failed")
    if failure is not None and failure is not error:
        raise failure from error


def _requests(
    folder: RunFolder, token: CancelToken
) -> AbstractContextManager[RequestFollower | None]:
    # One of several processes looks; the token of the others learns it from the loop.
    return following_requests(folder.path, token) if rank() == 0 else nullcontext()


def _record(folder: RunFolder, report: Report, event: Event, state: State) -> None:
    # What stopped the run, such as a full disk, may stop these too, and is the error to raise.
    with suppress(EngineError, OSError):
        report(event)
    with suppress(EngineError, OSError):
        _write_status(folder, state)


def _status_content(folder: RunFolder) -> bytes | None:
    path = folder.path / "status.json"
    return path.read_bytes() if path.is_file() else None


def _write_status(folder: RunFolder, state: State) -> None:
    if rank() == 0:
        folder.write_status(state)


@contextmanager
def cancels_on_signals(token: CancelToken) -> Iterator[None]:
    """Let SIGTERM and Ctrl+C cancel ``token``, and stop at once when they are repeated."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers
        return
    kinds = (signal.SIGTERM, signal.SIGINT)
    first_s: list[float] = []

    def cancel(_number: int, _frame: FrameType | None) -> None:
        # A repeated signal stops at once, but only after a while: for one Ctrl+C, torchrun and
        # the terminal may each send one.
        if first_s and time.monotonic() - first_s[0] > _REPEAT_AFTER_S:
            raise KeyboardInterrupt
        first_s.append(time.monotonic())
        token.cancel()

    before = {kind: signal.signal(kind, cancel) for kind in kinds}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
