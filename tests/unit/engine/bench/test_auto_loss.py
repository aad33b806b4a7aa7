from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PIL import Image

from engine.bench.auto_loss import (
    FIXED_VALUES,
    AutoBench,
    AutoResult,
    Quality,
    measure_auto,
    summarize_auto,
)
from engine.config.degradation import DegradationName
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled
from engine.data.photo_files import LeftOut
from tests.helpers.leaf_pictures import leaf_picture
from tests.helpers.tiny_models import tiny_dial, tiny_model


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(2):
        picture = leaf_picture(height=150, width=170, seed=number)
        Image.fromarray(picture).save(folder / f"{number}.png")
    return sorted(folder.iterdir())


def _bench(folder: Path, *degradations: DegradationName) -> AutoBench:
    return AutoBench(source=tiny_dial(folder), degradations=degradations, side_px=128, threads=1)


def test_each_photo_is_measured_with_each_degradation(photos: list[Path], tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    results = measure_auto(
        _bench(tmp_path, "clean", "mild"),
        photos,
        photos[0].parent,
        progress=lambda done, total: seen.append((done, total)),
    )

    # A JPEG is measured as a file that states its quality, and as a PNG of its pixels.
    assert [(one.photo, one.degradation, one.jpeg_quality is None) for one in results] == [
        (photo, *kind)
        for photo in ("0.png", "1.png")
        for kind in (("clean", True), ("mild", False), ("mild", True))
    ]
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    for one in results:
        assert len(one.fixed) == len(FIXED_VALUES)
        assert 0 <= one.restoration <= 1
        assert one.auto.psnr_y_db > 10
        assert one.auto.lpips is None


def test_the_truth_is_that_of_the_degradation(photos: list[Path], tmp_path: Path) -> None:
    clean, mild, _ = measure_auto(_bench(tmp_path, "clean", "mild"), photos[:1], photos[0].parent)

    assert clean.true_restoration == 0
    assert 0.4 < mild.true_restoration < 0.9
    assert mild.jpeg_quality is not None
    assert 50 <= mild.jpeg_quality <= 95


def test_auto_at_a_fixed_value_has_its_metrics(
    photos: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = _bench(tmp_path, "strong")
    (first,) = measure_auto(bench, photos[:1], photos[0].parent)
    monkeypatch.setattr("engine.bench.auto_loss.FIXED_VALUES", (0.0, first.restoration))

    (again,) = measure_auto(bench, photos[:1], photos[0].parent)

    assert again.restoration == first.restoration > 0
    assert again.fixed == (first.fixed[0], first.auto)


def test_a_photo_that_cannot_be_decoded_is_left_out(photos: list[Path], tmp_path: Path) -> None:
    photos[1].write_bytes(b"nothing")
    unusable: list[LeftOut] = []

    results = measure_auto(_bench(tmp_path, "clean"), photos, photos[0].parent, unusable=unusable)

    assert [one.photo for one in results] == ["0.png"]
    assert [photo.name for photo in unusable] == ["1.png"]


def test_a_model_without_restoration_is_refused(photos: list[Path], tmp_path: Path) -> None:
    bench = AutoBench(source=tiny_model(tmp_path), degradations=("clean",))

    with pytest.raises(ConfigError, match="has no restoration"):
        measure_auto(bench, photos, photos[0].parent)


def test_the_work_can_be_stopped(photos: list[Path], tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()

    with pytest.raises(JobCancelled):
        measure_auto(_bench(tmp_path, "clean"), photos, photos[0].parent, token=token)


def _result(
    photo: str, restoration: float, auto: tuple[float, float], *fixed: tuple[float, float]
) -> AutoResult:
    return AutoResult(
        photo=photo,
        degradation="mild",
        jpeg_quality=None,
        true_restoration=0.6,
        restoration=restoration,
        auto=Quality(psnr_y_db=auto[0], lpips=auto[1]),
        told=Quality(psnr_y_db=auto[0] - 0.3, lpips=None),
        fixed=tuple(Quality(psnr_y_db=psnr, lpips=lpips) for psnr, lpips in fixed),
    )


def test_the_loss_is_taken_against_the_best_value_of_each_photo() -> None:
    results = [
        _result("a", 0.5, (29.9, 0.31), (30.0, 0.30), (29.0, 0.20)),
        _result("b", 0.8, (25.2, 0.50), (24.0, 0.60), (25.0, 0.52)),
    ]

    (loss,) = summarize_auto(results)

    assert (loss.degradation, loss.is_stated, loss.photos) == ("mild", False, 2)
    assert loss.error == pytest.approx(0.15)
    assert loss.bias == pytest.approx(0.05)
    assert loss.psnr_y_db == pytest.approx(27.55)
    # 0.1 dB behind with the first photo, 0.2 dB ahead of both values with the second.
    assert loss.loss_db == pytest.approx(-0.05)
    assert loss.told_loss_db == pytest.approx(0.25)
    assert loss.lpips_loss == pytest.approx((0.01 - 0.02) / 2)
    assert loss.least_lpips_loss == pytest.approx((0.11 - 0.02) / 2)


def test_files_that_state_their_quality_are_summarized_apart() -> None:
    first = _result("a", 0.5, (29.9, 0.3), (30.0, 0.3))
    results = [first, msgspec.structs.replace(first, jpeg_quality=70)]

    assert [(one.is_stated, one.photos) for one in summarize_auto(results)] == [
        (False, 1),
        (True, 1),
    ]
