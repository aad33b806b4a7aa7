"""Tests of what the window does with photos, through the engine itself."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.services import engine_service
from app.services.engine_service import EngineService
from app.state.processing import ProcessingChoice, TargetChoice
from app.state.queue_store import QueueItem
from engine.api import (
    CancelToken,
    ConfigError,
    EngineError,
    Photo,
    PhotoResult,
    Region,
    RestorationEstimate,
)
from engine.imaging.codecs import decode
from engine.imaging.codecs.loading import LoadedPicture, loaded_picture
from tests.helpers.catalogs import put_dial, put_model


@pytest.fixture
def service(own_home: Path) -> EngineService:
    put_model(own_home / "data" / "models", "tiny")
    return EngineService()


def write_photo(path: Path, seed: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(90, 160, (16, 24, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def upscale(
    service: EngineService, photo: Path, folder: Path, queue: list[QueueItem], **changes: str
) -> PhotoResult:
    words = {"collision": "replace", "name_template": "{name}"} | changes
    choice = ProcessingChoice(
        model_id="tiny",
        target=TargetChoice(kind="factor", value=2),
        folder=str(folder),
        **words,  # type: ignore[arg-type]
    )
    return service.upscale(
        photo, choice, token=CancelToken(), on_progress=lambda _progress: None, queue=queue
    )


@pytest.mark.parametrize("spelling", [".", "../pictures", "../linked"])
def test_no_photo_of_the_queue_is_ever_replaced(
    service: EngineService, tmp_path: Path, spelling: str
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

    first = upscale(service, one, folder / spelling, queue)
    assert first.path is not None
    assert first.path.name == "a-2.png"
    mate = upscale(
        service, second, folder / spelling, queue, name_template="{name}_{model}_x{scale}"
    )
    assert mate.path is not None
    assert mate.path.name == "b_tiny_x2-2.png"
    assert {path: path.read_bytes() for path in before} == before


def test_a_result_replaces_only_the_result_of_its_own_photo(
    service: EngineService, tmp_path: Path
) -> None:
    png, tiff = write_photo(tmp_path / "a.png"), write_photo(tmp_path / "a.tif", seed=1)
    choice = ProcessingChoice()
    out = tmp_path / "out"
    first = upscale(service, png, out, [], format="png").path
    queue = [QueueItem(item_id=1, path=png, choice=choice, result=first)]
    second = upscale(service, tiff, out, queue, format="png").path
    assert (first, second) == (out / "a.png", out / "a-2.png")
    assert upscale(service, png, out, queue, format="png").path == first


def test_a_name_that_is_taken_is_skipped_when_asked(service: EngineService, tmp_path: Path) -> None:
    photo = write_photo(tmp_path / "a.png")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.png").write_bytes(b"precious")
    assert upscale(service, photo, tmp_path / "out", [], collision="skip").report is None
    assert (tmp_path / "out" / "a.png").read_bytes() == b"precious"


def test_whatever_is_wrong_with_a_photo_is_an_error_that_names_it(
    service: EngineService, tmp_path: Path
) -> None:
    (tmp_path / "header.png").write_bytes(b"P6 abc 4 255 ")
    (tmp_path / "loop.png").symlink_to("loop.png")
    os.mkfifo(tmp_path / "pipe.png")
    for name in ("header.png", "loop.png", "pipe.png", "none.png"):
        with pytest.raises(EngineError, match=name):
            upscale(service, tmp_path / name, tmp_path / "out", [])
        with pytest.raises(EngineError, match=name):
            service.forecast(tmp_path / name, ProcessingChoice(model_id="tiny"))
        with pytest.raises(EngineError, match=name):
            service.open(tmp_path / name, CancelToken())


def test_scratch_is_for_its_owner_alone(service: EngineService) -> None:
    assert service.scratch_folder.stat().st_mode & 0o777 == 0o700


def test_a_photo_is_opened_once_for_its_forecast_and_twice_for_its_result(
    service: EngineService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[bool] = []

    def counted(
        path: Path, file_format: str, *, pixels: bool, warning: str | None = None
    ) -> AbstractContextManager[LoadedPicture]:
        opened.append(pixels)
        return loaded_picture(path, file_format, pixels=pixels, warning=warning)

    monkeypatch.setattr(decode, "loaded_picture", counted)
    photo = write_photo(tmp_path / "a.png")
    choice = ProcessingChoice(model_id="tiny", target=TargetChoice(kind="factor", value=2))

    forecast = service.forecast(photo, choice)
    assert opened == [False]
    result = upscale(service, photo, tmp_path / "out", [])
    assert opened == [False, False, True]
    assert result.report is not None
    assert (forecast.width_px, forecast.height_px) == (48, 32)
    assert (result.report.width_px, result.report.height_px) == (48, 32)


_DOUBLE = TargetChoice(kind="factor", value=2)


@pytest.fixture
def dial_service(own_home: Path) -> EngineService:
    """A service with the dial ``dial`` of scale 2, beside the models of the app."""
    put_dial(own_home / "data" / "models", "dial", scale=2)
    return EngineService()


def test_a_photo_is_estimated_for_every_scale_that_can_restore(
    dial_service: EngineService, tmp_path: Path
) -> None:
    cards = dial_service.cards()
    with dial_service.open(write_photo(tmp_path / "a.png"), CancelToken()) as photo:
        estimates = dial_service.estimates(photo)

    assert set(estimates) == {card.scale for card in cards if card.has_restoration}
    assert 2 in estimates


def test_a_photo_opens_although_it_cannot_be_estimated(
    dial_service: EngineService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(photo: Photo, *, scale: int) -> RestorationEstimate:
        raise ConfigError(f"no weights for {photo.info.path.name} at {scale}")

    monkeypatch.setattr(engine_service, "estimate_restoration", refuse)
    with dial_service.open(write_photo(tmp_path / "a.png"), CancelToken()) as photo:
        assert dial_service.estimates(photo) == {}


@pytest.mark.parametrize(
    ("choice", "is_estimated"),
    [
        (ProcessingChoice(model_id="dial", target=_DOUBLE), True),
        (ProcessingChoice(model_id="dial", target=_DOUBLE, restoration=0.4), False),
        (ProcessingChoice(model_id="tiny", target=_DOUBLE), False),
    ],
)
def test_a_forecast_says_whether_the_restoration_will_be_estimated(
    service: EngineService,
    own_home: Path,
    tmp_path: Path,
    choice: ProcessingChoice,
    *,
    is_estimated: bool,
) -> None:
    put_dial(own_home / "data" / "models", "dial", scale=2)
    service.catalog.refresh()

    forecast = service.forecast(write_photo(tmp_path / "a.png"), choice)

    assert forecast.estimates_restoration is is_estimated


@pytest.mark.parametrize("restoration", [None, 0.0, 1.0])
def test_a_cell_is_the_same_part_of_the_result(
    dial_service: EngineService, tmp_path: Path, restoration: float | None
) -> None:
    path = write_photo(tmp_path / "a.png")
    choice = ProcessingChoice(
        model_id="dial", target=_DOUBLE, restoration=restoration, folder=str(tmp_path / "out")
    )
    with dial_service.open(path, CancelToken()) as photo:
        shown = dial_service.with_values(choice, dial_service.estimates(photo))
        whole = Region(left=0, top=0, width=48, height=32)
        cell = dial_service.enlarge_cell(photo, whole, shown, CancelToken())

    result = dial_service.upscale(
        path, choice, token=CancelToken(), on_progress=lambda _progress: None
    )

    assert shown.restoration is not None
    assert result.report is not None
    assert result.report.dial is not None
    assert result.report.dial.restoration == shown.restoration
    assert result.report.dial.is_auto is (restoration is None)
    assert np.array_equal(np.asarray(Image.open(result.path)), cell)
