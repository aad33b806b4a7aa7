from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.runs.events import (
    Event,
    Failed,
    FrontChanged,
    Metric,
    Noted,
    Paused,
    Preparing,
    Progress,
    Started,
    encode_event,
)
from engine.runs.run_folder import RunFolder
from engine.runs.series import HYPERVOLUME, Cut, RunSeries


def make(tmp_path: Path) -> RunFolder:
    return RunFolder.create_at(tmp_path / "run", recipe_yaml="name: a\n")


def metric(step: int, value: float = 0.0, *, at_s: float = 0.0, name: str = "loss_l1") -> Metric:
    return Metric(time_s=at_s, step=step, name=name, value=value)


def write(run: RunFolder, *events: Event) -> None:
    for event in events:
        run.append(event)


def steps(series: RunSeries, name: str = "loss_l1") -> list[float]:
    return list(series.values(name)[0])


def test_metrics_come_by_step_and_time_of_training(tmp_path: Path) -> None:
    run = make(tmp_path)
    write(
        run,
        Started(time_s=100.0),
        metric(5, 0.5, at_s=101.0),
        metric(5, 30.0, at_s=101.5, name="psnr_y_db"),
        Paused(time_s=102.0),
        Started(time_s=500.0, step=5),
        metric(10, 0.25, at_s=503.0),
    )
    series = RunSeries(run.path)

    assert series.update()

    assert series.names() == ("loss_l1", "psnr_y_db")
    assert [list(column) for column in series.values("loss_l1")] == [
        [5.0, 10.0], [0.5, 0.25], [1.0, 5.0],
    ]  # fmt: skip
    assert [len(column) for column in series.values("absent")] == [0, 0, 0]
    assert series.started_s == 100.0


def test_only_what_is_new_is_read(tmp_path: Path) -> None:
    run = make(tmp_path)
    write(run, Started(), metric(1))
    series = RunSeries(run.path)
    series.update()
    before = series.values("loss_l1")[0]

    assert not series.update()
    write(run, metric(2), Progress(done=2, total=9, eta_s=3.0))
    assert series.update()

    assert steps(series) == [1.0, 2.0]
    assert list(before) == [1.0]
    assert series.step == 2
    assert series.progress is not None
    assert series.progress.total == 9


def test_a_resumed_run_shows_where_it_was_cut_and_what_it_lost(tmp_path: Path) -> None:
    run = make(tmp_path)
    write(run, Started(time_s=0.0), *(metric(step, 1.0, at_s=float(step)) for step in (1, 2, 3, 4)))
    write(run, Started(time_s=60.0, step=2), metric(3, 2.0, at_s=61.0))
    series = RunSeries(run.path)

    series.update()

    assert series.cuts() == (Cut(step=2, time_s=4.0, abandoned_to_step=4),)
    assert steps(series) == [1.0, 2.0, 3.0]
    assert list(series.values("loss_l1")[1]) == [1.0, 1.0, 2.0]
    assert list(series.abandoned("loss_l1")[0]) == [3.0, 4.0]
    assert list(series.abandoned("loss_l1")[1]) == [1.0, 1.0]


def test_a_run_that_lost_nothing_has_a_cut_and_abandons_nothing(tmp_path: Path) -> None:
    run = make(tmp_path)
    write(run, Started(time_s=0.0), metric(2), Paused(), Started(step=2), metric(3))
    series = RunSeries(run.path)

    series.update()

    assert [(cut.step, cut.abandoned_to_step) for cut in series.cuts()] == [(2, 2)]
    assert series.abandoned("loss_l1")[0].size == 0


def test_starts_before_the_first_step_are_no_cuts(tmp_path: Path) -> None:
    run = make(tmp_path)
    write(run, Started(), Started(), metric(1))
    series = RunSeries(run.path)

    series.update()

    assert series.cuts() == ()


