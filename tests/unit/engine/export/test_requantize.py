"""A model gets new int8 files, and keeps everything else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import onnx
import pytest

from engine.catalog.card_file import read_card
from engine.core.errors import ConfigError, OutputExistsError
from engine.export.benchmark_protocol import BenchmarkProtocol
from engine.export.requantize import RequantizeRequest, requantize_model
from engine.inference.network.model_source import ModelSource
from engine.quantization.plan import quantization_plan
from engine.quantization.ranges import ActivationRange
from engine.quantization.tuned_file import (
    TunedCorner,
    TunedNetworks,
    weights_fingerprint,
    write_tuned,
)
from tests.helpers.catalogs import put_dial
from tests.helpers.training import write_photos


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_photos(tmp_path / "photos", count=2, side_px=64)


@pytest.fixture
def request_of_dial(tmp_path: Path, photos: Path) -> RequantizeRequest:
    card = put_dial(tmp_path / "shipped", "knob")
    return RequantizeRequest(
        source=ModelSource(card=card, folder=tmp_path / "shipped"),
        folder=tmp_path / "models",
        calibration=photos,
        protocol=BenchmarkProtocol(benchmarks=(photos,)),
    )


def test_every_corner_gets_an_int8_file_and_the_rest_stays(
    request_of_dial: RequantizeRequest,
) -> None:
    before = request_of_dial.source.card

    card = requantize_model(request_of_dial)

    assert read_card(request_of_dial.folder / "knob.json") == card
    full, small = card.variants
    assert [f.sha256 for f in full.files] == [f.sha256 for f in before.variants[0].files]
    corners = [(f.restoration, f.fidelity) for f in full.files]
    assert [(f.restoration, f.fidelity) for f in small.files] == corners
    assert small.relative_speed is not None
    assert small.smooth_difference_levels is not None
    unchanged = msgspec.structs.replace(card, variants=before.variants, limits=before.limits)
    assert unchanged == before
    assert sorted(path.name for path in request_of_dial.folder.iterdir()) == sorted(
        ["knob.json", *(file.file for file in card.files)]
    )


def test_tuned_weights_of_each_corner_are_used(
    request_of_dial: RequantizeRequest, tmp_path: Path
) -> None:
    full = request_of_dial.source.card.variants[0]
    corners = {}
    for number, file in enumerate(full.files):
        model = onnx.load(request_of_dial.source.folder / file.file)
        first = next(t for t in model.graph.initializer if len(t.dims) == 4)
        weight = onnx.numpy_helper.to_array(first) * (number + 2)
        corners[f"r{file.restoration}f{file.fidelity}"] = TunedCorner(
            source=weights_fingerprint(model),
            weights={first.name: weight},
            ranges=dict.fromkeys(quantization_plan(model).activations, ActivationRange(-1, 1)),
        )
    write_tuned(TunedNetworks(model="knob", corners=corners), tmp_path / "int8.safetensors")

    card = requantize_model(replace(request_of_dial, tuned=tmp_path / "int8.safetensors"))

    for number, file in enumerate(card.variants[1].files):
        written = onnx.load(request_of_dial.folder / file.file)
        found = {t.name: onnx.numpy_helper.to_array(t) for t in written.graph.initializer}
        source = onnx.load(request_of_dial.folder / card.variants[0].files[number].file)
        first = next(t for t in source.graph.initializer if len(t.dims) == 4)
        assert (found[first.name] == onnx.numpy_helper.to_array(first) * (number + 2)).all()


def test_existing_model_and_missing_photos_are_refused(
    request_of_dial: RequantizeRequest,
) -> None:
    with pytest.raises(OutputExistsError, match=r"knob\.json: exists already"):
        requantize_model(replace(request_of_dial, folder=request_of_dial.source.folder))
    with pytest.raises(ConfigError, match="tuned weights or photos"):
        requantize_model(replace(request_of_dial, calibration=None))
