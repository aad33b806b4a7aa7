"""Builds the typer application that a command module hands to `engine.cli.main`."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup


def make_app(
    *,
    group: type[TyperGroup] | None = None,
    summary: str | None = None,
    shows_help_alone: bool = False,
    runs_alone: bool = False,
) -> typer.Typer:
    """Return an application with the settings that all commands share.

    Args:
        group: Finds the subcommands; typer's own by default.
        summary: Help text of a group without a callback.
        shows_help_alone: Whether the group shows its help when no subcommand is given.
        runs_alone: Whether the group's callback runs when no subcommand is given.
    """
    # Only what is given: an explicit None would hide the docstring of a group's callback.
    given: dict[str, Any] = {"cls": group, "help": summary}
    return typer.Typer(
        **{name: value for name, value in given.items() if value is not None},
        no_args_is_help=shows_help_alone,
        invoke_without_command=runs_alone,
        # Or every command would offer to install shell completion, under its own name.
        add_completion=False,
        # Errors become messages in `engine.cli.main`, and there alone.
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
