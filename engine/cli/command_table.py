"""Every command of ``mfagan``, by name; its module is imported when it is called."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandEntry:
    """A command and where it stands.

    Attributes:
        name: What is typed.
        module: Module that holds it as ``app``, a `typer.Typer`.
        summary: One line for ``mfagan --help``.
        needs_training: Whether it needs the packages of the ``train`` extra.
    """

    name: str
    module: str
    summary: str
    needs_training: bool = False


COMMANDS: tuple[CommandEntry, ...] = (
    CommandEntry(
        name="upscale",
        module="engine.cli.commands.upscale",
        summary="Enlarge photos, folders of photos.",
    ),
    CommandEntry(
        name="compare",
        module="engine.cli.commands.compare",
        summary="Measure how two pictures differ.",
    ),
    CommandEntry(
        name="models",
        module="engine.cli.commands.models",
        summary="List, show, import, remove models.",
    ),
    CommandEntry(
        name="info",
        module="engine.cli.commands.info",
        summary="Show what a photo holds, without decoding.",
    ),
    CommandEntry(
        name="train",
        module="engine.cli.commands.train",
        summary="Train a network by a recipe.",
        needs_training=True,
    ),
    CommandEntry(
        name="resume",
        module="engine.cli.commands.resume",
        summary="Go on with a training run.",
        needs_training=True,
    ),
    CommandEntry(
        name="export",
        module="engine.cli.commands.export",
        summary="Turn a training run into a model.",
        needs_training=True,
    ),
    CommandEntry(
        name="evaluate",
        module="engine.cli.commands.evaluate",
        summary="Measure networks on benchmark photos.",
    ),
    CommandEntry(
        name="profile",
        module="engine.cli.commands.profile",
        summary="Count and measure what a network costs.",
    ),
    CommandEntry(
        name="runs", module="engine.cli.commands.runs", summary="List, show, compare runs."
    ),
    CommandEntry(
        name="bench", module="engine.cli.commands.bench", summary="Measure speed and memory."
    ),
    CommandEntry(
        name="doctor",
        module="engine.cli.commands.doctor",
        summary="Check this installation and machine.",
    ),
    CommandEntry(name="version", module="engine.cli.commands.version", summary="Show the version."),
)
"""In the order ``mfagan --help`` shows them. To add a command, add a line."""
