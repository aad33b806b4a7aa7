from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import yaml

from engine.core.errors import ConfigError, MissingExtraError, OutputError
from engine.runs.events import Failed
from engine.runs.launching import job_log, launch, recording_refusal, start_run
from engine.runs.run_folder import RunFolder
from engine.runs.summary import seen_state

RECIPE = "name: my run\ndata: {folder: photos}\nschedule: {steps: 3}\n"


class Stand:
    """Starts something harmless in place of a run, and keeps what was asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, code: str = "pass") -> None:
        self.commands: list[list[str]] = []
        self.settings: list[dict[str, object]] = []
        real = subprocess.Popen

        def start(command: list[str], **settings: object) -> subprocess.Popen[bytes]:
            self.commands.append(command)
            self.settings.append(settings)
            return real([sys.executable, "-c", code], **settings)  # type: ignore[call-overload, no-any-return]

        monkeypatch.setattr(subprocess, "Popen", start)


def test_a_run_is_started_in_a_session_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = Stand(monkeypatch, "print('Hello.')")

    path = start_run(RECIPE, runs=tmp_path)

    assert stand.commands[0][-3:] == ["engine.cli.main", "resume", str(path)]
    assert stand.settings[0]["start_new_session"] is True
    recipe = yaml.safe_load((path / "recipe.yaml").read_text(encoding="utf-8"))
    assert recipe["data"]["folder"] == str(Path("photos").absolute())
    assert recipe["schedule"]["learning_rate"] == 1e-3
    end_s = time.monotonic() + 30
    while job_log(path) != "Hello.":
        assert time.monotonic() < end_s
        time.sleep(0.02)


@pytest.mark.parametrize(("kind", "words"), [("search", "search resume"), ("tune", "tune resume")])
def test_each_kind_is_resumed_by_its_command(
    kind: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = Stand(monkeypatch)
    run = RunFolder.create_at(tmp_path / "run", recipe_yaml=f"type: {kind}\nname: a\n")

    launch(run)

    assert " ".join(stand.commands[0]).endswith(f"-m engine.cli.main {words} {run.path}")


def test_a_run_is_starting_until_its_process_ends_or_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Stand(monkeypatch, "import time; time.sleep(120)")
    run = RunFolder.create_at(tmp_path / "run", recipe_yaml="name: a\n")
    launch(run)
    status = run.read_status()
    assert status is not None
    assert seen_state(run) == "starting"
    assert run.is_running()

    psutil.Process(status.pid).kill()
    end_s = time.monotonic() + 30
    while seen_state(run) == "starting":
        assert time.monotonic() < end_s
        time.sleep(0.02)

    assert seen_state(run) == "interrupted"


def test_the_process_that_starts_may_take_its_run(tmp_path: Path) -> None:
    run = RunFolder.create_at(tmp_path / "run", recipe_yaml="name: a\n")

    run.write_status("starting")

    assert not run.is_running()


def test_a_wrong_recipe_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"schedule\.steps.*data\.folder|data\.folder.*steps"):
        start_run("name: a\nschedule: {steps: many}\n", runs=tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_missing_packages_are_named_before_a_folder_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(MissingExtraError, match=r"mfagan-studio\[train\]"):
        start_run(RECIPE, runs=tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_system_that_starts_nothing_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "absent"))
    run = RunFolder.create_at(tmp_path / "run", recipe_yaml="name: a\n")

    with pytest.raises(OutputError, match="cannot be started"):
        launch(run)


def test_what_ends_a_run_before_it_began_is_in_its_folder(tmp_path: Path) -> None:
    run = RunFolder.create_at(tmp_path / "run", recipe_yaml="name: a\n")
    run.write_status("starting")

    with pytest.raises(ConfigError), recording_refusal(run):
        raise ConfigError("photos: there is no such folder")

    assert seen_state(run) == "failed"
    failures = [event.text for event in run.events() if isinstance(event, Failed)]
    assert failures == ["photos: there is no such folder"]


def test_a_refusal_on_a_terminal_changes_nothing(tmp_path: Path) -> None:
    run = RunFolder.create_at(tmp_path / "run", recipe_yaml="name: a\n")
    run.write_status("cancelled")

    with pytest.raises(ConfigError), recording_refusal(run):
        raise ConfigError("photos: there is no such folder")

    assert seen_state(run) == "cancelled"
    assert list(run.events()) == []


def test_the_end_of_the_log_is_read_whatever_is_in_it(tmp_path: Path) -> None:
    assert job_log(tmp_path) == ""
    (tmp_path / "job.log").write_bytes(b"x" * 200_000 + b"\n\xff\nlast\n")

    assert job_log(tmp_path, lines=2).endswith("\nlast")
    assert len(job_log(tmp_path)) < 70_000
    assert os.linesep not in job_log(tmp_path, lines=1)
