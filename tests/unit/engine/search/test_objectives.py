from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.config.spaces import TpsrDiscriminatorSpaceRecipe
from engine.core.errors import ConfigError
from engine.export.onnx_file import export_onnx
from engine.models.generators.build import build_generator
from engine.search.objectives import CostGate, CostModel, Objectives
from engine.space.mfanet import MfanetSpace
from engine.space.tpsr import TpsrDiscriminatorSpace
from tests.helpers.toy_search import SPACE


@pytest.fixture
def costs() -> CostModel:
    return CostModel(space=MfanetSpace(SPACE, scale=2), height_px=10, width_px=20)


def test_costs_are_those_of_the_network_and_of_its_file(tmp_path: Path, costs: CostModel) -> None:
    candidate = costs.space.draw(np.random.default_rng(1))
    sizes = costs.space.generator(candidate)
    network = build_generator(sizes).eval().folded()
    path = tmp_path / "network.onnx"
    export_onnx(network, path, sizes=sizes)

    found = costs.measure(candidate)

    assert found["params"] == sum(parameter.numel() for parameter in network.parameters())
    assert found["gmacs"] == pytest.approx(
        costs.space.macs(candidate, height_px=10, width_px=20) / 1e9
    )
    # Both files hold the same weights; names and metadata differ a little.
    assert found["file_mb"] * 1e6 == pytest.approx(path.stat().st_size, abs=4000)


def test_the_peak_is_that_of_the_widest_block_or_of_the_end(costs: CostModel) -> None:
    area, value = 10 * 20, 4

    largest = costs.measure(costs.space.largest)["peak_mb"]
    smallest = costs.measure(costs.space.smallest)["peak_mb"]

    # Widths of 8: three trunk maps and two stages. Of 4: the tail's input and twice 12 outputs.
    assert largest == pytest.approx((3 * 8 + 16) * area * value / 1e6)
    assert smallest == pytest.approx((4 + 24) * area * value / 1e6)


def test_only_what_is_asked_for_is_measured(costs: CostModel) -> None:
    assert set(costs.measure(costs.space.smallest, ["params"])) == {"params"}


def test_costs_of_a_discriminator_are_those_that_follow_from_any_layers() -> None:
    space = TpsrDiscriminatorSpace(TpsrDiscriminatorSpaceRecipe(channels=(4, 8)))
    costs = CostModel(space=space, height_px=16, width_px=16)

    assert set(costs.measure(space.largest)) == {"gmacs", "params"}
    costs.require(["psnr_y_db", "gmacs"])
    with pytest.raises(ConfigError, match="file_mb: is known of the space mfanet only"):
        costs.require(["lpips", "file_mb"])


def test_quality_is_a_loss_when_negated_and_limits_are_kept() -> None:
    objectives = Objectives(names=("psnr_y_db", "gmacs"), limits={"gmacs": 2.0})
    metrics = {"psnr_y_db": 28.0, "gmacs": 2.5}

    assert objectives.directions == ("maximize", "minimize")
    assert objectives.values(metrics) == [28.0, 2.5]
    assert objectives.losses(metrics) == [-28.0, 2.5]
    assert objectives.excess(metrics) == {"gmacs": 0.5}
    assert not objectives.meets(metrics)
    assert objectives.meets({"psnr_y_db": 28.0, "gmacs": 2.0})


def test_a_gate_admits_what_can_meet_the_limits(costs: CostModel) -> None:
    limit = costs.measure(costs.space.smallest)["params"]
    gate = CostGate(costs=costs, limits={"params": limit, "psnr_y_db": 99.0})

    assert gate.admits(costs.space.smallest)
    assert not gate.admits(costs.space.largest)
    gate.require_any(seed=0)
