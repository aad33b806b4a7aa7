"""Hands the requests of pages on to the page concerned."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app.window.page import Page
from app.window.page_requests import (
    OpensSearch,
    PageRequests,
    ReadsModels,
    ShowsSource,
    StartsTraining,
    UsesModel,
)


class RequestRouter(QObject):
    """Finds the page for each request by what it can do, builds it and shows it."""

    def __init__(
        self,
        requests: PageRequests,
        *,
        built_pages: Callable[[], Iterable[Page]],
        show_page: Callable[[str], object],
        parent: QObject,
    ) -> None:
        """Connect ``requests``.

        Args:
            requests: What pages emit.
            built_pages: Returns the pages that were shown so far.
            show_page: Shows the page of a name and returns it; None if there is no such page.
            parent: Owner in the sense of Qt.
        """
        super().__init__(parent)
        self._built_pages = built_pages
        self._show_page = show_page
        requests.export_requested.connect(self._export)
        requests.models_changed.connect(self._read_models)
        requests.use_model_requested.connect(self._use_model)
        requests.training_requested.connect(self._train)
        requests.search_requested.connect(self._open_search)

    @Slot(str)
    def _export(self, source: str) -> None:
        page = self._show_page("export")
        if isinstance(page, ShowsSource):
            page.show_source(source)

    @Slot()
    def _read_models(self) -> None:
        # Pages that are built later read the catalog then.
        for page in self._built_pages():
            if isinstance(page, ReadsModels):
                page.read_models()

    @Slot(str)
    def _use_model(self, model_id: str) -> None:
        page = self._show_page("upscale")
        if isinstance(page, UsesModel):
            page.use_model(model_id)

    @Slot(str)
    def _train(self, recipe_yaml: str) -> None:
        page = self._show_page("training")
        if isinstance(page, StartsTraining):
            page.show_recipe(recipe_yaml)

    @Slot(object)
    def _open_search(self, run: Path) -> None:
        page = self._show_page("search")
        if isinstance(page, OpensSearch):
            page.open_search(run)
