"""The search that comes with the app is whole, and can be looked at without torch."""

from __future__ import annotations

from engine.core.places import resources_folder
from engine.runs.searches import SearchReader

DEMO = resources_folder() / "searches" / "demo"


def test_its_front_has_models_with_predicted_and_measured_latency() -> None:
    state = SearchReader(DEMO).read()

    assert state.state == "finished"
    assert len(state.candidates) == 300
    members = [one for one in state.candidates if one.id in state.front and one.card is not None]
    assert len(members) >= 12
    for one in members:
        assert one.metric("psnr_y_db") is not None
        assert one.metric("latency_ms") is not None
        assert one.measured is not None
        assert one.thumbnail is not None


def test_it_stays_small() -> None:
    assert sum(path.stat().st_size for path in DEMO.rglob("*") if path.is_file()) < 15e6
