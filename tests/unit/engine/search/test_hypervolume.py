from __future__ import annotations

import pytest

from engine.runs.candidate_files import CandidateRecord, Genes, Measurement
from engine.search.front import front_of
from engine.search.hypervolume import front_history, hypervolume
from engine.search.objectives import Objectives

OBJECTIVES = Objectives(names=("psnr_y_db", "gmacs"), limits={})
WORST = {"psnr_y_db": 26.0, "gmacs": 10.0}


def record(name: str, psnr: float, gmacs: float) -> CandidateRecord:
    return CandidateRecord(
        genes=Genes(id=name, text=name, genes={}, drawn={}),
        measurement=Measurement(metrics={"psnr_y_db": psnr, "gmacs": gmacs}),
    )


def test_the_hypervolume_of_a_staircase_is_its_area() -> None:
    records = [record("small", 27.0, 2.0), record("large", 28.0, 6.0)]

    # 1 dB x 8 GMAC, and 1 dB more x 4 GMAC.
    assert hypervolume(records, OBJECTIVES, WORST) == pytest.approx(12.0)


def test_what_is_beyond_the_reference_point_adds_nothing() -> None:
    assert hypervolume([record("bad", 25.0, 1.0)], OBJECTIVES, WORST) == 0


def test_the_history_follows_each_evaluation() -> None:
    records = [record("a", 27.0, 2.0), record("worse", 26.5, 3.0), record("b", 28.0, 6.0)]

    states = list(front_history(records, OBJECTIVES, WORST))

    assert [state.hypervolume for state in states] == pytest.approx([8.0, 8.0, 12.0])
    assert [[one.id for one in state.members] for state in states] == [["a"], ["a"], ["b", "a"]]


def test_the_front_has_only_what_meets_the_constraints() -> None:
    records = [record("small", 27.0, 2.0), record("large", 28.0, 6.0)]
    limited = Objectives(names=OBJECTIVES.names, limits={"gmacs": 4.0})

    assert [one.id for one in front_of(records, limited)] == ["small"]
