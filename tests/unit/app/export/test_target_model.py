from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.export.target_model import TargetModel
from engine.api import TargetEntry, TargetReport

HERE = TargetEntry(name="here", title="Here", summary="for here", module="x")
AWAY = TargetEntry(
    name="away", title="Away", summary="", module="x", extra="export", packages=("no_such_thing",)
)


@pytest.fixture
def model(qtbot: QtBot) -> TargetModel:
    return TargetModel((HERE, AWAY))


def state_of(model: TargetModel, row: int) -> str:
    return model.items.item(row, 1).text()


def test_what_is_not_installed_cannot_be_chosen_and_says_how_to_install_it(
    model: TargetModel,
) -> None:
    model.show_feasible({})
    model.choose(["here", "away"])

    assert list(model.chosen) == ["here"]
    assert 'pip install "mfagan-studio[export]"' in state_of(model, 1)


def test_a_target_that_is_not_possible_says_why_until_it_is(model: TargetModel) -> None:
    model.choose(["here"])

    model.show_feasible({"here": "no photos"})

    assert list(model.chosen) == []
    assert "no photos" in state_of(model, 0)
    model.show_feasible({})
    model.choose(["here"])
    assert list(model.chosen) == ["here"]


def test_a_blocked_target_is_still_reached_by_the_keyboard(model: TargetModel) -> None:
    model.show_feasible({})

    assert model.items.item(1, 0).isEnabled()
    text = model.items.item(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "no_such_thing" in text


def test_the_reason_of_a_failure_is_shown(model: TargetModel) -> None:
    model.show_report(TargetReport(name="here", title="Here", state="failed", reason="no disk"))

    assert model.states["here"] == "failed"
    assert "no disk" in state_of(model, 0)


def test_a_report_of_an_unknown_target_is_left_out(model: TargetModel) -> None:
    model.show_report(TargetReport(name="other", title="", state="verified"))

    assert set(model.states) == {"here", "away"}


def test_a_stop_makes_waiting_targets_possible_again(model: TargetModel) -> None:
    model.show_waiting(["here"])
    model.show_state("here", "converting")

    model.reset_states()

    assert model.states["here"] == "possible"


def test_the_time_of_a_file_says_what_it_is_of(model: TargetModel) -> None:
    port = {"name": "lr", "layout": "NCHW", "dtype": "float32", "shape": [1, 3, 8, 8]}
    file = {
        "name": "here.onnx",
        "paths": ["here.onnx"],
        "precision": "fp32",
        "runtime": "onnxruntime",
        "input": port,
        "output": port,
    }
    verification = {
        "runtime": "onnxruntime 1",
        "parity": [{"height": 8, "width": 8, "difference": 0.0, "rms": 0.0}],
        "latency_px": [128, 256],
        "threads": 3,
        "p50_ms": 12.34,
        "p95_ms": 15.5,
        "reference_p50_ms": 24.68,
        "peak_memory_bytes": 99_000_000,
    }
    report = {
        "name": "here",
        "title": "Here",
        "state": "verified",
        "files": [{"file": file, "sha256": {}, "bytes": 9, "verification": verification}],
    }

    model.show_report(msgspec.convert(report, TargetReport))

    time = model.items.item(0, 0).child(0, 5)
    assert time.text() == "12 ms"
    tip = time.toolTip()
    for part in ("256 \u00d7 128", "threads: 3", "12.3 ms", "15.5 ms", "99.0 MB", "2.00 times"):
        assert part in tip


def test_a_file_that_was_not_run_has_no_time(model: TargetModel) -> None:
    port = {"name": "lr", "layout": "NCHW", "dtype": "float32", "shape": [1, 3, 8, 8]}
    file = {
        "name": "here.mlpackage",
        "paths": ["here.mlpackage"],
        "precision": "fp16",
        "runtime": "",
        "input": port,
        "output": port,
    }
    report = {
        "name": "here",
        "title": "Here",
        "state": "written",
        "files": [{"file": file, "sha256": {}, "bytes": 9}],
    }

    model.show_report(msgspec.convert(report, TargetReport))

    time = model.items.item(0, 0).child(0, 5)
    assert (time.text(), time.toolTip()) == ("", "")
