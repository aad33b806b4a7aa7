"""Every command of ``mfagan``, by name; its module is imported when it is called."""

from __future__ import annotations

from dataclasses import dataclass


# Names of modules and not the modules: importing all commands would take seconds.
@dataclass(frozen=True, slots=True, kw_only=True)
class CommandEntry:
    """A command and its module.

    Attributes:
        name: The word that is typed after ``mfagan``.
        module: Module that holds it as ``app``, a `typer.Typer`.
        summary: One line for ``mfagan --help``.
        needs_training: Whether it needs the packages of the ``train`` extra.
        needs_search: Whether it needs those of the ``search`` extra, which include them.
    """

    name: str
    module: str
    summary: str
    needs_training: bool = False
    needs_search: bool = False


COMMANDS: tuple[CommandEntry, ...] = (
    CommandEntry(
        name="upscale",
        module="engine.cli.commands.upscale",
        summary="Enlarge photos and folders of photos.",
    ),
    CommandEntry(
        name="compare",
        module="engine.cli.commands.compare",
        summary="Measure how two pictures differ.",
    ),
    CommandEntry(
        name="models",
        module="engine.cli.commands.models",
        summary="List, show, import and remove models.",
    ),
    CommandEntry(
        name="info",
        module="engine.cli.commands.info",
        summary="Show the properties of photos, without decoding them.",
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
        summary="Resume a training run.",
        needs_training=True,
    ),
    CommandEntry(
        name="export",
        module="engine.cli.commands.export",
        summary="Export runs as models, and models as bundles for phones.",
    ),
    CommandEntry(
        name="train-estimator",
        module="engine.cli.commands.train_estimator",
        summary="Train what chooses the restoration value of a photo.",
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
        summary="Profile a network: parameters, MACs, memory, latency.",
    ),
    CommandEntry(
        name="device",
        module="engine.cli.commands.device",
        summary="Measure devices, and predict latencies on them.",
    ),
    CommandEntry(
        name="search",
        module="engine.cli.commands.search",
        summary="Search for the networks that no other beats.",
        needs_search=True,
    ),
    CommandEntry(
        name="tune",
        module="engine.cli.commands.tune",
        summary="Train a recipe with many values, and keep the best.",
        needs_search=True,
    ),
    CommandEntry(
        name="judgments",
        module="engine.cli.commands.judgments",
        summary="Rank networks by the answers of blind tests.",
    ),
    CommandEntry(
        name="runs",
        module="engine.cli.commands.runs",
        summary="List, show, compare, pause and clean up training runs.",
    ),
    CommandEntry(
        name="bench", module="engine.cli.commands.bench", summary="Measure speed and memory."
    ),
    CommandEntry(
        name="doctor",
        module="engine.cli.commands.doctor",
        summary="Check the installation and the machine.",
    ),
    CommandEntry(name="version", module="engine.cli.commands.version", summary="Show the version."),
)
"""In the order ``mfagan --help`` shows them. To add a command, add a line."""
