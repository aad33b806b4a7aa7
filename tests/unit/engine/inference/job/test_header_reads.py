"""A photo is opened twice: once to plan, once to decode; whoever asks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.core.cancellation import CancelToken
from engine.core.file_guard import FileGuard
from engine.imaging.codecs import decode
from engine.imaging.codecs.loading import LoadedPicture, loaded_picture
from engine.inference.batch.inputs import PhotoInput
from engine.inference.batch.run import BatchRequest, run_batch
from engine.inference.batch.work import UpscaleWork
from engine.inference.job.result import make_result
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.target import OutputTarget
from tests.helpers.tiny_models import tiny_model

Opened = Counter[tuple[str, bool]]
"""How often each photo was opened, without and with its pixels."""


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    counts: Opened = Counter()

    @contextmanager
    def counted(
        path: Path, file_format: str, *, pixels: bool, warning: str | None = None
    ) -> Iterator[LoadedPicture]:
        counts[path.name, pixels] += 1
        with loaded_picture(path, file_format, pixels=pixels, warning=warning) as picture:
            yield picture

    monkeypatch.setattr(decode, "loaded_picture", counted)
    return counts


@pytest.fixture
def photos(tmp_path: Path) -> tuple[PhotoInput, ...]:
    paths = [tmp_path / f"{name}.png" for name in "abc"]
    for path in paths:
        Image.fromarray(np.full((16, 24, 3), 99, np.uint8)).save(path)
    return tuple(PhotoInput(path=path) for path in paths)


@pytest.fixture
def work(tmp_path: Path) -> UpscaleWork:
    return UpscaleWork(settings(tmp_path), scratch_folder=tmp_path)


def settings(folder: Path) -> UpscaleSettings:
    return UpscaleSettings(
        models=(tiny_model(folder),), target=OutputTarget.factor(2), output_folder=folder / "out"
    )


def test_of_a_batch_with_a_forecast(
    photos: tuple[PhotoInput, ...], work: UpscaleWork, opened: Opened, tmp_path: Path
) -> None:
    assert len(work.forecast(photos).plans) == 3
    request = BatchRequest(photos=photos, settings=settings(tmp_path))
    report = run_batch(request, work, manifest_file=tmp_path / "batch.jsonl")

    assert [record.outcome for record in report.records] == ["done"] * 3
    assert opened == {(f"{n}.png", pixels): 1 for n in "abc" for pixels in (False, True)}


def test_of_a_single_photo_without_a_forecast(
    photos: tuple[PhotoInput, ...], work: UpscaleWork, opened: Opened
) -> None:
    photo = photos[0]
    make_result(work.plan(photo), work, guard=FileGuard([photo.path]), token=CancelToken())

    assert opened == {("a.png", False): 1, ("a.png", True): 1}


def test_a_photo_that_was_changed_after_the_forecast_is_planned_anew(
    photos: tuple[PhotoInput, ...], work: UpscaleWork, opened: Opened
) -> None:
    work.forecast(photos)
    Image.fromarray(np.full((20, 24, 3), 99, np.uint8)).save(photos[0].path)

    plan = work.plan(photos[0])
    result = make_result(plan, work, guard=FileGuard([photos[0].path]), token=CancelToken())

    assert result.report is not None
    assert (result.report.width_px, result.report.height_px) == (48, 40)
    assert opened["a.png", False] == 2
