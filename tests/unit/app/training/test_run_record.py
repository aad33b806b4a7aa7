"""A run as it is read from its folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from app.training.results_view import keep_results, read_results
from app.training.run_record import RecordReader
from engine.runs.events import Metric, Preparing
from tests.helpers.written_runs import append_events, write_run


def test_everything_that_a_run_reported_is_in_its_record(tmp_path: Path) -> None:
    run = write_run(tmp_path, "faithful", samples=[50, 100])
    (run / "job.log").write_text("Training starts.\n")

    record = RecordReader(run).read()

    steps, values, _times = record.values["loss_l1"]
    assert steps.tolist() == list(range(10, 101, 10))
    assert values[0] == 0.1
    assert record.summary.state == "finished"
    assert [picture.step for picture in record.pictures] == [50, 100, 50, 100]
    assert record.recipe["schedule.steps"] == 100
    assert record.log == "Training starts."
    assert record.fault is None


def test_a_resumed_run_keeps_what_was_abandoned_apart(tmp_path: Path) -> None:
    record = RecordReader(write_run(tmp_path, "resumed", is_resumed=True)).read()

    [cut] = record.cuts
    assert (cut.step, cut.abandoned_to_step) == (30, 50)
    assert record.abandoned["loss_l1"][0].tolist() == [40, 50]
    assert record.values["loss_l1"][0].tolist() == list(range(10, 101, 10))


def test_the_next_reading_has_what_was_written_since(tmp_path: Path) -> None:
    run = write_run(tmp_path, "growing", done=50, state="running")
    reader = RecordReader(run)
    reader.read()

    append_events(run, [Metric(step=60, name="loss_l1", value=0.5)])

    assert reader.read().values["loss_l1"][0].tolist()[-1] == 60


def test_a_run_that_reads_its_photos_says_how_far_it_is(tmp_path: Path) -> None:
    run = write_run(tmp_path, "preparing", done=0, state="running")
    (run / "events.jsonl").unlink()

    append_events(run, [Preparing(done=3, total=12)])

    assert RecordReader(run).read().preparing == 0.25


def test_only_a_run_that_failed_has_a_failure(tmp_path: Path) -> None:
    failed = write_run(tmp_path, "failed", state="failed", failed=("config", "name a folder"))
    resumed = write_run(tmp_path, "later", state="finished", failed=("config", "name a folder"))

    failure = RecordReader(failed).read().failure
    assert failure is not None
    assert failure.text == "name a folder"
    assert RecordReader(resumed).read().failure is None


def test_a_torn_last_line_waits_for_its_end(tmp_path: Path) -> None:
    run = write_run(tmp_path, "torn")
    with (run / "events.jsonl").open("ab") as file:
        file.write(b'{"kind":"metric","st')

    record = RecordReader(run).read()

    assert record.fault is None
    assert len(record.values["loss_l1"][0]) == 10


def test_foreign_lines_are_a_fault_and_hide_nothing(tmp_path: Path) -> None:
    run = write_run(tmp_path, "foreign")
    lines = (run / "events.jsonl").read_bytes()
    (run / "events.jsonl").write_bytes(b'{"answer": 42}\nnot JSON\n' + lines)

    record = RecordReader(run).read()

    assert record.fault is not None
    assert len(record.values["loss_l1"][0]) == 10


def test_a_run_whose_folder_is_gone_says_so(tmp_path: Path) -> None:
    run = write_run(tmp_path, "gone")
    reader = RecordReader(run)
    reader.read()
    shutil.rmtree(run)

    record = reader.read()

    assert record.summary.state == "damaged"
    assert record.fault is not None
    assert "gone" in record.fault


def test_what_an_evaluation_measured_is_kept_with_the_run(tmp_path: Path) -> None:
    run = write_run(tmp_path, "measured")
    rows = [
        {"model": str(run), "set": "set5", "psnr_y_db": 31.5, "ssim_y": 0.9, "images": 5},
        {"model": "bicubic", "set": "set5", "psnr_y_db": 30.0},
    ]

    keep_results(run, tmp_path / "set5", [{"results": rows}])
    (run / "artifacts" / "evaluation-broken.json").write_text("{")
    (run / "artifacts" / "evaluation-other.json").write_text(json.dumps([1, 2]))

    own, bicubic = read_results(run)
    assert (own.model, own.photo_set) == ("measured", "set5")
    assert own.figures == {"psnr_y_db": 31.5, "ssim_y": 0.9}
    assert bicubic.figures == {"psnr_y_db": 30.0}
