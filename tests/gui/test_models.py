"""Every model of the catalog, chosen in the window, is the one that runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pyvips

from app.services.pictures.preview_levels import PreviewLevels
from app.state.processing import TargetChoice
from app.state.queue_store import ItemState
from engine.catalog.catalog import Catalog
from engine.inference.job.plan import plan_photo
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.target import OutputTarget
from engine.inference.job.upscale_photo import upscale_photo
from engine.inference.network.model_source import ModelSource
from tests.gui.conftest import App

_IDS = [card.id for card in Catalog.open_default().list()]


@pytest.fixture
def noisy(tmp_path: Path) -> Path:
    """A photo on which every model gives other pixels."""
    rng = np.random.default_rng(5)
    path = tmp_path / "noisy.png"
    coarse = rng.uniform(40, 210, (6, 8, 3)).repeat(4, axis=0).repeat(4, axis=1)
    pixels = (coarse + rng.normal(0, 12, coarse.shape)).clip(0, 255).astype(np.uint8)
    pyvips.Image.new_from_array(pixels).write_to_file(str(path))
    return path


@pytest.mark.parametrize("model_id", _IDS)
def test_the_preview_and_the_file_are_those_of_the_model_that_was_picked(
    app: App, noisy: Path, tmp_path: Path, model_id: str
) -> None:
    expected = _pixels(_enlarge(noisy, tmp_path / "expected.png", model_id))
    app.open(noisy)

    _pick(app, model_id)
    app.settle()
    pictures = app.page.viewer.pictures
    assert pictures is not None
    assert isinstance(pictures.after, PreviewLevels)
    shown = pictures.after.read(0, pictures.after.cell_region((0, 0)))
    app.page.commands.upscale()
    app.wait(lambda: app.page.queue_store.items[-1].state is ItemState.DONE)
    result = app.page.queue_store.items[-1].result

    assert np.array_equal(shown[..., :3], expected)
    assert result is not None
    assert np.array_equal(_pixels(result), expected)
    assert f"noisy_{model_id}_x" in result.name


@pytest.mark.parametrize(
    ("kind", "value", "back_projection"),
    [
        ("factor", 1.0, False),
        ("factor", 2.0, True),
        ("factor", 3.0, False),
        ("factor", 8.0, False),
        ("factor", 16.0, True),
        ("long-edge", 101, False),
        ("megapixels", 0.1, True),
        ("print", 3.0, False),
    ],
)
def test_off_the_model_s_own_size_the_preview_is_the_file_too(
    app: App, noisy: Path, kind: str, value: float, *, back_projection: bool
) -> None:
    app.open(noisy)
    target = TargetChoice(kind=kind, value=value, dpi=120)
    choices = app.page.choices
    choices.set_choice(
        replace(choices.choice, target=target, back_projection=back_projection, fidelity=0.5)
    )
    app.settle()
    pictures = app.page.viewer.pictures
    assert pictures is not None
    assert isinstance(pictures.after, PreviewLevels)
    shown = pictures.after.read(0, pictures.after.cell_region((0, 0)))
    app.page.commands.upscale()
    app.wait(lambda: app.page.queue_store.items[-1].state is ItemState.DONE)

    result = app.page.queue_store.items[-1].result
    assert result is not None
    saved = _pixels(result)[: shown.shape[0], : shown.shape[1]]
    assert np.abs(shown[..., :3].astype(int) - saved).max() <= 1


def test_no_two_models_give_the_same_pixels(noisy: Path, tmp_path: Path) -> None:
    results = [
        _pixels(_enlarge(noisy, tmp_path / f"{model_id}.png", model_id)).tobytes()
        for model_id in _IDS
    ]

    assert len(set(results)) == len(_IDS)


def test_a_result_is_named_by_its_fidelity(app: App, noisy: Path) -> None:
    app.open(noisy)
    _pick(app, "mfa-s-x4")
    app.page.inspector.dials.fidelity.setValue(40)
    app.wait(lambda: app.page.choices.choice.fidelity == 0.4)
    app.page.commands.upscale()
    app.wait(lambda: app.page.photos.after_state.kind == "result")

    restoration = app.page.inspector.dials.restoration.value()
    result = app.page.queue_store.items[-1].result
    assert result is not None
    assert result.name == "noisy_mfa-s-x4-fidelity40_x4.png"
    assert app.page.viewer.label_texts[1] == (
        f"After \u00b7 Balanced \u00d74 \u00b7 restoration {restoration} % \u00b7 fidelity 40 % "
        "\u00b7 finished result"
    )


def test_another_model_shows_its_preview_in_place_of_the_finished_result(
    app: App, noisy: Path
) -> None:
    app.open(noisy)
    app.page.commands.upscale()
    app.wait(lambda: app.page.photos.after_state.kind == "result")

    app.page.choices.step_model(1)
    app.settle()

    state = app.page.photos.after_state
    assert state.kind == "preview"
    assert state.choice is not None
    assert state.choice.model_id == app.page.choices.choice.model_id


def _pick(app: App, model_id: str) -> None:
    """Choose a model as users do: its entry in the list."""
    position = app.page.inspector.model.findData(model_id)
    assert position >= 0
    app.page.inspector.model.setCurrentIndex(position)


def _enlarge(photo: Path, target: Path, model_id: str) -> Path:
    """Run the engine with exactly one model."""
    entry = Catalog.open_default().entry(model_id)
    settings = UpscaleSettings(
        models=(ModelSource(card=entry.card, folder=entry.folder),),
        target=OutputTarget.factor(entry.card.scale),
        output_file=target,
    )
    return upscale_photo(plan_photo(photo, settings), scratch_folder=target.parent).destination


def _pixels(path: Path) -> np.ndarray:
    image = pyvips.Image.new_from_file(str(path))
    return np.frombuffer(image.write_to_memory(), np.uint8).reshape(
        image.height, image.width, image.bands
    )
