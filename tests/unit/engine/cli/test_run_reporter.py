"""The events of a run appear as sentences on stderr, or as JSON lines on stdout."""

from __future__ import annotations

import json

import pytest

from engine.cli.output import Output
from engine.cli.run_reporter import RunReporter
from engine.runs.events import (
    Checkpoint,
    Event,
    Finished,
    Metric,
    Paused,
    Progress,
    Resumed,
    Started,
    Warned,
)


def report(*events: Event, is_json: bool = False) -> None:
    with RunReporter(Output(is_json=is_json), name="tiny") as reporter:
        for event in events:
            reporter.report(event)


def test_a_run_is_shown_from_its_start_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    report(
        Started(step=0),
        Metric(step=10, name="loss_l1", value=0.125),
        Progress(done=10, total=20, eta_s=90.0),
        Metric(step=10, name="psnr_y_db", value=28.431),
        Checkpoint(step=10),
        Warned(code="disk-low", text="the disk is nearly full"),
        Finished(step=20),
    )

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "Training starts.",
        "Estimate: about 1 min 30 s for the remaining 10 steps.",
        "step 10/20: l1 0.1250; about 1 min 30 s left",
        "step 10: validation 28.43 dB Y-PSNR",
        "step 10: checkpoint written",
        "Warning: the disk is nearly full",
        "Finished 20 steps.",
    ]


def test_a_resumed_run_names_its_step_and_its_pauses(capsys: pytest.CaptureFixture[str]) -> None:
    report(Started(step=3), Paused(), Resumed())

    said = capsys.readouterr().err.splitlines()
    assert said == ["Resumes at step 3.", "Paused.", "Resumed."]


def test_with_json_each_event_is_a_line(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    report(Started(step=0), Finished(step=2), is_json=True)

    lines = capsysbinary.readouterr().out.splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["started", "finished"]


def test_a_run_that_is_over_gives_no_estimate(capsys: pytest.CaptureFixture[str]) -> None:
    report(Started(step=0), Progress(done=4, total=4, eta_s=0.0), Finished(step=4))

    assert "Estimate" not in capsys.readouterr().err
