"""Draws the page of searches, with the first search that has models: the shipped one."""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.search.search_page import NAME, SearchPage
from app.shell.app_controller import AppController

logger = logging.getLogger(__name__)

_LEAST_MODELS = 3


def take_search_pictures(
    controller: AppController,
    *,
    take: Callable[[str], None],
    take_dialog: Callable[[str], None],
    wait: Callable[[Callable[[], bool]], None],
) -> None:
    """Take the pictures of every state of the page.

    Args:
        controller: The app.
        take: Takes a picture of the window under a name.
        take_dialog: Takes one of the dialog that was shown last.
        wait: Waits until something is so.
    """
    controller.show_page(NAME)
    page = controller.page(NAME, SearchPage)
    wait(lambda: page.is_idle)
    page.ask_for_search()
    take_dialog("search-new")
    state = page.search.state
    by_id = {} if state is None else {one.id: one for one in state.candidates}
    front = () if state is None else state.front
    models = [name for name in front if by_id[name].card is not None]
    if len(models) < _LEAST_MODELS:
        take("search-empty")
        logger.info("No pictures of fronts: no search with models is here")
        return
    take("search-front")
    best, middle, fastest = models[0], models[len(models) // 2], models[-1]
    steps = (
        ("search-chosen", page.selection.choose, middle),
        ("search-a-b", page.selection.toggle_pin, best),
        ("search-beside-each-other", page.selection.toggle_pin, fastest),
    )
    for picture, step, name in steps:
        step(name)
        wait(lambda: page.is_idle and page.view.is_sharp)
        take(picture)
    page.front.chart.hovered.emit(middle)
    wait(lambda: page.front.card.has_thumbnail)
    take("search-hovered")
    page.front.chart.hovered.emit("")
    page.front.limits.click()
    take("search-limits")
    page.front.views.buttons()[1].click()
    take("search-hypervolume")
