"""Tests of the shares of a job's stages."""

from __future__ import annotations

import itertools

import pytest

from engine.inference.job.stages import plan_stages
from engine.inference.job.target import OutputTarget, plan_output


@pytest.mark.parametrize("factor", [0.5, 1, 2, 3, 7, 30])
def test_stages_follow_each_other_without_a_gap(factor: float) -> None:
    size = plan_output(300, 200, OutputTarget.factor(factor), scales=[2, 4])

    stages = plan_stages(300 * 200, size)

    every = [*stages.steps, stages.check, stages.save]
    assert [stage.name for stage in every[-2:]] == ["check", "save"]
    assert len(stages.steps) == len(size.work)
    assert every[0].start == 0
    for stage, following in itertools.pairwise(every):
        assert stage.share > 0
        assert following.start == pytest.approx(stage.start + stage.share)
    assert stages.save.start + stages.save.share == pytest.approx(1)


def test_a_network_takes_nearly_all_of_the_time() -> None:
    size = plan_output(300, 200, OutputTarget.factor(3), scales=[4])

    network, resize = plan_stages(300 * 200, size).steps

    assert (network.name, resize.name) == ("upscale", "resize")
    assert network.share > 0.8
    assert resize.share < 0.1
