from __future__ import annotations

import pytest

from engine.search.devices.latency_model import compose_latency_ms, prediction_accuracy
from engine.search.devices.layers import layers_of
from engine.search.devices.predictor import latency_pairs_ms
from engine.search.devices.profile_making import make_profile
from engine.search.devices.sampling import draw_networks
from tests.helpers.device_profiles import (
    RUNTIME,
    measured_networks,
    measured_profile,
    synthetic_ms,
)


def test_the_profile_of_a_synthetic_device_predicts_it_exactly() -> None:
    model = measured_profile().model
    assert model.lanes == 16
    for sizes in draw_networks(30, seed=77, scale=4):
        predicted_ms = compose_latency_ms(model, layers_of(sizes, scale=4))
        assert predicted_ms == pytest.approx(synthetic_ms(sizes), rel=1e-4)


def test_methods_are_compared_on_the_same_unseen_networks() -> None:
    whole, blocks, macs = measured_profile().accuracy

    assert (whole.networks, blocks.networks, macs.networks) == (20, 20, 20)
    assert whole.mape < 1e-3
    assert whole.spearman == pytest.approx(1)
    # Equal blocks say little about mixed ones, and arithmetic alone nothing about lanes.
    assert whole.mape < blocks.mape
    assert macs.mape > 0.02


def test_the_errors_can_be_drawn_network_by_network() -> None:
    profile = measured_profile()
    pairs = latency_pairs_ms(profile)

    assert len(pairs) == profile.accuracy[0].networks
    found = prediction_accuracy("again", *zip(*pairs, strict=True))
    assert found.mape == pytest.approx(profile.accuracy[0].mape)
    assert pairs[3][1] == pytest.approx(synthetic_ms(profile.tested[3].sizes))


def test_the_table_of_blocks_holds_what_one_more_block_costs() -> None:
    # Trunk 16, inner stages 16: three 3x3 layers and two of 1x1, each 16 to 16.
    found = {(row.channels, row.inner): row.latency_ms for row in measured_profile().blocks}

    assert found[16, 16] == pytest.approx(3 * (0.2 * 9 + 0.1) + 2 * (0.2 + 0.1))
    # A width costs what the next lane does.
    assert found[24, 24] == pytest.approx(found[32, 32])
    assert found[32, 40] == pytest.approx(found[32, 48])


def test_without_unseen_networks_the_errors_are_cross_validated() -> None:
    profile = measured_profile()
    made = make_profile(
        measured_networks(unseen=0),
        profile_id="x",
        device="x",
        processor="x",
        runtime=RUNTIME,
        size_px=(180, 320),
        measured_at="x",
        before=profile.before,
        after=profile.after,
    )
    (found,) = made.accuracy
    assert found.method.endswith("cross-validated")
    assert (found.networks, made.model) == (40, profile.model)
