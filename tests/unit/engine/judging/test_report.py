from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from msgspec.structs import replace as with_fields

from engine.core.errors import ConfigError
from engine.judging.judgments import Answer, JudgedNetwork, Judgment, JudgmentLog
from engine.judging.report import make_report
from tests.helpers.simulated_eye import SimulatedEye, judge, make_test

_METRICS = {
    "a": {"lpips": 0.10, "psnr_y_db": 25.0},
    "b": {"lpips": 0.15, "psnr_y_db": 26.0},
    "c": {"lpips": 0.20, "psnr_y_db": 27.0, "gmacs": 3.0},
}


def _log(judgments: list[Judgment], *, networks: int = 3) -> JudgmentLog:
    test = make_test(networks, 6)
    described = tuple(with_fields(one, metrics=_METRICS[one.id]) for one in test.networks)
    return JudgmentLog(
        path=Path("test.jsonl"),
        test=with_fields(test, networks=described),
        judgments=tuple(judgments),
        next_number=len(judgments),
        is_revealed=False,
        damaged_lines=0,
    )


def _judged(strengths: dict[str, float], answers: int, *, seed: int = 0) -> JudgmentLog:
    return _log(judge(make_test(3, 6), SimulatedEye(strengths, seed=seed), answers=answers))


def test_the_best_comes_first_with_its_share_and_interval() -> None:
    report = make_report([_judged({"a": -1.5, "b": 0.0, "c": 1.5}, 72)])

    assert [one.network.id for one in report.ranking] == ["c", "b", "a"]
    for one in report.ranking:
        assert 0 < one.share_low < one.share < one.share_high < 1
    assert report.ranking[0].share > 0.7
    assert (report.answers, report.photos, report.is_general) == (60, 6, True)
    # Each answer is about two networks.
    assert sum(one.answers for one in report.ranking) == 120
    [neighbors, next_ones, ends] = report.pairs
    assert (neighbors.better, neighbors.worse) == ("c", "b")
    assert (next_ones.better, next_ones.worse) == ("b", "a")
    assert (ends.better, ends.worse) == ("c", "a")
    assert ends.is_told_apart
    assert ends.missing == 0
    assert ends.chance > 0.99
    assert ends.won > ends.lost


def test_networks_that_look_alike_are_said_to_need_more_answers() -> None:
    report = make_report([_judged({"a": 0.2, "b": 0.0, "c": -3.0}, 40)])

    [open_pair] = report.undecided
    assert {open_pair.better, open_pair.worse} == {"a", "b"}
    assert open_pair.missing is None or open_pair.missing > 10
    assert 0.5 <= open_pair.chance < 0.975


def test_the_eye_is_compared_with_lpips_and_psnr() -> None:
    report = make_report([_judged({"a": 2.0, "b": 0.0, "c": -2.0}, 72)])

    by_metric = {one.metric: one for one in report.agreements}
    # The eye prefers what LPIPS prefers, the reverse of PSNR; costs are not compared.
    assert set(by_metric) == {"lpips", "psnr_y_db"}
    assert by_metric["lpips"].tau == pytest.approx(1)
    assert by_metric["psnr_y_db"].tau == pytest.approx(-1)
    low, high = by_metric["lpips"].low, by_metric["lpips"].high
    assert low is not None
    assert high is not None
    assert -1 <= low <= high <= 1


def test_a_metric_that_only_some_networks_have_says_how_many() -> None:
    log = _judged({"a": 2.0, "b": 0.0, "c": -2.0}, 24)
    bare = with_fields(log.test.networks[2], metrics={})
    test = with_fields(log.test, networks=(*log.test.networks[:2], bare))

    [lpips, _] = make_report([replace(log, test=test)]).agreements

    assert lpips.networks == 2


def test_repeats_show_how_consistent_the_eye_is() -> None:
    def judgment(number: int, answer: Answer, repeats: int | None = None) -> Judgment:
        sides = ("a", "b") if repeats is None else ("b", "a")
        return Judgment(
            number=number,
            photo="0.png",
            left=sides[0],
            right=sides[1],
            answer=answer,
            repeats=repeats,
        )

    report = make_report(
        [
            _log(
                [
                    judgment(0, "left"),
                    judgment(1, "left"),
                    judgment(2, "tie"),
                    judgment(3, "right", repeats=0),  # a again
                    judgment(4, "left", repeats=1),  # b now
                    judgment(5, "left", repeats=2),  # decided now
                ]
            )
        ]
    )

    eye = report.consistency
    assert (eye.repeats, eye.same, eye.reversed) == (3, 1, 1)
    assert (eye.decided, eye.left, eye.ties) == (5, 4, 1)
    # A tie in a sixth of the answers: (1/6)^2 + (5/6)^2 / 2.
    assert eye.same_by_chance == pytest.approx(1 / 36 + 25 / 72)
    # Repeats do not count twice for the ranking.
    assert report.answers == 3


def test_a_careful_eye_is_more_consistent_than_one_that_guesses() -> None:
    sure = make_report([_judged({"a": 4.0, "b": 0.0, "c": -4.0}, 90)]).consistency
    guess = make_report([_judged({"a": 0.0, "b": 0.0, "c": 0.0}, 90)]).consistency

    assert sure.same / sure.repeats > guess.same / guess.repeats


def test_several_tests_are_taken_together() -> None:
    first, second = (_judged({"a": 1.0, "b": 0.0, "c": -1.0}, 24, seed=seed) for seed in (1, 2))

    both = make_report([first, second])

    assert both.answers == make_report([first]).answers + make_report([second]).answers
    assert both.consistency.repeats == 8


def test_networks_of_different_tests_are_in_one_ranking() -> None:
    log = _judged({"a": 1.0, "b": 0.0, "c": -1.0}, 12)
    network = JudgedNetwork(id="d", label="network d")
    other = with_fields(log.test, networks=(log.test.networks[0], network))
    answer = Judgment(number=0, photo="0.png", left="d", right="a", answer="left")

    report = make_report([log, replace(log, test=other, judgments=(answer,))])

    assert {one.network.id for one in report.ranking} == {"a", "b", "c", "d"}


def test_without_a_test_there_is_no_report() -> None:
    with pytest.raises(ConfigError, match="no blind test"):
        make_report([])


def test_a_test_without_answers_says_nothing_about_anyone() -> None:
    report = make_report([_log([])])

    assert {round(one.share, 6) for one in report.ranking} == {0.5}
    assert len(report.undecided) == 2
    assert report.agreements == ()
