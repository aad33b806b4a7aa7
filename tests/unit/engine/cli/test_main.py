from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

import pytest

from engine.cli import main as main_module
from engine.cli.command_table import COMMANDS, CommandEntry
from engine.cli.main import main
from tests.unit.engine.cli.conftest import RunCommand


def test_help_names_every_command_with_its_summary(mfagan: RunCommand) -> None:
    said = mfagan("--help")
    assert said.code == 0
    for entry in COMMANDS:
        assert entry.name in said.out


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_every_command_has_help_of_its_own(mfagan: RunCommand, entry: CommandEntry) -> None:
    said = mfagan(entry.name, "--help")
    assert said.code == 0
    assert f"mfagan {entry.name}" in said.out
    assert len(said.out) > 200


@pytest.mark.parametrize(
    "words", [["upscal"], ["upscale"], ["version", "--what"], ["upscale", "a.jpg"]]
)
def test_misuse_is_exit_code_2_and_names_the_help(mfagan: RunCommand, words: list[str]) -> None:
    said = mfagan(*words)
    assert said.code == 2
    assert "--help" in said.err


def test_a_command_with_a_slip_is_suggested(mfagan: RunCommand) -> None:
    assert "Did you mean 'upscale'?" in mfagan("upscal").err


def test_misuse_is_a_json_line_when_json_was_asked_for(mfagan: RunCommand) -> None:
    said = mfagan("version", "--json", "--what")
    assert (said.code, said.err) == (2, "")
    assert said.events[0]["event"] == "failed"
    assert said.events[0]["code"] == "usage"


def test_the_version_is_shown_as_text_and_as_json(mfagan: RunCommand) -> None:
    assert mfagan("version").out.startswith("mfagan-studio ")
    assert set(mfagan("version", "--json").events[0]) == {"version", "python"}


def test_a_command_of_the_training_half_says_what_to_install(
    mfagan: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "torch" else find(name)
    )
    entry = CommandEntry(
        name="version", module="engine.cli.commands.version", summary="", needs_training=True
    )
    monkeypatch.setattr(main_module, "COMMANDS", (entry,))
    said = mfagan("version")
    assert said.code == 1
    assert 'pip install "mfagan-studio[train]"' in said.err


def test_a_fault_of_ours_is_a_message_and_exit_code_1(
    mfagan: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = importlib.import_module("engine.cli.commands.version")

    def fail() -> str:
        raise RuntimeError("wires crossed")

    monkeypatch.setattr(version, "product_version", fail)
    said = mfagan("version")
    assert said.code == 1
    assert "RuntimeError: wires crossed" in said.err


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt, 130), (BrokenPipeError, 0)])
def test_an_interrupt_is_130_and_a_closed_pipe_is_no_error(
    mfagan: RunCommand, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], code: int
) -> None:
    version = importlib.import_module("engine.cli.commands.version")

    def stop() -> str:
        raise error

    monkeypatch.setattr(version, "product_version", stop)
    assert mfagan("version").code == code


def test_main_leaves_with_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["version"])
    assert left.value.code == 0
    assert capsys.readouterr().out


def test_every_command_module_has_its_command() -> None:
    for entry in COMMANDS:
        assert Path(importlib.import_module(entry.module).__file__ or "").stem
        assert importlib.import_module(entry.module).app is not None
