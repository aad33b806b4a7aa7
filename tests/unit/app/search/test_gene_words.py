from __future__ import annotations

import pytest

from app.search.gene_words import GeneValue, gene_lines

_GENES: dict[str, GeneValue] = {
    "channels": 24,
    "blocks": 2,
    "tail_kernel": 1,
    "block_0.near": 32,
    "block_0.middle": 8,
    "block_0.tap": 1,
    "block_0.last_kernel": 3,
    "block_1.near": 16,
    "block_1.middle": 24,
    "block_1.tap": 0,
    "block_1.last_kernel": 1,
    "block_2.near": None,
    "block_2.middle": None,
    "block_2.tap": None,
    "block_2.last_kernel": None,
}


def test_a_network_is_told_in_words_without_its_unused_blocks() -> None:
    assert gene_lines(_GENES) == [
        "24 channels wide, 2 blocks deep",
        "Inner stages 8 to 32 channels wide, 20 on average",
        "Taps on 1 of 2 blocks",
        "Last stage 3\u00d73 in 1 of 2 blocks, 1\u00d71 in the others",
        "Last convolution 1\u00d71",
    ]


def test_what_is_the_same_everywhere_is_told_once() -> None:
    even = {**_GENES, "block_0.middle": 32, "block_1.near": 32, "block_1.middle": 32}
    even |= {"block_1.last_kernel": 3}

    lines = gene_lines(even)

    assert "Inner stages 32 channels wide" in lines
    assert "Last stage 3\u00d73 in all blocks" in lines


@pytest.mark.parametrize(
    ("genes", "lines"),
    [
        ({"early_0": "conv3", "early_1": None}, ["early_0: conv3"]),
        ({"name\n": "a\u202eb"}, ["name\\n: a\\u202eb"]),
        ({}, []),
    ],
)
def test_genes_of_other_spaces_are_given_by_name(
    genes: dict[str, GeneValue], lines: list[str]
) -> None:
    assert gene_lines(genes) == lines
