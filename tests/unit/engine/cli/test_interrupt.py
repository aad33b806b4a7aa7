from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.cli import interrupt
from engine.cli.interrupt import cancel_on_interrupt
from engine.core.errors import JobCancelled

_BEGINNING = """
import ctypes, sys, time
from pathlib import Path
from engine.cli import interrupt
from engine.imaging.raster import Raster
interrupt._GRACE_S = float(sys.argv[2])
interrupt._SECOND_GRACE_S = 0.1
raster = Raster.create(height_px=9, width_px=9, channels=1, dtype='uint8',
    scratch_folder=Path(sys.argv[1]), memory_limit_bytes=0)
def work():
    print('busy', flush=True)
"""
_END = """
try:
    with interrupt.cancel_on_interrupt():
        work()
except KeyboardInterrupt:  # heard before the work became deaf
    raster.close()
    sys.exit(interrupt.EXIT_CANCELLED)
"""
# A library that lets nobody in: without the interpreter, and deaf to signals.
_DEAF = """
    libc = ctypes.CDLL(None)
    mutex = ctypes.create_string_buffer(256)
    libc.pthread_mutex_lock(mutex)
    libc.pthread_mutex_lock(mutex)
"""
_NOT_ASKING = """
    while True:
        try:
            time.sleep(60)
        except BaseException:
            pass
"""


def started(folder: Path, rest: str, *, grace_s: float) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", _BEGINNING + rest + _END, str(folder), str(grace_s), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"busy\n"
    assert len(list(folder.iterdir())) == 1
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("rest", [_DEAF, _NOT_ASKING], ids=["deaf", "not asking"])
def test_work_that_does_not_listen_is_ended_and_its_scratch_is_gone(
    tmp_path: Path, number: signal.Signals, rest: str
) -> None:
    process = started(tmp_path, rest, grace_s=0.2)
    process.send_signal(number)
    said, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Cancelled" in errors
    assert json.loads(said)["code"] == "cancelled"
    assert not list(tmp_path.iterdir())


def test_a_second_signal_does_not_wait(tmp_path: Path) -> None:
    process = started(tmp_path, _DEAF, grace_s=3600)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert not list(tmp_path.iterdir())


def test_work_that_listens_is_cancelled_and_handlers_are_put_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(interrupt, "_GRACE_S", 3600)
    monkeypatch.setattr(interrupt, "_SECOND_GRACE_S", 3600)
    before = signal.getsignal(signal.SIGTERM)
    with cancel_on_interrupt() as token:
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(JobCancelled):
            token.check()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before
    assert signal.set_wakeup_fd(-1) == -1


def test_work_that_saves_first_is_not_hurried() -> None:
    with cancel_on_interrupt(has_deadline=False) as token:
        os.kill(os.getpid(), signal.SIGINT)
        assert token.is_cancelled
        assert signal.set_wakeup_fd(-1) == -1


def test_a_polite_kill_of_any_command_unwinds() -> None:
    program = (
        "import time\n"
        "from engine.cli.interrupt import unwind_on_sigterm\n"
        "unwind_on_sigterm()\n"
        "try:\n"
        "    print('busy', flush=True)\n"
        "    time.sleep(60)\n"
        "finally:\n"
        "    print('cleaned', flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.terminate()
        assert process.stdout.read() == b"cleaned\n"
