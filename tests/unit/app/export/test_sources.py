from __future__ import annotations

from pathlib import Path

import pytest

from app.export.sources import all_sources, run_source
from engine.api import RunSummary
from engine.runs.summary import SeenState
from tests.helpers.tiny_models import tiny_card


def run(name: str, state: SeenState, started_s: float = 0.0, kind: str = "psnr") -> RunSummary:
    return RunSummary(
        name=name,
        path=f"/runs/{name}",
        kind=kind,
        state=state,
        step=1,
        steps=1,
        started_s=started_s,
        last={},
        best_psnr_y_db=None,
        trained_s=0.0,
        eta_s=None,
    )


def test_models_come_first_then_finished_trainings_the_newest_first() -> None:
    runs = [run("old", "finished", 1.0), run("new", "finished", 2.0), run("now", "running", 3.0)]

    found = all_sources([tiny_card(model_id="tiny")], runs)

    assert [source.word for source in found] == ["tiny", "/runs/new", "/runs/old"]


@pytest.mark.parametrize("kind", ["search", "tuning"])
def test_a_search_has_no_network_to_export(kind: str) -> None:
    assert all_sources([], [run("s", "finished", kind=kind)]) == ()


def test_a_bundle_of_a_run_is_called_after_its_folder() -> None:
    assert run_source(Path("/runs/2026-x")).stem == "2026-x"
