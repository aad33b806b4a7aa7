from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.services.engine_service import EngineService
from app.state.processing import ProcessingChoice
from app.state.viewer_state import AfterState
from app.viewer.side_labels import SideLabels
from tests.helpers.catalogs import put_dial, put_model


@pytest.fixture
def labels(own_home: Path, tiny_service: EngineService, qtbot: QtBot) -> SideLabels:
    put_dial(own_home / "data" / "models", "dial")
    tiny_service.catalog.refresh()
    return SideLabels(tiny_service)


@pytest.mark.parametrize(("kind", "how"), [("bicubic", "bicubic"), ("nearest", "original pixels")])
def test_before_says_how_it_is_enlarged(labels: SideLabels, kind: str, how: str) -> None:
    assert labels.before(kind) == f"Before \u00b7 {how}"


def test_nothing_has_no_name(labels: SideLabels) -> None:
    assert labels.after(AfterState(kind="none")) == ""


def test_a_preview_names_its_model_and_that_it_is_computed(labels: SideLabels) -> None:
    choice = ProcessingChoice(model_id="tiny")

    computing = labels.after(AfterState(kind="preview", choice=choice, is_computing=True))
    complete = labels.after(AfterState(kind="preview", choice=choice))

    assert computing == "After \u00b7 Tiny \u00b7 computing\u2026"
    assert complete == "After \u00b7 Tiny"


def test_a_result_names_everything_that_made_it(labels: SideLabels) -> None:
    choice = ProcessingChoice(
        model_id="dial", restoration=0.31, fidelity=0.25, back_projection=True
    )

    name = labels.after(AfterState(kind="result", choice=choice))

    assert name.split(" \u00b7 ")[2:] == [
        "restoration 31 %",
        "fidelity 25 %",
        "matched",
        "finished result",
    ]


def test_a_result_of_unknown_making_is_only_a_result(labels: SideLabels) -> None:
    assert labels.after(AfterState(kind="result")) == "After \u00b7 finished result"


def test_a_model_cannot_reverse_what_is_read(own_home: Path, qtbot: QtBot) -> None:
    put_model(own_home / "data" / "models", "odd", name="odd\u202ename")

    labels = SideLabels(EngineService())

    choice = ProcessingChoice(model_id="odd")
    parts = labels.after(AfterState(kind="preview", choice=choice)).split(" \u00b7 ")
    assert parts == ["After", r"odd\u202ename"]
