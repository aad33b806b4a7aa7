"""What int8 loses is measured for each method of calibration and for the model's own files."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine.bench.int8_methods import METHODS, MODEL_FILES, compare_methods, open_int8_bench
from engine.catalog.card_file import read_card, write_card
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled
from engine.export.bundle.source import BundleSource
from tests.helpers.tiny_models import tiny_card, with_file
from tests.helpers.tiny_onnx import write_folding_onnx


def test_each_method_and_the_files_of_the_model_are_compared(
    quantized_model: Path, photos: Path, tmp_path: Path
) -> None:
    seen: list[tuple[str, int, int]] = []
    bench = open_int8_bench(
        BundleSource(name=str(quantized_model), calibration=photos),
        (photos,),
        runs=tmp_path,
        threads=1,
        token=CancelToken(),
        progress=lambda *step: seen.append(step),
    )

    found = {one.method: one for one in compare_methods(bench)}

    assert list(found) == [*METHODS, MODEL_FILES]
    for one in found.values():
        assert 0 < one.difference_levels < 20
        assert one.loss_db >= 0
        assert one.bytes > 0
    # Calibrated with another picture than the photos.
    assert found["mse"].difference_levels != found[MODEL_FILES].difference_levels
    assert found["mse"].difference_levels <= found["minmax"].difference_levels
    assert {what for what, _, _ in seen} == {"Loading", "Calibrating", *METHODS, MODEL_FILES}
    assert all(0 <= done <= total for _, done, total in seen)


def test_a_model_without_int8_files_is_measured_with_calibration_alone(
    quantized_model: Path, photos: Path, tmp_path: Path
) -> None:
    card = read_card(quantized_model)
    write_card(msgspec.structs.replace(card, variants=card.variants[:1]), quantized_model)
    bench = open_int8_bench(
        BundleSource(name=str(quantized_model), calibration=photos),
        (photos,),
        runs=tmp_path,
        threads=1,
        token=CancelToken(),
    )

    assert tuple(one.method for one in compare_methods(bench)) == METHODS


def test_it_stops_when_it_is_cancelled(quantized_model: Path, photos: Path, tmp_path: Path) -> None:
    token = CancelToken()

    def cancel_at_the_second_picture(what: str, done: int, _total: int) -> None:
        if what == METHODS[0] and done == 1:
            token.cancel()

    bench = open_int8_bench(
        BundleSource(name=str(quantized_model), calibration=photos),
        (photos,),
        runs=tmp_path,
        threads=1,
        token=token,
        progress=cancel_at_the_second_picture,
    )

    with pytest.raises(JobCancelled):
        compare_methods(bench)


def test_a_network_without_layers_for_int8_is_refused_by_name(photos: Path, tmp_path: Path) -> None:
    network = write_folding_onnx(tmp_path / "two.onnx")
    write_card(with_file(tiny_card(size_multiple=2, min_side_px=2), network), tmp_path / "two.json")

    with pytest.raises(ConfigError, match=r"two\.json: has no layer that int8 computes"):
        open_int8_bench(
            BundleSource(name=str(tmp_path / "two.json"), calibration=photos),
            (photos,),
            runs=tmp_path,
            threads=1,
            token=CancelToken(),
        )


def test_a_missing_folder_is_told_before_the_model_is_loaded(tmp_path: Path, photos: Path) -> None:
    with pytest.raises(ConfigError, match="gone: there is no such folder"):
        open_int8_bench(
            BundleSource(name="no-such-model", calibration=photos),
            (tmp_path / "gone",),
            runs=tmp_path,
            threads=1,
            token=CancelToken(),
        )
