from __future__ import annotations

from engine.search.devices.sampling import (
    DEPTHS,
    EXTRA_BLOCKS,
    INNER_WIDTHS,
    TRUNK_WIDTHS,
    block_pairs,
    draw_shapes,
    draw_unseen,
)


def test_networks_are_different_and_repeatable() -> None:
    shapes = draw_shapes(200, seed=3)
    assert len(set(shapes)) == 200
    assert draw_shapes(200, seed=3) == shapes
    assert draw_shapes(200, seed=4) != shapes


def test_all_choices_are_drawn() -> None:
    shapes = draw_shapes(200, seed=3)
    blocks = [block for shape in shapes for block in shape.blocks]

    assert {shape.channels for shape in shapes} == set(TRUNK_WIDTHS)
    assert {len(shape.blocks) for shape in shapes} == set(range(DEPTHS[0], DEPTHS[1] + 1))
    assert {block.near for block in blocks} == {b.middle for b in blocks} == set(INNER_WIDTHS)
    assert {(block.has_tap, block.last_kernel) for block in blocks} == {
        (tap, kernel) for tap in (False, True) for kernel in (1, 3)
    }
    assert {shape.tail_kernel for shape in shapes} == {1, 3}


def test_unseen_networks_were_not_seen() -> None:
    everything = draw_unseen(50, ())
    seen = everything[10:]
    assert draw_unseen(50, seen) == everything[:10]


def test_pairs_differ_in_their_number_of_blocks_only() -> None:
    for shallow, deep in block_pairs():
        assert shallow.channels == deep.channels
        assert set(shallow.blocks) == set(deep.blocks)
        assert len(deep.blocks) - len(shallow.blocks) == EXTRA_BLOCKS
