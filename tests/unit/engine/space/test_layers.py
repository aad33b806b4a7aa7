from __future__ import annotations

from fractions import Fraction

from engine.space.layers import Block, Cost, Layer, count_cost


def test_a_layer_costs_what_its_shape_says() -> None:
    plain = Layer(role="a", in_channels=4, out_channels=6, kernel_px=3)
    depthwise = Layer(
        role="b", in_channels=6, out_channels=6, kernel_px=5, groups=6, has_bias=False, slopes=1
    )
    shuffled = Layer(role="c", in_channels=3, out_channels=12, kernel_px=1, side=Fraction(2))
    blocks = (Block(kind="x", layers=(plain, depthwise)), Block(kind="y", layers=(shuffled,)))

    cost = count_cost(blocks, height_px=10, width_px=3)

    assert cost == Cost(
        params=(4 * 6 * 9 + 6) + (6 * 25 + 1) + (3 * 12 + 12),
        macs=30 * (4 * 6 * 9 + 6 * 25 + 3 * 12 * 4),
        activations=30 * (6 + 6 + 12 * 4),
    )


def test_equal_blocks_are_one_key() -> None:
    def block(width: int) -> Block:
        layer = Layer(role="a", in_channels=3, out_channels=width, kernel_px=3)
        return Block(kind="x", layers=(layer,))

    assert {block(8): 1.0}[block(8)] == 1.0
    assert block(8) != block(16)
