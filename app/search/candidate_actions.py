"""What can be done with a candidate: use it, train it further, export it, make its model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.search.model_maker import ModelMaker
from app.services.child_process import ChildProcesses
from app.services.engine_service import EngineService
from app.services.task_runner import Report, TaskRunner
from app.window.page_requests import PageRequests
from engine.api import (
    CancelToken,
    EngineError,
    FinetuneRecipe,
    ModelCard,
    SearchCandidate,
    SearchState,
    add_model,
    further_training,
    read_card,
)

# What the recipe of a search says if it says nothing: the Train page asks for the photos.
_PHOTOS = "photos"


class CandidateActions(QObject):
    """Hands candidates to the other pages.

    Signals:
        added: Name of the model that is now among the user's.
        failed: The error.
        made: Id of the candidate that has a model now.
    """

    added = Signal(str)
    failed = Signal(object)
    made = Signal(str)

    def __init__(
        self,
        *,
        engine_service: EngineService,
        requests: PageRequests,
        children: ChildProcesses,
        runner: TaskRunner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._engine_service = engine_service
        self._requests = requests
        self._runner = runner
        self.maker = ModelMaker(children, self)
        self.maker.made.connect(self.made)
        self.maker.failed.connect(lambda _id, error: self.failed.emit(error))

    def do(self, name: str, candidate: SearchCandidate, state: SearchState) -> None:
        """Do what a button of the panel asks for: ``use``, ``export``, ``finetune`` or ``make``."""
        match name:
            case "use":
                self.use(candidate)
            case "export":
                self.export(candidate)
            case "finetune":
                self.finetune(candidate, state)
            case "make":
                self.make(state.folder, candidate)
            case _:
                raise ValueError(f"nothing is called {name!r}")

    def use(self, candidate: SearchCandidate) -> None:
        """Add the model of a candidate to the user's, and choose it for photos."""
        self._add(candidate, lambda card: self._requests.use_model_requested.emit(card.id))

    def export(self, candidate: SearchCandidate) -> None:
        """Add the model of a candidate to the user's, and choose it for an export."""
        self._add(candidate, lambda card: self._requests.export_requested.emit(card.id))

    def finetune(self, candidate: SearchCandidate, state: SearchState) -> None:
        """Fill the form of a training that goes on from the weights of a candidate."""
        if candidate.card is None:
            return
        given = state.recipe.finetune or FinetuneRecipe(folder=_PHOTOS)
        try:
            card = read_card(candidate.card)
            text = further_training(card, candidate.card.parent, given)
        except EngineError as error:
            self.failed.emit(error)
            return
        self._requests.training_requested.emit(text)

    def make(self, run: Path, candidate: SearchCandidate) -> None:
        """Make the model of a candidate from the supernet of its search."""
        self.maker.make(run, candidate.id)

    def _add(self, candidate: SearchCandidate, go_on: Callable[[ModelCard], None]) -> None:
        path = candidate.card
        if path is None:
            return
        catalog = self._engine_service.catalog

        def work(_report: Report, _token: CancelToken) -> object:
            return add_model(path, catalog)

        def on_added(card: ModelCard) -> None:
            self.added.emit(card.name)
            self._requests.models_changed.emit()
            go_on(card)

        task = self._runner.create(work)
        task.succeeded.connect(on_added)
        task.failed.connect(self.failed)
        task.start()
