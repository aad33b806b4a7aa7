"""Pauses, resumes and stops runs, whoever started them."""

from __future__ import annotations

from pathlib import Path

from engine.core.errors import ConfigError
from engine.core.messages import say
from engine.runs.launching import launch
from engine.runs.requests import RunRequest, write_request
from engine.runs.run_folder import RunFolder
from engine.runs.summary import SeenState, seen_state


def control_run(folder: Path, request: RunRequest) -> None:
    """Ask the run in ``folder`` to pause, resume or stop; returns before it has.

    A run pauses and stops after its current step, with a checkpoint, and its process ends, so
    that its memory is free. Both can be resumed, with the same result as without the break: a
    paused run is one that the user means to continue.

    Args:
        folder: The run folder.
        request: What is asked for. ``resume`` starts a process that outlives this one; what goes
            wrong in it is in the run folder, as for any run.

    Raises:
        ConfigError: If the run is in no state for that; the message says what to do.
        EngineError: As `launch` does.
    """
    run = RunFolder.open(folder)
    state, is_running = seen_state(run), run.is_running()
    if request == "resume":
        _resume(run, state, is_running=is_running)
    elif is_running:
        write_request(folder, request)
    elif state == "paused" and request == "stop":
        # Nothing runs: only what is said of it changes.
        run.write_status("cancelled")
    else:
        raise ConfigError(_way_out(run, state))


def _resume(run: RunFolder, state: SeenState, *, is_running: bool) -> None:
    if state == "paused" and is_running:
        # Its process holds it in memory, as its standard input asked for.
        write_request(run.path, "resume")
    elif is_running:
        raise ConfigError(
            say(
                "run-running",
                "{folder}: is running already; pause or stop it first",
                folder=run.path,
            )
        )
    elif state == "finished":
        raise ConfigError(_way_out(run, state))
    else:
        launch(run)


def _way_out(run: RunFolder, state: SeenState) -> str:
    """Return why a run that is not running cannot do what it is asked, and what to do."""
    if state == "finished":
        return say(
            "run-finished",
            "{folder}: is finished; to train further, start a run with more steps from its weights",
            folder=run.path,
        )
    if state == "new":
        return say("run-new", "{folder}: has not started; resume it to start it", folder=run.path)
    return say("run-idle", "{folder}: is not running; resume it to continue", folder=run.path)
