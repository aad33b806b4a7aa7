"""What one page asks of another, without knowing it.

A page emits a signal of `PageRequests`; the shell (`app/shell/request_router.py`) builds the page
concerned, shows it and calls the method of the protocol below that the page has.

    Train ── export_requested(run) ──► shell ── show_source(run) ──► Export
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject, Signal


class PageRequests(QObject):
    """The signals that pages emit and that the shell connects to the page concerned.

    Signals:
        export_requested: The id of a model, or the path of a run, to export.
        models_changed: A model was added, replaced or removed.
        use_model_requested: The id of the model to upscale photos with.
        training_requested: The text of a recipe to start a training from.
        search_requested: The `Path` of a search to open.
    """

    export_requested = Signal(str)
    models_changed = Signal()
    use_model_requested = Signal(str)
    training_requested = Signal(str)
    search_requested = Signal(object)


@runtime_checkable
class ShowsSource(Protocol):
    """A page on which models and runs are exported."""

    def show_source(self, source: str) -> None:
        """Choose what is exported: the id of a model or the path of a run."""


@runtime_checkable
class ReadsModels(Protocol):
    """A page that shows models of the catalog."""

    def read_models(self) -> None:
        """Read the catalog again: a model was added, replaced or removed."""


@runtime_checkable
class UsesModel(Protocol):
    """A page on which photos are upscaled."""

    def use_model(self, model_id: str) -> None:
        """Choose the model that photos are upscaled with."""


@runtime_checkable
class StartsTraining(Protocol):
    """A page on which trainings are started."""

    def show_recipe(self, recipe_yaml: str) -> None:
        """Fill the form of a new training from the text of a recipe."""


@runtime_checkable
class OpensSearch(Protocol):
    """A page on which searches are shown."""

    def open_search(self, run: Path) -> None:
        """Show the search in the run folder ``run``."""
