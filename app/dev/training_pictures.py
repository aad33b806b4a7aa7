"""Draws the page of trainings, with trainings that take seconds."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable
from pathlib import Path

from app.shell.app_controller import AppController
from app.training.training_page import NAME, TrainingPage
from engine.api import runs_folder

logger = logging.getLogger(__name__)

_RECIPE = """\
name: {name}
data: {{folder: {photos}, cache_folder: {cache}, patch_px: 16, batch_size: 4}}
schedule: {{steps: {steps}, learning_rate: {rate}}}
generator: {{family: mfanet, scale: 2, channels: 8, blocks: 2}}
validate_every: 20
sample_photos: 2
threads: 1
log_every: 2
checkpoint_every: 50
"""


def take_training_pictures(
    controller: AppController,
    photos: Path,
    *,
    take: Callable[[str], None],
    wait: Callable[[Callable[[], bool]], None],
) -> None:
    """Take the pictures of every state of the page.

    Args:
        controller: The app.
        photos: A folder of photos to train on.
        take: Takes a picture under a name.
        wait: Waits until something is so.
    """
    controller.show_page(NAME)
    page = controller.page(NAME, TrainingPage)
    wait(lambda: page.is_settled)
    take("training-empty")
    page.panel.new.click()
    wait(lambda: page.new_view.form.rows["data.folder"].note.text() != "")
    take("training-new")
    page.new_view.show_mode(1)
    take("training-yaml")
    page.new_view.show_mode(0)
    page.new_view.cancel.click()
    if importlib.util.find_spec("torch") is None:
        logger.info("No pictures of runs: torch is not installed")
        return
    for name, rate in (("narrow", "0.002"), ("wide", "0.0005"), ("too-fast", "1.0e+9")):
        _train(page, photos, name=name, rate=rate, wait=wait)
        if name == "too-fast":
            take("training-failed")
    _choose(page, "narrow", wait=wait)
    page.view.charts.smoothing.setValue(60)
    take("training")
    page.view.charts.smoothing.setValue(0)
    page.model.toggle_compared(_path(page, "wide"))
    wait(lambda: "loss_l1" in page.view.charts.tiles and page.is_settled)
    take("training-compared")
    page.view.show_tab(2)
    other = page.view.recipe.other
    other.setCurrentIndex(other.findData(str(_path(page, "wide"))))
    wait(lambda: page.view.recipe.table.model().rowCount() > 0)
    take("training-recipe")
    page.view.show_tab(0)


def _train(
    page: TrainingPage,
    photos: Path,
    *,
    name: str,
    rate: str,
    wait: Callable[[Callable[[], bool]], None],
) -> None:
    cache = runs_folder().parent / "pictures-cache"
    recipe = _RECIPE.format(name=name, photos=photos, cache=cache, steps=120, rate=rate)
    page.commands.start(recipe)
    wait(lambda: any(f"-{name}-" in run.name for run in page.model.rows))
    ends = {"finished", "failed"}
    wait(lambda: page.model.rows[0].state in ends and f"-{name}-" in page.model.rows[0].name)
    _choose(page, name, wait=wait)


def _choose(page: TrainingPage, name: str, *, wait: Callable[[Callable[[], bool]], None]) -> None:
    path = _path(page, name)
    page.panel.choose(path)
    wait(lambda: page.panel.current == path and page.is_settled)
    pictures = page.view.pictures
    wait(lambda: not pictures.has_pictures or pictures.viewer.is_sharp)


def _path(page: TrainingPage, name: str) -> Path:
    return next(Path(run.path) for run in page.model.rows if f"-{name}-" in run.name)
