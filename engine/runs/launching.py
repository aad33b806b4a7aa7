"""Starts runs in processes of their own, which outlive the program that starts them."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.config.recipe_form import complete_recipe
from engine.core.atomic_file import output_error
from engine.core.errors import EngineError, MissingExtraError, OutputError
from engine.core.messages import say
from engine.runs.events import Failed
from engine.runs.location import runs_folder
from engine.runs.requests import drop_request
from engine.runs.run_folder import RunFolder
from engine.runs.summary import recipe_texts

JOB_LOG = "job.log"
"""What the process of a run wrote to its terminal, if it was started without one."""

_ROOT = Path(__file__).resolve().parents[2]
# Word of the command line that resumes each kind of run, and the package that it needs.
_RESUMING: dict[str, tuple[list[str], str, str]] = {
    "search": (["search", "resume"], "optuna", "search"),
    "tune": (["tune", "resume"], "optuna", "search"),
}
_TRAINING = (["resume"], "torch", "train")
_MAX_LOG_BYTES = 1 << 16
_DETACHED: int = getattr(subprocess, "DETACHED_PROCESS", 0) | getattr(
    subprocess, "CREATE_NEW_PROCESS_GROUP", 0
)


def start_run(recipe: str, *, runs: Path | None = None) -> Path:
    """Start a training or a search in a process of its own.

    Args:
        recipe: The recipe as YAML.
        runs: Folder in which the run folder is made; the user's runs folder if not given.

    Returns:
        The run folder, which exists now. What goes wrong from here on is in it, too.

    Raises:
        ConfigError: If the recipe is wrong.
        MissingExtraError: If packages are missing.
        OutputError: If the folder cannot be made or the system starts no process.
    """
    complete = complete_recipe(recipe)
    check_extra(complete.kind)
    folder = RunFolder.create(runs or runs_folder(), complete.name, recipe_yaml=complete.text)
    launch(folder)
    return folder.path


def launch(folder: RunFolder) -> None:
    """Start or resume the run of ``folder`` in a process of its own.

    Raises:
        ConfigError: If its recipe cannot be read.
        MissingExtraError: If packages are missing.
        OutputError: If its folder cannot be written to or the system starts no process.
    """
    kind = recipe_texts(folder).get("type", "psnr")
    check_extra(kind)
    words, _, _ = _RESUMING.get(kind, _TRAINING)
    drop_request(folder.path)
    process = _start([*words, str(folder.path.absolute())], folder.path / JOB_LOG)
    # Shown until the run speaks for itself, which takes seconds.
    folder.write_status("starting", pid=process.pid)
    # A child that nobody waits for stays in the list of processes after its end.
    threading.Thread(target=process.wait, name="run-end", daemon=True).start()


@contextmanager
def recording_refusal(folder: RunFolder) -> Iterator[None]:
    """Record an error that ends a run before it began, so that its folder says why.

    Only for runs that `launch` started: on a terminal the user sees the error.
    """
    try:
        yield
    except EngineError as error:
        with suppress(EngineError, OSError):
            status = folder.read_status()
            if status is not None and status.state == "starting":
                folder.append(Failed(code=error.code, text=str(error)))
                folder.write_status("failed")
        raise


def job_log(run: Path, *, lines: int = 200) -> str:
    """Return the last lines of what the process of a run wrote; empty if there are none."""
    try:
        with (run / JOB_LOG).open("rb") as file:
            size_bytes = file.seek(0, os.SEEK_END)
            file.seek(max(0, size_bytes - _MAX_LOG_BYTES))
            content = file.read(_MAX_LOG_BYTES)
    except OSError:
        return ""
    return "\n".join(content.decode(errors="replace").splitlines()[-lines:])


def child_environment() -> dict[str, str]:
    """Return the environment in which a child finds this engine, installed or not."""
    found = os.environ.get("PYTHONPATH")
    paths = [str(_ROOT), found] if found else [str(_ROOT)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"}


def check_extra(kind: str) -> None:
    """Raise if the packages that runs of this kind need are not installed.

    Raises:
        MissingExtraError: The message says how to get them.
    """
    _, package, extra = _RESUMING.get(kind, _TRAINING)
    if importlib.util.find_spec(package) is None:
        raise MissingExtraError(
            say(
                "packages-missing",
                'this needs packages that are not installed: pip install "mfagan-studio[{extra}]"',
                extra=extra,
            )
        )


def _start(words: list[str], log: Path) -> subprocess.Popen[bytes]:
    # -P: nothing in the current folder is taken for a module.
    command = [sys.executable, "-P", "-m", "engine.cli.main", *words]
    try:
        file = log.open("ab")
    except OSError as error:
        raise output_error(error, log) from error
    with file:
        try:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env=child_environment(),
                # A session of its own: closing a terminal or ending the app's group of processes
                # does not reach it. On Windows the flags do the same.
                start_new_session=True,
                creationflags=_DETACHED,
            )
        except OSError as error:
            raise OutputError(f"{sys.executable}: cannot be started ({error.strerror})") from error
