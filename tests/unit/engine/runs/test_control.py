from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.core.errors import ConfigError
from engine.runs import control
from engine.runs.control import control_run
from engine.runs.requests import RunRequest
from engine.runs.run_folder import RunFolder, State
from engine.runs.summary import seen_state


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return RunFolder.create_at(tmp_path / "run", recipe_yaml="name: a\nschedule: {steps: 3}\n")


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    paths: list[Path] = []
    monkeypatch.setattr(control, "launch", lambda folder: paths.append(folder.path))
    return paths


def asked(run: RunFolder) -> str | None:
    file = run.path / "request.json"
    return json.loads(file.read_bytes())["request"] if file.exists() else None


@pytest.mark.parametrize("request_word", ["pause", "stop"])
def test_a_running_run_is_asked(run: RunFolder, request_word: RunRequest) -> None:
    with run.locked():
        run.write_status("running")
        control_run(run.path, request_word)

    assert asked(run) == request_word


@pytest.mark.parametrize("state", ["paused", "cancelled", "failed", "running"])
def test_a_run_without_a_process_is_resumed_by_a_new_one(
    run: RunFolder, launched: list[Path], state: State
) -> None:
    with run.locked():
        run.write_status(state)

    control_run(run.path, "resume")

    assert launched == [run.path]


def test_a_run_that_never_started_is_started(run: RunFolder, launched: list[Path]) -> None:
    control_run(run.path, "resume")

    assert launched == [run.path]


def test_a_run_that_its_process_holds_is_let_go(run: RunFolder, launched: list[Path]) -> None:
    with run.locked():
        run.write_status("paused")
        control_run(run.path, "resume")

    assert asked(run) == "resume"
    assert launched == []


def test_a_running_run_is_not_resumed(run: RunFolder, launched: list[Path]) -> None:
    with run.locked():
        run.write_status("running")
        with pytest.raises(ConfigError, match="is running already"):
            control_run(run.path, "resume")

    assert launched == []


def test_a_finished_run_is_not_resumed(run: RunFolder, launched: list[Path]) -> None:
    run.write_status("finished")

    with pytest.raises(ConfigError, match="more steps"):
        control_run(run.path, "resume")

    assert launched == []


@pytest.mark.parametrize("state", ["finished", "failed", "cancelled"])
def test_what_does_not_run_cannot_be_paused(run: RunFolder, state: State) -> None:
    run.write_status(state)

    with pytest.raises(ConfigError, match=r"is not running|is finished"):
        control_run(run.path, "pause")

    assert asked(run) is None


def test_a_paused_run_can_be_given_up(run: RunFolder) -> None:
    with run.locked():
        run.write_status("paused")

    control_run(run.path, "stop")

    assert seen_state(run) == "cancelled"


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not a run folder"):
        control_run(tmp_path, "pause")
