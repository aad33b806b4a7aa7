from __future__ import annotations

from pathlib import Path

import pytest

from app.services.run_requests import ACTIVE, RESUMABLE, offered_requests
from engine.core.errors import ConfigError
from engine.runs.control import control_run
from engine.runs.run_folder import RunFolder, State


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("new", ("resume",)),
        ("starting", ("pause", "stop")),
        ("running", ("pause", "stop")),
        ("paused", ("resume", "stop")),
        ("cancelled", ("resume",)),
        ("failed", ("resume",)),
        ("interrupted", ("resume",)),
        ("finished", ()),
        ("damaged", ()),
    ],
)
def test_a_run_can_be_asked_what_its_state_allows(state: str, offered: tuple[str, ...]) -> None:
    assert offered_requests(state) == offered  # type: ignore[arg-type]


@pytest.mark.parametrize("state", ["finished", "cancelled", "failed"])
def test_what_is_not_offered_is_refused_by_the_engine(tmp_path: Path, state: State) -> None:
    run = RunFolder.create_at(tmp_path / "run", recipe_yaml="type: psnr\n")
    run.write_status(state)

    for request in {"pause", "stop"} - set(offered_requests(state)):
        with pytest.raises(ConfigError):
            control_run(run.path, request)  # type: ignore[arg-type]


def test_only_a_paused_run_is_both_meant_to_go_on_and_resumable() -> None:
    assert {"paused"} == ACTIVE & RESUMABLE