@given(parts=st.lists(st.lists(st.integers(1, 9), max_size=6), max_size=5), first=st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_reading_in_pieces_gives_what_reading_at_once_does(
    parts: list[list[int]], first: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = RunFolder.create_at(tmp_path_factory.mktemp("runs") / "run", recipe_yaml="name: a\n")
    growing = RunSeries(run.path)
    for number, part in enumerate(parts):
        write(run, Started(time_s=float(number), step=first if number else 0))
        growing.update()
        write(run, *(metric(step, float(number), at_s=float(number)) for step in part))
        growing.update()

    whole = RunSeries(run.path)
    whole.update()

    assert growing.cuts() == whole.cuts()
    assert growing.names() == whole.names()
    for name in whole.names():
        np.testing.assert_array_equal(growing.values(name), whole.values(name))
        assert sorted(growing.abandoned(name)[0]) == sorted(whole.abandoned(name)[0])


def test_a_search_has_the_course_of_its_hypervolume(tmp_path: Path) -> None:
    run = make(tmp_path)
    for evaluations, volume in ((3, 1.5), (8, 2.5)):
        write(run, FrontChanged(ids=("a",), hypervolume=volume, evaluations=evaluations))
    series = RunSeries(run.path)

    series.update()

    assert [list(column) for column in series.values(HYPERVOLUME)[:2]] == [[3.0, 8.0], [1.5, 2.5]]


def test_messages_come_in_order_and_photos_are_counted_until_the_start(tmp_path: Path) -> None:
    run = make(tmp_path)
    write(run, Preparing(done=3, total=9), Noted(code="held-out", text="One is held out."))
    series = RunSeries(run.path)
    series.update()
    before = series.preparing
    assert before is not None
    assert before.done == 3

    write(run, Started(), Failed(time_s=7.0, code="disk-full", text="No space."))
    series.update()

    assert series.preparing is None
    assert [(one.kind, one.code) for one in series.messages()] == [
        ("note", "held-out"), ("failed", "disk-full"),
    ]  # fmt: skip


def test_names_of_earlier_versions_are_continued(tmp_path: Path) -> None:
    run = make(tmp_path)
    write(run, metric(1, name="loss_grid"), metric(2, name="loss_checkerboard"))
    series = RunSeries(run.path)

    series.update()

    assert steps(series, "loss_checkerboard") == [1.0, 2.0]


def test_a_folder_that_is_deleted_while_it_is_shown_says_so(tmp_path: Path) -> None:
    run = make(tmp_path)
    write(run, Started(), metric(1))
    series = RunSeries(run.path)
    series.update()
    shutil.rmtree(run.path)

    assert series.update()
    assert "is gone" in (series.fault or "")
    assert not series.update()


def test_a_run_that_begins_anew_in_the_same_folder_is_read_anew(tmp_path: Path) -> None:
    run = make(tmp_path)
    write(run, Started(), metric(1), metric(2))
    series = RunSeries(run.path)
    series.update()
    shutil.rmtree(run.path)
    series.update()

    write(make(tmp_path), Started(), metric(7))
    series.update()

    assert steps(series) == [7.0]
    assert series.fault is None


def test_a_run_without_a_log_is_new_and_not_at_fault(tmp_path: Path) -> None:
    series = RunSeries(make(tmp_path).path)

    assert not series.update()
    assert series.fault is None
    assert series.names() == ()


def test_what_is_no_log_is_named(tmp_path: Path) -> None:
    run = make(tmp_path)
    (run.path / "events.jsonl").mkdir()
    series = RunSeries(run.path)
    assert series.update()
    assert "a folder" in (series.fault or "")

    (run.path / "events.jsonl").rmdir()
    os.mkfifo(run.path / "events.jsonl")
    series.update()
    assert "pipe" in (series.fault or "")


def test_damaged_lines_are_counted_and_the_rest_is_shown(tmp_path: Path) -> None:
    run = make(tmp_path)
    content = encode_event(Started()) + b'{"foo":1}\n{"foo":2}\n' + encode_event(metric(1))
    (run.path / "events.jsonl").write_bytes(content)
    series = RunSeries(run.path)

    series.update()

    assert steps(series) == [1.0]
    assert "were skipped: 2" in (series.fault or "")


def test_numbers_beyond_all_measure_do_no_harm(tmp_path: Path) -> None:
    run = make(tmp_path)
    lines = [
        '{"kind":"metric","time_s":1e300,"step":9223372036854775807,"name":"a","value":1e308}',
        f'{{"kind":"metric","time_s":1,"step":{10**400},"name":"a","value":1}}',
        '{"kind":"metric","time_s":-1e300,"step":-5,"name":"a","value":-0.0}',
        '{"kind":"started","time_s":1e308,"step":-3}',
        '{"kind":"started","time_s":-1e308,"step":3}',
        '{"kind":"progress","time_s":2,"done":1,"total":1,"eta_s":1}',
    ]
    (run.path / "events.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    series = RunSeries(run.path)

    series.update()

    assert series.names() == ()
    assert series.trained_s == 0
    assert "were skipped: 5" in (series.fault or "")


@given(content=st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_without_an_error(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("runs")
    (folder / "events.jsonl").write_bytes(content)
    series = RunSeries(folder)

    series.update()

    assert series.names() == ()
