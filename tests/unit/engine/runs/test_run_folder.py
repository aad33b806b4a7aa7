from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import msgspec
import psutil
import pytest
from filelock import FileLock

from engine.core.errors import BadEventError, ConfigError, OutputError, OutputExistsError
from engine.runs import run_folder
from engine.runs.events import Finished, Started
from engine.runs.run_folder import RunFolder, RunStatus


def make(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path, "My Run!", recipe_yaml="name: a\n")


def test_a_new_folder_is_named_after_day_and_recipe(tmp_path: Path) -> None:
    run = make(tmp_path)

    assert run.path.name[10:].startswith("-my-run-")
    assert (run.path / "recipe.yaml").read_text(encoding="utf-8") == "name: a\n"
    assert run.checkpoints.is_dir()


def test_two_runs_of_one_recipe_get_two_folders(tmp_path: Path) -> None:
    assert make(tmp_path).path != make(tmp_path).path


def test_a_name_without_letters_still_gives_a_folder(tmp_path: Path) -> None:
    run = RunFolder.create(tmp_path, "!!", recipe_yaml="")

    assert "-run-" in run.path.name


def test_a_place_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(OutputError, match="file"):
        RunFolder.create_at(tmp_path / "file" / "run", recipe_yaml="")


def test_a_folder_without_a_recipe_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not a run folder"):
        RunFolder.open(tmp_path)


def test_events_come_back_in_order(tmp_path: Path) -> None:
    run = make(tmp_path)
    run.append(Started(time_s=1.0))
    run.append(Finished(time_s=2.0, step=3))

    events = list(RunFolder.open(run.path).events())

    assert events == [Started(time_s=1.0), Finished(time_s=2.0, step=3)]


def test_a_run_that_never_spoke_has_no_events_and_no_status(tmp_path: Path) -> None:
    run = make(tmp_path)

    assert list(run.events()) == []
    assert run.read_status() is None
    assert not run.is_alive()


def test_a_broken_last_line_is_left_out_and_healed(tmp_path: Path) -> None:
    run = make(tmp_path)
    run.append(Started(time_s=1.0))
    with (run.path / "events.jsonl").open("ab") as file:
        file.write(b'{"kind":"fin')
    assert list(run.events()) == [Started(time_s=1.0)]

    RunFolder.open(run.path).append(Finished(time_s=2.0, step=3))

    assert list(run.events()) == [Started(time_s=1.0), Finished(time_s=2.0, step=3)]


def test_a_broken_line_in_the_middle_is_an_error(tmp_path: Path) -> None:
    run = make(tmp_path)
    (run.path / "events.jsonl").write_bytes(b'{"kind":"fin\n{"kind":"paused","time_s":1.0}\n')

    with pytest.raises(BadEventError):
        list(run.events())


def test_the_status_of_this_process_is_alive(tmp_path: Path) -> None:
    run = make(tmp_path)

    run.write_status("running")

    assert run.is_alive()
    assert run.is_running()


def write_status(run: RunFolder, *, pid: int, started_s: float) -> None:
    status = RunStatus(state="running", pid=pid, process_started_s=started_s, heartbeat_s=0.0)
    (run.path / "status.json").write_bytes(msgspec.json.encode(status))


def test_a_process_that_is_gone_is_not_alive(tmp_path: Path) -> None:
    run = make(tmp_path)

    write_status(run, pid=2**22 + 1, started_s=0.0)

    assert not run.is_running()


def test_a_reused_process_number_is_not_alive(tmp_path: Path) -> None:
    run = make(tmp_path)

    write_status(run, pid=os.getpid(), started_s=psutil.Process().create_time() - 100)

    assert not run.is_alive()


def test_the_heartbeat_is_renewed_only_when_it_is_old(tmp_path: Path) -> None:
    run = make(tmp_path)
    run.beat()
    first = (run.path / "status.json").stat().st_mtime_ns

    run.beat()

    assert (run.path / "status.json").stat().st_mtime_ns == first


def test_one_process_has_a_run_and_others_see_it(tmp_path: Path) -> None:
    run = RunFolder.create_at(tmp_path / "run", recipe_yaml="name: a\n")
    other = RunFolder(run.path)

    with run.locked():
        run.write_status("running")
        assert other.is_running()
        with pytest.raises(ConfigError, match="is running in another process"), other.locked():
            pass

    assert not other.is_running()  # though the status says so and this process lives
    with other.locked():
        pass


@pytest.mark.parametrize(
    "name", ["recipe.yaml", "environment.json", "photos.json", "lock", "samples/holiday.png"]
)
def test_a_new_run_writes_over_nothing(tmp_path: Path, name: str) -> None:
    mine = tmp_path / "photos" / name
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"mine")

    with pytest.raises(OutputExistsError, match="exists already"):
        RunFolder.create_at(tmp_path / "photos", recipe_yaml="name: a\n")

    assert mine.read_bytes() == b"mine"
    assert [path for path in (tmp_path / "photos").rglob("*") if path.is_file()] == [mine]


def test_a_run_may_begin_among_other_files(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"mine")
    (tmp_path / "checkpoints").mkdir()
    assert RunFolder.create_at(tmp_path, recipe_yaml="name: a\n").path == tmp_path


def test_who_asks_whether_a_run_is_running_is_not_taken_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough for any machine; in use it is a fraction of a second.
    monkeypatch.setattr(run_folder, "_PROBE_WAIT_S", 60.0)
    run = RunFolder.create_at(tmp_path / "run", recipe_yaml="name: a\n")
    run.write_status("running")
    asking = FileLock(run.path / "lock", thread_local=False)
    asking.acquire()
    answered = threading.Timer(0.1, asking.release)
    answered.start()
    try:
        assert not RunFolder(run.path).is_running()
    finally:
        answered.join()


def test_a_clock_that_goes_back_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RunFolder.create_at(tmp_path / "run", recipe_yaml="name: a\n")

    with run.locked():
        run.write_status("running")
        monkeypatch.setattr(psutil.Process, "create_time", lambda process: 1.0)
        assert RunFolder(run.path).is_running()
        monkeypatch.setattr(time, "time", lambda: 1000.0)
        run.beat()

    status = run.read_status()
    assert status is not None
    assert status.heartbeat_s == 1000.0


def test_a_damaged_status_is_named(tmp_path: Path) -> None:
    run = RunFolder.create_at(tmp_path / "run", recipe_yaml="name: a\n")
    (run.path / "status.json").write_bytes(b'{"state": 3}')

    with pytest.raises(BadEventError, match=r"status\.json: is damaged"):
        run.read_status()
    assert not run.is_running()  # so that it can go on
    with run.locked():
        assert RunFolder(run.path).is_running()


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    run = RunFolder.create_at(tmp_path / "run", recipe_yaml="name: a\n")
    (run.path / "events.jsonl").write_bytes(b"x" * 3_000_000)

    with pytest.raises(BadEventError):
        list(run.events())


def test_events_are_not_written_into_a_pipe(tmp_path: Path) -> None:
    run = RunFolder.create_at(tmp_path / "run", recipe_yaml="name: a\n")
    os.mkfifo(run.path / "events.jsonl")

    with pytest.raises(OutputError, match=r"events\.jsonl: is not a file"):
        run.append(Started())
    assert list(run.events()) == []
