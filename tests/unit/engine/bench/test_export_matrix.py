from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.bench.export_matrix import MatrixRequest, measure_matrix
from engine.catalog.card import TileHint
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled, OutputExistsError
from engine.export.targets.target_list import target_entries
from tests.helpers.catalogs import put_dial, put_model
from tests.helpers.training import write_photos


class Events:
    """Keeps the events, and cancels after the first of one kind if asked to."""

    def __init__(self, *, cancel_after: str = "") -> None:
        self.all: list[tuple[str, dict[str, Any]]] = []
        self.token = CancelToken()
        self._cancel_after = cancel_after

    def __call__(self, kind: str, /, **values: object) -> None:
        self.all.append((kind, values))
        if kind == self._cancel_after:
            self.token.cancel()

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the values of the events of one kind."""
        return [values for name, values in self.all if name == kind]


def put_small(folder: Path, model_id: str, *, seed: int = 0) -> None:
    """Write a model that takes none of the fixed sizes, so that each target has one file."""
    tile = TileHint(overlap_px=3, best_px=35)
    put_model(folder / model_id, model_id, seed=seed, size_multiple=7, min_side_px=7, tile=tile)


@pytest.fixture
def models(tmp_path: Path, own_home: Path) -> tuple[str, str]:
    put_small(tmp_path, "found")
    dial = put_dial(own_home / "data" / "models", "knob")
    return dial.id, str(tmp_path / "found" / "found.json")


def request(tmp_path: Path, models: tuple[str, ...], **more: object) -> MatrixRequest:
    values: dict[str, Any] = {"targets": target_entries("ort"), **more}
    return MatrixRequest(
        models=models,
        out=tmp_path / "out",
        runs=tmp_path / "runs",
        command="mfagan bench export",
        threads=1,
        rounds=2,
        **values,
    )


def test_every_file_is_verified_measured_and_timed(tmp_path: Path, models: tuple[str, str]) -> None:
    photos = write_photos(tmp_path / "set", count=2, side_px=98)
    put_small(tmp_path, "other")
    events = Events()

    report = measure_matrix(
        request(
            tmp_path,
            (models[1], str(tmp_path / "other" / "other.json")),
            targets=target_entries("onnx,onnx-int8"),
            calibration=photos,
            benchmarks=(photos,),
        ),
        events,
        token=events.token,
    )

    assert [model.id for model in report.models] == ["found", "other"]
    for model in report.models:
        exact, small = model.first_row("onnx"), model.first_row("onnx-int8")
        assert exact is not None
        assert exact.is_exact
        assert small is not None
        assert set(small.loss_db) == {"set"}
        assert model.latency is not None
        assert [item.target for item in model.latency.files] == ["onnx", "onnx-int8"]
        assert model.latency.files[0].speed == 1.0
    assert report.int8 is not None
    # Both precisions of both models with two tiles, of sizes that the networks take.
    assert [(item.model, item.target, item.height) for item in report.int8.files] == [
        (model, target, side)
        for model in ("found", "other")
        for side in (133, 259)
        for target in ("onnx", "onnx-int8")
    ]
    written = json.loads((tmp_path / "out" / "matrix.json").read_text())
    assert [model["id"] for model in written["models"]] == ["found", "other"]
    assert "### Latency" in (tmp_path / "out" / "measured.md").read_text()


def test_quality_comes_first_and_latencies_are_added_later(
    tmp_path: Path, models: tuple[str, str]
) -> None:
    events = Events()
    early = measure_matrix(
        request(tmp_path, models[:1], has_latency=False), events, token=events.token
    )
    assert early.models[0].latency is None
    assert early.models[0].fixed_at == {"restoration": 0.5, "fidelity": 0.15}
    assert events.of("timing") == []
    later = Events()

    report = measure_matrix(request(tmp_path, models[:1]), later, token=later.token)

    assert [event["kept"] for event in later.of("target")] == [True]
    assert report.models[0].latency is not None
    assert [event["name"] for event in later.of("timing")] == ["knob"]


def test_latencies_are_kept_until_new_ones_are_asked_for(
    tmp_path: Path, models: tuple[str, str]
) -> None:
    first, again, new = Events(), Events(), Events()
    plain = request(tmp_path, models[1:])
    before = measure_matrix(plain, first, token=first.token)

    kept = measure_matrix(plain, again, token=again.token)
    measure_matrix(request(tmp_path, models[1:], is_latency_new=True), new, token=new.token)

    assert again.of("timing") == []
    assert kept.models[0].latency == before.models[0].latency
    assert [event["name"] for event in new.of("timing")] == ["found"]


def test_latencies_of_another_network_are_not_kept(tmp_path: Path, models: tuple[str, str]) -> None:
    first, again = Events(), Events()
    measure_matrix(request(tmp_path, models[1:]), first, token=first.token)
    put_small(tmp_path, "found", seed=4)

    report = measure_matrix(
        request(tmp_path, models[1:], has_latency=False), again, token=again.token
    )

    assert report.models[0].latency is None


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path, models: tuple[str, str]) -> None:
    first, again = Events(cancel_after="timed"), Events()
    with pytest.raises(JobCancelled):
        measure_matrix(request(tmp_path, models), first, token=first.token)
    text = (tmp_path / "out" / "measured.md").read_text()
    assert "knob" in text

    measure_matrix(request(tmp_path, models), again, token=again.token)

    assert all(event["kept"] for event in again.of("target"))
    assert [event["name"] for event in again.of("timing")] == ["found"]


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path, models: tuple[str, str]) -> None:
    mine = tmp_path / "out" / "knob" / "photo.png"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"mine")
    events = Events()

    with pytest.raises(OutputExistsError, match="out: holds something else"):
        measure_matrix(request(tmp_path, models), events, token=events.token)

    assert mine.read_bytes() == b"mine"


def test_two_models_with_one_id_are_refused(tmp_path: Path, models: tuple[str, str]) -> None:
    events = Events()

    with pytest.raises(ConfigError, match="two of the models are called found"):
        measure_matrix(
            request(tmp_path, (models[1], models[1]), has_latency=False),
            events,
            token=events.token,
        )
