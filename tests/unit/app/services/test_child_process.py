"""Real commands of the engine, as the window starts them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Iterator
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from app.services import child_process
from app.services.child_process import ChildFailedError, ChildProcess, ChildProcesses
from app.services.event_lines import Event
from engine.runs.run_folder import RunFolder
from engine.runs.summary import seen_state
from tests.helpers.training import write_endless_recipe, write_photos

_TIMEOUT_S = 120.0
_TURNS = {"started", "paused", "resumed"}
_T = TypeVar("_T")


@pytest.fixture
def children(loop: asyncio.AbstractEventLoop) -> Iterator[ChildProcesses]:
    children = ChildProcesses()
    yield children
    # Nothing is left where a test failed.
    loop.run_until_complete(children.end_all(patience_s=0))


def _run(loop: asyncio.AbstractEventLoop, work: Awaitable[_T]) -> _T:
    return loop.run_until_complete(asyncio.wait_for(work, _TIMEOUT_S))


async def _all_events(children: ChildProcesses, *arguments: str | Path) -> list[Event]:
    child = await children.start(arguments)
    return [event async for event in child.events()]


def test_a_command_reports_its_events_and_ends(
    loop: asyncio.AbstractEventLoop, children: ChildProcesses, tmp_path: Path
) -> None:
    (photo, *_) = sorted(write_photos(tmp_path / "photos").iterdir())

    events = _run(loop, _all_events(children, "info", photo, "--json"))

    assert len(events) == 1
    assert photo.name in str(events[0])


def test_lines_that_are_not_events_are_left_out(
    loop: asyncio.AbstractEventLoop, children: ChildProcesses
) -> None:
    assert _run(loop, _all_events(children, "version")) == []


def test_a_failure_has_the_text_of_the_command(
    loop: asyncio.AbstractEventLoop, children: ChildProcesses, tmp_path: Path
) -> None:
    missing = tmp_path / "missing.yaml"

    with pytest.raises(ChildFailedError, match=r"missing\.yaml"):
        _run(loop, _all_events(children, "train", missing, "--json"))


def test_a_failure_without_an_event_has_the_text_of_stderr(
    loop: asyncio.AbstractEventLoop, children: ChildProcesses
) -> None:
    with pytest.raises(ChildFailedError, match="enlarge-everything"):
        _run(loop, _all_events(children, "enlarge-everything"))


def test_output_without_an_end_ends_the_child(
    loop: asyncio.AbstractEventLoop, children: ChildProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_process, "_LONGEST_LINE_BYTES", 8)

    with pytest.raises(ChildFailedError, match="cannot be read"):
        _run(loop, _all_events(children, "version", "--json"))


def test_a_program_that_cannot_be_started_is_named(
    loop: asyncio.AbstractEventLoop,
    children: ChildProcesses,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

    with pytest.raises(ChildFailedError, match=r"python: No such file"):
        _run(loop, children.start(["version"]))


def test_a_training_run_is_paused_resumed_and_stopped_over_stdin(
    loop: asyncio.AbstractEventLoop, children: ChildProcesses, tmp_path: Path
) -> None:
    recipe, run = write_endless_recipe(tmp_path), tmp_path / "run"

    async def controlled() -> list[str]:
        child = await children.start(["train", recipe, "--into", run, "--json", "--commands"])
        return [_kind(event) async for event in _commanded(child)]

    # A run that was stopped is no failure, whatever its exit code says.
    kinds = _run(loop, controlled())

    assert [kind for kind in kinds if kind in _TURNS] == ["started", "paused", "resumed"]
    assert "checkpoint" in kinds[kinds.index("resumed") :]
    assert seen_state(RunFolder(run)) == "cancelled"


async def _commanded(child: ChildProcess) -> AsyncIterator[Event]:
    """Give the events of ``child``, which is told to pause, to resume and to stop."""
    next_commands = {"started": child.pause, "paused": child.resume, "resumed": child.stop}
    async for event in child.events():
        yield event
        command = next_commands.pop(_kind(event), None)
        if command is not None:
            await command()


def test_children_end_with_the_window_and_keep_what_they_have(
    loop: asyncio.AbstractEventLoop, children: ChildProcesses, tmp_path: Path
) -> None:
    recipe, run = write_endless_recipe(tmp_path), tmp_path / "run"

    async def closed() -> int:
        child = await children.start(["train", recipe, "--into", run, "--json"])
        async for event in child.events():
            if _kind(event) == "progress":
                break
        await children.end_all(patience_s=60.0)
        return child.pid

    pid = _run(loop, closed())

    assert not psutil.pid_exists(pid)
    assert list(RunFolder(run).checkpoints.iterdir())


def test_a_child_that_does_not_listen_is_killed(
    loop: asyncio.AbstractEventLoop, children: ChildProcesses, tmp_path: Path
) -> None:
    recipe = write_endless_recipe(tmp_path)

    async def closed() -> tuple[int, int]:
        child = await children.start(["train", recipe, "--into", tmp_path / "run", "--json"])
        psutil.Process(child.pid).suspend()
        await children.end_all(patience_s=0.2)
        return child.pid, await child.wait()

    pid, code = _run(loop, closed())

    assert not psutil.pid_exists(pid)
    assert code < 0


def _kind(event: Event) -> str:
    """Return the kind of an event of a run, or of the command around it."""
    return str(event.get("kind") or event["event"])
