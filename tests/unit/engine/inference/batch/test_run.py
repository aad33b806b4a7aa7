from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import (
    ConfigError,
    DiskFullError,
    JobCancelled,
    OutputError,
)
from engine.inference.batch.inputs import PhotoInput, find_photos
from engine.inference.batch.manifest import Manifest
from engine.inference.batch.records import PhotoRecord
from engine.inference.batch.run import (
    BatchListener,
    BatchReport,
    BatchRequest,
    count_outcomes,
    photos_of_manifest,
    run_batch,
)
from engine.inference.job.naming import Collision
from engine.inference.job.upscale_photo import UpscaleReport
from tests.helpers.copying_batch import CopyWork, files, into, settings, skipping

Runner = Callable[..., BatchReport]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    for name in ("a.jpg", "bad.jpg", "sub/c.jpg", "unreadable.jpg"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return folder


@pytest.fixture
def request_(source: Path, tmp_path: Path) -> BatchRequest:
    return BatchRequest(
        photos=find_photos([source], is_recursive=True).photos,
        settings=settings(tmp_path / "out", "{name}_x{scale}"),
    )


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., BatchReport]:
    def run_it(request: BatchRequest, work: CopyWork, **more: object) -> BatchReport:
        work.settings = request.settings
        return run_batch(request, work, manifest_file=tmp_path / "batch.jsonl", **more)  # type: ignore[arg-type]

    return run_it


def test_failures_stop_nothing_and_are_listed_with_reasons(
    request_: BatchRequest, run: Runner
) -> None:
    report = run(request_, CopyWork())
    assert count_outcomes(report.records) == {"done": 2, "skipped": 0, "failed": 2}
    assert files(request_.output_folder) == ["a_x2.png", "sub/c_x2.png"]
    reasons = {Path(r.path).name: (r.code, r.reason) for r in report.failures}
    assert reasons["bad.jpg"][0] == "unreadable-image"
    assert "is cut off" in str(reasons["bad.jpg"][1])
    assert "is no photo" in str(reasons["unreadable.jpg"][1])


def test_an_interrupted_batch_goes_on_where_it_was(request_: BatchRequest, run: Runner) -> None:
    token = CancelToken()
    first = CopyWork(during=lambda photo: token.cancel() if photo.name == "a.jpg" else None)
    with pytest.raises(JobCancelled):
        run(request_, first, token=token)
    assert first.seen == ["a.jpg"]
    again = CopyWork()
    report = run(replace(request_, keep_finished=True), again)
    assert again.seen == ["bad.jpg", "c.jpg"]
    assert [p.name for p in report.left_out] == ["a.jpg"]
    assert files(request_.output_folder) == ["a_x2.png", "sub/c_x2.png"]


def test_only_what_failed_is_tried_again(request_: BatchRequest, run: Runner) -> None:
    run(request_, CopyWork())
    again = CopyWork()
    report = run(replace(request_, only_failed=True), again)
    assert again.seen == ["bad.jpg"]
    assert len(report.failures) == 2
    assert len(report.left_out) == 2


def test_a_batch_cannot_go_on_with_other_settings(request_: BatchRequest, run: Runner) -> None:
    run(request_, CopyWork())
    with pytest.raises(ConfigError, match="other settings"):
        run(
            replace(request_, keep_finished=True, settings=replace(request_.settings, quality=3)),
            CopyWork(),
        )


def test_a_resume_without_a_manifest_begins_anew(request_: BatchRequest, run: Runner) -> None:
    work = CopyWork()
    run(replace(request_, keep_finished=True), work)
    assert work.seen == ["a.jpg", "bad.jpg", "c.jpg"]


def test_without_resume_everything_is_done_again_under_new_names(
    request_: BatchRequest, run: Runner
) -> None:
    run(request_, CopyWork())
    run(request_, CopyWork())
    assert "a_x2-2.png" in files(request_.output_folder)


def test_skip_keeps_what_is_there(request_: BatchRequest, run: Runner) -> None:
    run(request_, CopyWork())
    report = run(skipping(request_), CopyWork())
    assert count_outcomes(report.records)["skipped"] == 2
    assert "a_x2-2.png" not in files(request_.output_folder)


