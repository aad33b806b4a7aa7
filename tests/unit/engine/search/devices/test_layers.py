from __future__ import annotations

import pytest

from engine.search.devices.layers import equal_blocks, layers_of, macs_per_px


def test_equal_blocks_cost_what_the_card_of_such_a_network_says() -> None:
    # mfa-s-x4: 32 channels, 4 blocks, 9.44 GMAC at 256x256.
    layers = layers_of(equal_blocks(32, 4), scale=4)
    assert float(macs_per_px(layers)) * 256**2 / 1e9 == pytest.approx(9.44, abs=0.005)


def test_inner_stages_may_be_narrower_than_the_trunk() -> None:
    assert equal_blocks(32, 2, inner=8).inner == ((8, 8), (8, 8))
