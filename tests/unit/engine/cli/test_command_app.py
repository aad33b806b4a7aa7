"""Every command, subcommand, argument and option explains itself."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from engine.cli.command_app import make_app
from engine.cli.command_table import COMMANDS, CommandEntry
from tests.unit.engine.cli.conftest import RunCommand


def with_subcommands(command: Any) -> Iterator[Any]:  # noqa: ANN401 - of typer's own click
    """Yield a command and all commands below it."""
    yield command
    for inner in getattr(command, "commands", {}).values():
        yield from with_subcommands(inner)


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_each_help_line_is_a_sentence(entry: CommandEntry) -> None:
    root = typer.main.get_command(importlib.import_module(entry.module).app)

    for command in with_subcommands(root):
        assert command.help, command.name
        for param in command.params:
            if getattr(param, "hidden", False):
                continue
            text = getattr(param, "help", None)
            assert text, f"{command.name}: {param.name} has no help text"
            assert text.endswith("."), f"{command.name}: {param.name}: {text}"
            assert not text.startswith(("Of ", "Its ")), f"{command.name}: {param.name}: {text}"


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_no_command_offers_to_install_completion(mfagan: RunCommand, entry: CommandEntry) -> None:
    assert "completion" not in mfagan(entry.name, "--help").out


def test_a_group_without_a_summary_keeps_the_docstring_of_its_callback() -> None:
    app = make_app()

    @app.callback()
    def tools() -> None:
        """Do this and that."""

    @app.command()
    def one() -> None:
        """Do this."""

    assert typer.main.get_command(app).help == "Do this and that."