@pytest.mark.parametrize("policy", list(Collision))
def test_two_photos_of_one_name_never_share_a_result(
    tmp_path: Path, run: Runner, policy: Collision
) -> None:
    for name in ("a.jpg", "a.tif"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    request = BatchRequest(
        photos=find_photos([tmp_path / "a.jpg", tmp_path / "a.tif"]).photos,
        settings=settings(tmp_path / "out", collision=policy),
    )
    run(request, CopyWork())
    contents = {p.name: p.read_text(encoding="utf-8") for p in (tmp_path / "out").iterdir()}
    assert contents == {"a.png": "a.jpg", "a-2.png": "a.tif"}


def test_an_original_is_never_replaced(tmp_path: Path, run: Runner) -> None:
    photo = tmp_path / "a.png"
    photo.write_text("original", encoding="utf-8")
    request = BatchRequest(
        photos=(PhotoInput(path=photo),),
        settings=settings(tmp_path, collision=Collision.REPLACE),
    )
    work = CopyWork(during=lambda _photo: None)
    report = run(request, work)
    assert report.records[0].output == str(tmp_path / "a-2.png")
    assert photo.read_text(encoding="utf-8") == "original"


def test_a_full_disk_ends_the_batch_and_is_recorded(
    request_: BatchRequest, run: Runner, tmp_path: Path
) -> None:
    def fill(_photo: Path) -> None:
        raise DiskFullError("the disk is full")

    work = CopyWork(during=fill)
    with pytest.raises(DiskFullError):
        run(request_, work)
    assert work.seen == ["a.jpg"]
    manifest = Manifest.load(tmp_path / "batch.jsonl")
    assert manifest is not None
    assert [r.code for r in manifest.records()] == ["disk-full"]


def test_every_photo_is_reported(request_: BatchRequest, run: Runner) -> None:
    started: list[tuple[int, int, str]] = []
    ended: list[tuple[PhotoRecord, UpscaleReport | None]] = []
    listener = BatchListener(
        on_start=lambda index, count, photo: started.append((index, count, photo.name)),
        on_result=lambda record, report: ended.append((record, report)),
    )
    report = run(request_, CopyWork(), listener=listener)
    assert [s[:2] for s in started] == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert tuple(record for record, _ in ended) == report.records
    assert ended[0][0].notes == ("copied",)
    assert all((made is not None) == (record.outcome == "done") for record, made in ended)


def test_the_photos_of_a_batch_are_remembered(
    request_: BatchRequest, run: Runner, tmp_path: Path
) -> None:
    run(request_, CopyWork())
    manifest = Manifest.load(tmp_path / "batch.jsonl")
    assert manifest is not None
    assert photos_of_manifest(manifest) == request_.photos


def test_an_output_folder_that_cannot_be_made_is_an_error(
    request_: BatchRequest, run: Runner, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file"):
        run(into(request_, tmp_path / "file" / "out"), CopyWork())


def original_and_mate(folder: Path) -> BatchRequest:
    """Return a batch whose first photo wants the name of the second."""
    folder.mkdir()
    for name in ("a.jpg", "a.png", "b.png"):
        (folder / name).write_text(name, encoding="utf-8")
    return BatchRequest(
        photos=find_photos([folder]).photos,
        settings=settings(folder, collision=Collision.REPLACE),
    )


@pytest.mark.parametrize("spelling", [".", "../in", "sub/..", "../linked"])
def test_no_photo_of_a_batch_is_ever_replaced(tmp_path: Path, run: Runner, spelling: str) -> None:
    request = original_and_mate(tmp_path / "in")
    (tmp_path / "in" / "sub").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / "in")
    report = run(into(request, tmp_path / "in" / spelling), CopyWork())
    assert count_outcomes(report.records)["done"] == 3
    for name in ("a.jpg", "a.png", "b.png"):
        assert (tmp_path / "in" / name).read_text(encoding="utf-8") == name
    # Doing it again replaces the results, and makes no more of them.
    before = files(tmp_path / "in")
    run(into(request, tmp_path / "in" / spelling), CopyWork())
    assert files(tmp_path / "in") == before


def test_photos_of_the_whole_batch_are_protected_when_only_some_are_done_again(
    tmp_path: Path, run: Runner
) -> None:
    request = original_and_mate(tmp_path / "in")
    run(request, CopyWork())
    again = replace(request, photos=request.photos[:1], keep_finished=True)
    (tmp_path / "in" / "a.jpg").write_text("changed", encoding="utf-8")
    run(again, CopyWork())
    assert (tmp_path / "in" / "a.png").read_text(encoding="utf-8") == "a.png"


def test_whatever_goes_wrong_is_that_photos_failure(request_: BatchRequest, run: Runner) -> None:
    def fail(photo: Path) -> None:
        if photo.name == "a.jpg":
            raise IndexError("tuple index out of range")

    report = run(request_, CopyWork(during=fail))
    failed = {Path(r.path).name: r for r in report.failures}
    assert failed["a.jpg"].code == "unexpected"
    assert "a.jpg" in str(failed["a.jpg"].reason)
    assert "tuple index out of range" in str(failed["a.jpg"].reason)
    assert files(request_.output_folder) == ["sub/c_x2.png"]


class Killed(BaseException):
    """Ends the batch as a kill does: nothing is caught or written any more."""


def test_a_kill_between_naming_a_result_and_recording_it_doubles_nothing(
    request_: BatchRequest, run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(_manifest: Manifest, _record: PhotoRecord) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Manifest, "add", kill)
        with pytest.raises(Killed):
            run(request_, CopyWork())
    again = CopyWork()
    report = run(replace(request_, keep_finished=True), again)
    assert [p.name for p in report.left_out] == ["a.jpg"]
    assert files(request_.output_folder) == ["a_x2.png", "sub/c_x2.png"]


def test_results_that_were_skipped_and_deleted_are_made_again(
    request_: BatchRequest, run: Runner
) -> None:
    run(request_, CopyWork())
    run(skipping(request_), CopyWork())
    (request_.output_folder / "a_x2.png").unlink()
    report = run(replace(request_, keep_finished=True), CopyWork())
    assert "c.jpg" in [p.name for p in report.left_out]
    assert files(request_.output_folder) == ["a_x2.png", "sub/c_x2.png"]


def test_a_file_that_appears_while_results_are_skipped_is_kept(
    request_: BatchRequest, run: Runner
) -> None:
    result = request_.output_folder / "a_x2.png"

    def appear(_photo: Path) -> None:
        result.write_text("precious", encoding="utf-8")

    report = run(skipping(request_), CopyWork(during=appear))
    assert [Path(r.path).name for r in report.records if r.outcome == "skipped"] == ["a.jpg"]
    assert result.read_text(encoding="utf-8") == "precious"


def test_names_that_are_no_utf8_are_worked_on(tmp_path: Path, run: Runner) -> None:
    for name in (b"caf\xe9.jpg", b"\x1b[31mred.jpg"):
        (tmp_path / os.fsdecode(name)).touch()
    request = BatchRequest(
        photos=find_photos([tmp_path]).photos, settings=settings(tmp_path / "out")
    )
    run(request, CopyWork())
    assert files(tmp_path / "out") == ["_[31mred.png", "caf_.png"]
    report = run(replace(request, keep_finished=True), CopyWork())
    assert len(report.left_out) == 2


def test_a_batch_whose_record_can_be_written_nowhere_goes_on_and_says_so(
    request_: BatchRequest, run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("engine.inference.batch.manifest.write_bytes_atomic", fill)
    report = run(request_, CopyWork())
    assert count_outcomes(report.records)["done"] == 2
    assert report.fault is not None
    assert "No space left on device" in report.fault


def test_a_photo_that_a_run_died_of_comes_last(request_: BatchRequest, run: Runner) -> None:
    def die(photo: Path) -> None:
        if photo.name == "a.jpg":
            raise Killed

    with pytest.raises(Killed):
        run(request_, CopyWork(during=die))
    again = CopyWork(during=die)
    with pytest.raises(Killed):
        run(replace(request_, keep_finished=True), again)
    assert again.seen == ["bad.jpg", "c.jpg", "a.jpg"]
    assert files(request_.output_folder) == ["sub/c_x2.png"]


def test_a_photo_that_was_stopped_keeps_its_place(request_: BatchRequest, run: Runner) -> None:
    def stop(_photo: Path) -> None:
        raise JobCancelled("stopped")

    with pytest.raises(JobCancelled):
        run(request_, CopyWork(during=stop))
    again = CopyWork()
    run(replace(request_, keep_finished=True), again)
    assert again.seen == ["a.jpg", "bad.jpg", "c.jpg"]


def test_a_batch_needs_a_folder(request_: BatchRequest, run: Runner) -> None:
    nowhere = replace(request_, settings=replace(request_.settings, output_folder=None))
    with pytest.raises(ConfigError, match="needs a folder"):
        run(nowhere, CopyWork())


def test_a_batch_is_recorded_among_its_results_where_the_state_cannot_be_written(
    request_: BatchRequest, tmp_path: Path
) -> None:
    (tmp_path / "state").write_text("a file", encoding="utf-8")
    unwritable = tmp_path / "state" / "batch.jsonl"
    work = CopyWork()
    work.settings = request_.settings
    report = run_batch(request_, work, manifest_file=unwritable)
    assert report.fault is None

    work.seen.clear()
    again = run_batch(replace(request_, keep_finished=True), work, manifest_file=unwritable)

    assert work.seen == ["bad.jpg"]
    assert [path.name for path in again.left_out] == ["a.jpg", "c.jpg"]


def test_records_say_how_long_each_photo_took(request_: BatchRequest, run: Runner) -> None:
    records = run(request_, CopyWork()).records

    assert {record.outcome for record in records} == {"done", "failed"}
    assert all(record.seconds > 0 for record in records)
