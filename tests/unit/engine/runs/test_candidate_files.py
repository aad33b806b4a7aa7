from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from engine.core.errors import ConfigError
from engine.runs.candidate_files import CandidateFiles, Genes, Measurement


def genes(name: str = "abc") -> Genes:
    return Genes(id=name, text="16x2", genes={"channels": 16, "tap": None}, drawn={"channels": 1})


def test_a_candidate_is_read_as_it_was_written(tmp_path: Path) -> None:
    measurement = Measurement(metrics={"psnr_y_db": 28.5}, seconds=0.5, curve={2: 1.5})
    CandidateFiles(tmp_path).add(genes(), measurement)

    [record] = CandidateFiles(tmp_path).all()

    assert (record.genes, record.measurement) == (genes(), measurement)


def test_of_two_processes_that_measure_a_candidate_the_first_wins(tmp_path: Path) -> None:
    one, other = CandidateFiles(tmp_path), CandidateFiles(tmp_path)
    first = one.add(genes(), Measurement(metrics={"psnr_y_db": 28.0}))

    second = other.add(genes(), Measurement(metrics={"psnr_y_db": 29.0}))

    assert second == first
    assert [entry.name for entry in (tmp_path / "candidates").iterdir()] == ["abc"]


def test_candidates_come_in_the_order_in_which_they_were_finished(tmp_path: Path) -> None:
    files = CandidateFiles(tmp_path)
    for name, finished_s in (("later", 20.0), ("first", 10.0), ("last", 30.0)):
        files.add(genes(name), Measurement(metrics={}, finished_s=finished_s))

    assert [record.id for record in files.all()] == ["first", "later", "last"]


def test_half_written_candidates_are_not_seen_and_removed_when_old(tmp_path: Path) -> None:
    files = CandidateFiles(tmp_path)
    for name in (".old-1234", ".young-1234"):
        (files.folder / name).mkdir(parents=True)
    hours_ago = time.time() - 7200
    os.utime(files.folder / ".old-1234", (hours_ago, hours_ago))

    files.remove_abandoned()

    assert files.all() == []
    assert [entry.name for entry in files.folder.iterdir()] == [".young-1234"]


def test_a_damaged_candidate_is_named(tmp_path: Path) -> None:
    files = CandidateFiles(tmp_path)
    files.add(genes(), Measurement(metrics={}))
    (files.path("abc") / "metrics.json").write_text("{")

    with pytest.raises(ConfigError, match="remove that folder to evaluate it again"):
        CandidateFiles(tmp_path).all()
