"""Tests of what the window does with photos, through the engine itself."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.services.engine_service import EngineService
from app.state.processing import ProcessingChoice, TargetChoice
from app.state.queue_store import QueueItem
from engine.api import CancelToken, EngineError, PhotoResult
from tests.helpers.catalogs import put_model


@pytest.fixture
def workshop(own_home: Path) -> EngineService:
    put_model(own_home / "data" / "models", "tiny")
    return EngineService()


def write_photo(path: Path, seed: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    codes = np.random.default_rng(seed).integers(90, 160, (16, 24, 3), dtype=np.uint8)
    Image.fromarray(codes).save(path)
    return path


def upscale(
    workshop: EngineService, photo: Path, folder: Path, queue: list[QueueItem], **changes: str
) -> PhotoResult:
    words = {"collision": "replace", "name_template": "{name}"} | changes
    choice = ProcessingChoice(
        model_id="tiny",
        target=TargetChoice(kind="factor", value=2),
        folder=str(folder),
        **words,  # type: ignore[arg-type]
    )
    return workshop.upscale(
        photo, choice, token=CancelToken(), on_progress=lambda _progress: None, queue=queue
    )


@pytest.mark.parametrize("spelling", [".", "../pictures", "../linked"])
def test_no_photo_of_the_queue_is_ever_replaced(
    workshop: EngineService, tmp_path: Path, spelling: str
) -> None:
    folder = tmp_path / "pictures"
    one = write_photo(folder / "a.png")
    other = write_photo(folder / "b_tiny_x2.png", seed=1)
    second = write_photo(folder / "b.png", seed=2)
    (tmp_path / "linked").symlink_to(folder)
    before = {path: path.read_bytes() for path in (one, other, second)}
    queue = [
        QueueItem(item_id=number, path=path, choice=ProcessingChoice())
        for number, path in enumerate(before)
    ]

    first = upscale(workshop, one, folder / spelling, queue)
    assert first.path is not None
    assert first.path.name == "a-2.png"
    mate = upscale(
        workshop, second, folder / spelling, queue, name_template="{name}_{model}_x{scale}"
    )
    assert mate.path is not None
    assert mate.path.name == "b_tiny_x2-2.png"
    assert {path: path.read_bytes() for path in before} == before


def test_a_result_replaces_only_the_result_of_its_own_photo(
    workshop: EngineService, tmp_path: Path
) -> None:
    png, tiff = write_photo(tmp_path / "a.png"), write_photo(tmp_path / "a.tif", seed=1)
    choice = ProcessingChoice()
    out = tmp_path / "out"
    first = upscale(workshop, png, out, [], format="png").path
    queue = [QueueItem(item_id=1, path=png, choice=choice, result=first)]
    second = upscale(workshop, tiff, out, queue, format="png").path
    assert (first, second) == (out / "a.png", out / "a-2.png")
    assert upscale(workshop, png, out, queue, format="png").path == first


def test_a_name_that_is_taken_is_skipped_when_asked(
    workshop: EngineService, tmp_path: Path
) -> None:
    photo = write_photo(tmp_path / "a.png")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.png").write_bytes(b"precious")
    assert upscale(workshop, photo, tmp_path / "out", [], collision="skip").report is None
    assert (tmp_path / "out" / "a.png").read_bytes() == b"precious"


def test_whatever_is_wrong_with_a_photo_is_an_error_that_names_it(
    workshop: EngineService, tmp_path: Path
) -> None:
    (tmp_path / "header.png").write_bytes(b"P6 abc 4 255 ")
    (tmp_path / "loop.png").symlink_to("loop.png")
    os.mkfifo(tmp_path / "pipe.png")
    for name in ("header.png", "loop.png", "pipe.png", "none.png"):
        with pytest.raises(EngineError, match=name):
            upscale(workshop, tmp_path / name, tmp_path / "out", [])
        with pytest.raises(EngineError, match=name):
            workshop.forecast(tmp_path / name, ProcessingChoice(model_id="tiny"))
        with pytest.raises(EngineError, match=name):
            workshop.open(tmp_path / name, CancelToken())


def test_scratch_is_for_its_owner_alone(workshop: EngineService) -> None:
    assert workshop.scratch_folder.stat().st_mode & 0o777 == 0o700
