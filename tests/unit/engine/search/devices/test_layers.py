from __future__ import annotations

import pytest

from engine.search.devices.layers import (
    BlockShape,
    NetworkShape,
    layers_of,
    macs_per_pixel,
    uniform_shape,
)


def test_a_uniform_network_costs_what_its_card_says() -> None:
    # mfa-s-x4: 32 channels, 4 blocks, 9.44 GMAC at 256x256.
    gmac = macs_per_pixel(layers_of(uniform_shape(32, 4))) * 256**2 / 1e9
    assert gmac == pytest.approx(9.44, abs=0.005)


def test_tap_and_kernels_change_the_layers() -> None:
    full = NetworkShape(channels=16, blocks=(BlockShape(near=8, middle=24),))
    lean = NetworkShape(
        channels=16,
        blocks=(BlockShape(near=8, middle=24, has_tap=False, last_kernel=1),),
        tail_kernel=1,
    )
    fewer = 8 * 16 + 8 * 24 * 16 + 8 * 16 * 48
    assert macs_per_pixel(layers_of(full)) - macs_per_pixel(layers_of(lean)) == fewer


def test_names_tell_networks_apart() -> None:
    block = BlockShape(near=24, middle=16, has_tap=False, last_kernel=1)
    shape = NetworkShape(channels=32, blocks=(block, BlockShape(near=8, middle=8)), tail_kernel=1)
    assert shape.name == "c32-x4-k1-24.16-1-8.8t3"
