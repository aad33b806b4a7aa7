"""What is said about runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.training.run_texts import (
    STATE_ICONS,
    estimate_text,
    failure_texts,
    metric_title,
    state_text,
    summary_line,
)
from engine.api import RunFolder, TrainingEstimate, read_summary_or_fault
from tests.helpers.written_runs import write_run

pytestmark = pytest.mark.usefixtures("qapp")


def test_every_state_has_a_word_and_an_icon() -> None:
    assert {state_text(state) for state in STATE_ICONS} >= {"Running", "Paused", "Starting"}


def test_the_facts_of_a_run_begin_with_its_quality(tmp_path: Path) -> None:
    run = write_run(tmp_path, "stopped", done=50, state="cancelled")

    line = summary_line(read_summary_or_fault(RunFolder(run)))

    assert line == "best 22.50 dB \u00b7 step 50 of 100 \u00b7 25 s"


@pytest.mark.parametrize(
    ("code", "way"),
    [
        ("non-finite-loss", "learning rate"),
        ("out-of-memory", "data.batch_size"),
        ("disk-full", "Free some space"),
        ("something-new", "Resume the run"),
    ],
)
def test_a_failure_has_a_way_out(code: str, way: str) -> None:
    reason, out = failure_texts(code, "step 7: it failed")

    assert "step 7: it failed" in reason
    assert way in out


def test_a_loss_that_nobody_knows_keeps_its_name(qapp: QApplication) -> None:
    assert metric_title("loss_pixel") == "Pixels"
    assert metric_title("loss_of_mine") == "of_mine"


def test_an_estimate_says_what_it_rests_on_and_warns_of_too_little_memory() -> None:
    estimate = TrainingEstimate(
        seconds_per_step=0.5,
        steps=120,
        preparing_s=None,
        memory_bytes=3_000_000_000,
        gpu_memory_bytes=None,
        free_memory_bytes=2_000_000_000,
        measured_steps=40,
        earlier_run=None,
    )

    text = estimate_text(estimate)

    assert text.startswith("about 1 min 0 s \u00b7 3.0 GB of memory \u00b7 measured over 40 steps")
    assert "more than the 2.0 GB" in text
