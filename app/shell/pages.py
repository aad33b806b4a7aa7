"""The list of pages: a new page of the window is one more entry, and nothing else changes.

No page knows another: the factory of an entry hands to a page what it needs of the app. The
presentation has no entry, because it is not a place: it shows the photos of the first page on
the full screen.
"""

from __future__ import annotations

from app.catalog.models_page import NAME as CATALOG
from app.catalog.models_page import ModelsPage
from app.export.export_page import NAME as EXPORT
from app.export.export_page import ExportPage
from app.photos.photos_page import NAME, PhotosPage
from app.search.search_page import NAME as SEARCH
from app.search.search_page import SearchPage
from app.state.translation import QT_TRANSLATE_NOOP
from app.training.training_page import NAME as TRAINING
from app.training.training_page import TrainingPage
from app.window.page import PageContext, PageSpec


def _build_photos_page(context: PageContext) -> PhotosPage:
    return PhotosPage(
        window=context.window,
        settings=context.settings,
        theming=context.theming,
        dialogs=context.dialogs,
        errors=context.errors,
        session=context.session,
        engine_service=context.engine_service,
        requests=context.requests,
        files=context.files,
    )


def _build_training_page(context: PageContext) -> TrainingPage:
    return TrainingPage(
        window=context.window,
        theming=context.theming,
        dialogs=context.dialogs,
        errors=context.errors,
        engine_service=context.engine_service,
        requests=context.requests,
    )


def _build_export_page(context: PageContext) -> ExportPage:
    return ExportPage(
        window=context.window,
        theming=context.theming,
        dialogs=context.dialogs,
        engine_service=context.engine_service,
    )


def _build_models_page(context: PageContext) -> ModelsPage:
    return ModelsPage(
        window=context.window,
        settings=context.settings,
        theming=context.theming,
        dialogs=context.dialogs,
        errors=context.errors,
        session=context.session,
        engine_service=context.engine_service,
        requests=context.requests,
        can_export=any(spec.name == "export" for spec in PAGES),
    )


def _build_search_page(context: PageContext) -> SearchPage:
    return SearchPage(
        window=context.window,
        settings=context.settings,
        theming=context.theming,
        dialogs=context.dialogs,
        errors=context.errors,
        session=context.session,
        engine_service=context.engine_service,
        child_processes=context.child_processes,
        requests=context.requests,
    )


PAGES = (
    PageSpec(
        name=NAME,
        title=QT_TRANSLATE_NOOP("Pages", "Photos"),
        icon="upscale",
        shortcut="Alt+1",
        factory=_build_photos_page,
    ),
    PageSpec(
        name=TRAINING,
        title=QT_TRANSLATE_NOOP("Pages", "Train"),
        icon="train",
        shortcut="Alt+2",
        factory=_build_training_page,
    ),
    PageSpec(
        name=SEARCH,
        title=QT_TRANSLATE_NOOP("Pages", "Search"),
        icon="search",
        shortcut="Alt+3",
        factory=_build_search_page,
    ),
    PageSpec(
        name=EXPORT,
        title=QT_TRANSLATE_NOOP("Pages", "Export"),
        icon="export",
        shortcut="Alt+4",
        factory=_build_export_page,
    ),
    PageSpec(
        name=CATALOG,
        title=QT_TRANSLATE_NOOP("Pages", "Models"),
        icon="model",
        shortcut="Alt+5",
        factory=_build_models_page,
    ),
)
"""The pages in the order of their buttons; the first one is shown at the start."""
