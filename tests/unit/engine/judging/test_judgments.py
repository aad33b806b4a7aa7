from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.core.errors import ConfigError, DiskFullError
from engine.core.places import resources_folder
from engine.judging.judgments import (
    Answer,
    Judgment,
    JudgmentFile,
    find_judgment_files,
    is_same_test,
    judging_folder,
    read_judgments,
)
from tests.helpers.simulated_eye import make_test


def _judgment(number: int, answer: Answer = "left") -> Judgment:
    return Judgment(number=number, photo="0.png", left="a", right="b", answer=answer)


@pytest.fixture
def file(tmp_path: Path) -> JudgmentFile:
    return JudgmentFile.create(tmp_path, make_test())


def test_answers_are_there_when_the_file_is_read_again(tmp_path: Path, file: JudgmentFile) -> None:
    file.add(_judgment(0))
    file.add(_judgment(1, "tie"))

    [path] = find_judgment_files(tmp_path)
    log = read_judgments(path)

    assert [one.preferred for one in log.judgments] == ["a", None]
    assert log.test == make_test()
    assert (log.next_number, log.is_revealed, log.damaged_lines) == (2, False, 0)


def test_an_answer_that_was_undone_does_not_count_and_stays_in_the_file(file: JudgmentFile) -> None:
    file.add(_judgment(0))
    file.add(_judgment(1, "right"))

    file.undo(1)

    assert [one.number for one in file.log.judgments] == [0]
    # Its number is not given again: the line with it is still there.
    assert file.log.next_number == 2
    assert file.log.path.read_bytes().count(b'"judgment"') == 2


def test_there_may_be_nothing_to_undo(file: JudgmentFile) -> None:
    file.undo(0)

    assert b"undone" not in file.log.path.read_bytes()


def test_the_ranking_is_revealed_once(file: JudgmentFile) -> None:
    file.reveal()
    file.reveal()

    assert file.log.is_revealed
    assert file.log.path.read_bytes().count(b"revealed") == 1


def test_a_line_that_was_cut_off_is_no_answer_and_spoils_none(file: JudgmentFile) -> None:
    file.add(_judgment(0))
    path = file.log.path
    file.close()
    with path.open("ab") as stream:
        stream.write(b'{"kind":"judgment","number":1,"pho')

    assert len(read_judgments(path).judgments) == 1
    reopened = JudgmentFile.open(path)
    reopened.add(_judgment(1))

    assert [one.number for one in read_judgments(path).judgments] == [0, 1]
    assert read_judgments(path).damaged_lines == 0


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe\n",
        b"[1, 2]\n",
        b'{"kind":"judgment","number":7}\n',
        b'{"kind":"judgment","number":7,"photo":"p","left":"a","right":"gone","answer":"left"}\n',
        b'{"kind":"judgment","number":7,"photo":"p","left":"a","right":"b","answer":"both"}\n',
    ],
)
def test_damaged_and_foreign_lines_are_counted_and_skipped(file: JudgmentFile, line: bytes) -> None:
    with file.log.path.open("ab") as stream:
        stream.write(line)
    file.add(_judgment(0))

    log = read_judgments(file.log.path)
    assert (len(log.judgments), log.damaged_lines) == (1, 1)


@pytest.mark.parametrize("content", [b"", b"{}\n", b'{"kind":"judgment"}\n', b"\x00" * 100])
def test_another_file_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.jsonl"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match=r"other\.jsonl"):
        JudgmentFile.open(path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_a_test_is_answered_in_one_place_at_a_time(file: JudgmentFile) -> None:
    with pytest.raises(ConfigError, match="another window"):
        JudgmentFile.open(file.log.path)

    file.close()
    JudgmentFile.open(file.log.path).close()


def test_a_test_may_be_closed_on_another_thread(tmp_path: Path) -> None:
    with ThreadPoolExecutor(max_workers=1) as pool:
        file = pool.submit(JudgmentFile.create, tmp_path, make_test()).result()

    file.close()

    JudgmentFile.open(file.log.path).close()


def test_a_full_disk_loses_the_new_answer_only(
    file: JudgmentFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.add(_judgment(0))
    path_open: Callable[..., object] = Path.open

    class Full:
        def __init__(self, stream: object) -> None:
            self._stream = stream

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            self._stream.close()  # type: ignore[attr-defined]

        def write(self, content: bytes) -> int:
            return int(self._stream.write(content[:5]))  # type: ignore[attr-defined]

        def fileno(self) -> int:
            return int(self._stream.fileno())  # type: ignore[attr-defined]

    def full_open(self: Path, mode: str = "r", buffering: int = -1) -> object:
        stream = path_open(self, mode, buffering)
        return Full(stream) if mode == "ab" else stream

    monkeypatch.setattr(Path, "open", full_open)
    with pytest.raises(DiskFullError):
        file.add(_judgment(1))
    monkeypatch.undo()

    file.add(_judgment(1))
    log = read_judgments(file.log.path)
    assert ([one.number for one in log.judgments], log.damaged_lines) == ([0, 1], 0)


def test_every_line_is_on_the_disk_before_the_next_pair(
    file: JudgmentFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)

    file.add(_judgment(0))
    file.undo(0)

    assert len(synced) == 2


def test_a_run_keeps_its_tests_itself_and_a_shipped_one_leaves_them_to_the_user(
    tmp_path: Path, own_home: Path
) -> None:
    assert judging_folder(tmp_path) == tmp_path
    shipped = judging_folder(resources_folder() / "searches" / "demo")
    assert shipped == own_home / "data" / "blind-tests" / "demo"
    assert judging_folder(None).is_relative_to(own_home)


def test_a_run_without_tests_has_none(tmp_path: Path) -> None:
    assert find_judgment_files(tmp_path / "nowhere") == []


def test_the_same_networks_and_photos_make_the_same_test() -> None:
    test = make_test(2, 2)

    assert is_same_test(test, ["b", "a"], ["1.png", "0.png"])
    assert not is_same_test(test, ["a", "b", "c"], ["0.png", "1.png"])
    assert not is_same_test(test, ["a", "b"], ["0.png"])
