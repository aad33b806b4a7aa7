"""The space of MFANets: the networks that a supernet contains.

channels  blocks  tail_kernel │ block_0: near middle tap last_kernel │ block_1: ... │ ...
                                                                      no effect if blocks = 1
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache

import msgspec
import numpy as np
from typing_extensions import override

from engine.config.mfa_sizes import MfaSizes
from engine.config.parts import GeneratorRecipe, KernelSize
from engine.config.spaces import MfanetSpaceRecipe
from engine.core.errors import ConfigError
from engine.space.candidate import Candidate, Gene
from engine.space.layers import Block, Layer
from engine.space.space import Chromosome, Space

_CHANNELS, _BLOCKS, _TAIL = 0, 1, 2  # places of the genes before those of the blocks
_HEADER = 3
_PER_BLOCK = 4
_NEAR, _MIDDLE, _TAP, _LAST = range(_PER_BLOCK)  # places within a block


class MfanetSpace(Space):
    """MFANets of the choices of a recipe.

    Args:
        recipe: The choices, in any order.
        scale: Factor between LR and SR sides.
    """

    family = "mfanet"

    def __init__(self, recipe: MfanetSpaceRecipe, *, scale: int) -> None:
        self.recipe = recipe
        self._is_even = not recipe.inner
        # 0 stands for the trunk's width.
        inner = recipe.inner or (0,)
        genes = [
            _gene("channels", recipe.channels),
            _gene("blocks", recipe.blocks),
            _gene("tail_kernel", recipe.tail_kernels),
        ]
        for number in range(max(recipe.blocks, default=0)):
            genes += [
                _gene(f"block_{number}.near", inner),
                _gene(f"block_{number}.middle", inner),
                _gene(f"block_{number}.tap", recipe.taps),
                _gene(f"block_{number}.last_kernel", recipe.last_kernels),
            ]
        super().__init__(genes, scale=scale)

    @property
    @override
    def count(self) -> int:
        options = 1
        for gene in self.genes[_HEADER : _HEADER + _PER_BLOCK]:
            options *= len(gene.choices)
        depths: int = sum(options**blocks for blocks in self.genes[_BLOCKS].choices)
        return depths * len(self.genes[_CHANNELS].choices) * len(self.genes[_TAIL].choices)

    @override
    def mask(self, values: Chromosome) -> tuple[bool, ...]:
        active = _HEADER + values[_BLOCKS] * _PER_BLOCK
        return (True,) * active + (False,) * (len(self.genes) - active)

    @override
    def groups(self) -> Sequence[Sequence[int]]:
        starts = range(_HEADER, len(self.genes), _PER_BLOCK)
        blocks = [list(range(start, start + _PER_BLOCK)) for start in starts]
        return [[_CHANNELS], [_BLOCKS], [_TAIL], *blocks]

    @override
    def restructured(self, values: Chromosome, random: np.random.Generator) -> Chromosome:
        """Insert, remove or exchange whole blocks, or move width from one stage to another."""
        changes = (_insert_block, _remove_block, _exchange_blocks, self._move_width)
        changed = changes[int(random.integers(len(changes)))](values, random)
        # A depth between two choices is none.
        return changed if changed[_BLOCKS] in self.genes[_BLOCKS].choices else values

    @override
    def blocks(self, candidate: Candidate) -> tuple[Block, ...]:
        return mfanet_blocks(self.sizes(candidate), scale=self.scale)

    @override
    def macs_per_px(self, values: Chromosome) -> float:
        # Training draws candidates at every step, and each draw asks for hundreds of costs.
        channels = values[_CHANNELS]
        total = _ends_macs(channels, values[_TAIL], self.scale)
        for start in range(_HEADER, _HEADER + values[_BLOCKS] * _PER_BLOCK, _PER_BLOCK):
            near, middle, tap, last = values[start : start + _PER_BLOCK]
            total += _block_macs(channels, near or channels, middle or channels, bool(tap), last)
        return total

    @override
    def describe(self, candidate: Candidate) -> str:
        """Return for example ``32x3 [16,24] [8,8]-tap [32,32]/1 tail 1``."""
        sizes = self.sizes(candidate)
        words = [f"{sizes.channels}x{sizes.blocks}"]
        for (near, middle), tap, last in zip(
            sizes.inner, sizes.taps, sizes.last_kernels, strict=True
        ):
            words.append(
                f"[{near},{middle}]{'' if tap else '-tap'}{'' if last == 3 else f'/{last}'}"
            )
        return " ".join(
            [*words, *([] if sizes.tail_kernel == 3 else [f"tail {sizes.tail_kernel}"])]
        )

    @override
    def generator(self, candidate: Candidate) -> GeneratorRecipe:
        return self.sizes(candidate).in_recipe(GeneratorRecipe(scale=self.scale))

    @override
    def scaled_evenly(self) -> list[Candidate]:
        """Return the networks of every trunk width and depth whose stages are as wide.

        All taps are there and all kernels are the largest, as in networks sized by hand.
        """
        made = []
        for channels in self.genes[_CHANNELS].choices:
            # Where the trunk's width is no choice of a stage, the nearest.
            inner = 0 if self._is_even else _nearest(self.recipe.inner, channels)
            for blocks in self.genes[_BLOCKS].choices:
                values = [gene.choices[-1] for gene in self.genes]
                values[_CHANNELS], values[_BLOCKS] = channels, blocks
                for start in range(_HEADER, len(values), _PER_BLOCK):
                    values[start + _NEAR] = values[start + _MIDDLE] = inner
                made.append(self.candidate(values))
        return self._by_cost(made)

    def sizes(self, candidate: Candidate) -> MfaSizes:
        """Return the sizes of a candidate's network."""
        values = [0 if value is None else value for value in candidate.genes]
        channels = values[_CHANNELS]
        blocks = [
            values[start : start + _PER_BLOCK]
            for start in range(_HEADER, _HEADER + values[_BLOCKS] * _PER_BLOCK, _PER_BLOCK)
        ]
        return MfaSizes(
            channels=channels,
            inner=tuple((block[_NEAR] or channels, block[_MIDDLE] or channels) for block in blocks),
            taps=tuple(bool(block[_TAP]) for block in blocks),
            last_kernels=tuple(_kernel(block[_LAST]) for block in blocks),
            tail_kernel=_kernel(values[_TAIL]),
        )

    def of_sizes(self, sizes: MfaSizes) -> Candidate:
        """Return the candidate of the given sizes.

        Raises:
            ConfigError: If they are not among the choices.
        """
        if sizes.blocks > self.genes[_BLOCKS].choices[-1]:
            raise ConfigError(f"blocks={sizes.blocks}: the space has at most {self._depth}")
        values: list[int | None] = [sizes.channels, sizes.blocks, sizes.tail_kernel]
        for pair, tap, last in zip(sizes.inner, sizes.taps, sizes.last_kernels, strict=True):
            if self._is_even and pair != (sizes.channels,) * 2:
                raise ConfigError(f"inner={list(pair)}: the space has only the trunk's width")
            values += [*((0, 0) if self._is_even else pair), int(tap), last]
        values += [None] * (len(self.genes) - len(values))
        return self.candidate(values)

    def check_inside(self, whole: MfaSizes) -> None:
        """Check that a supernet of the sizes ``whole`` contains every candidate.

        Raises:
            ConfigError: If it does not contain the largest; the others are part of that.
        """
        missing = list(self.sizes(self.largest).missing_from(whole))
        if missing:
            raise ConfigError(
                f"space: its largest network has {missing[0]}, so it is not part of the supernet; "
                "make the generator larger, or the choices smaller"
            )

    def shrunk(self, free: Sequence[str]) -> MfanetSpace:
        """Return the space in which only the choices called ``free`` are left open.

        The others are the largest. Names are those of `MfanetSpaceRecipe`.
        """
        fixed = {
            name: (max(choices),)
            for name in self.recipe.__struct_fields__
            if name not in free and (choices := getattr(self.recipe, name))
        }
        return MfanetSpace(msgspec.structs.replace(self.recipe, **fixed), scale=self.scale)

    @property
    def _depth(self) -> int:
        return self.genes[_BLOCKS].choices[-1]

    def _move_width(self, values: Chromosome, random: np.random.Generator) -> Chromosome:
        """Make one inner stage a step wider and another a step narrower, at about equal cost."""
        last = _HEADER + values[_BLOCKS] * _PER_BLOCK
        starts = range(_HEADER, last, _PER_BLOCK)
        stages = [start + place for start in starts for place in (_NEAR, _MIDDLE)]
        wider, narrower = random.choice(stages, size=2, replace=False).tolist()
        changed = list(values)
        for place, step in ((wider, 1), (narrower, -1)):
            choices = self.genes[place].choices
            number = choices.index(values[place]) + step
            if not 0 <= number < len(choices):
                return values
            changed[place] = choices[number]
        return tuple(changed)


@lru_cache(maxsize=4096)
def mfa_block(channels: int, near: int, middle: int, *, tap: bool, last_kernel: int) -> Block:
    """Return a block of an MFANet, with the layer that gathers its output."""
    layers = [
        Layer(role="stage_1", in_channels=channels, out_channels=near, kernel_px=3),
        Layer(role="stage_2", in_channels=near, out_channels=middle, kernel_px=3),
        *([Layer(role="tap_1", in_channels=near, out_channels=channels, kernel_px=1)] * tap),
        Layer(role="stage_3", in_channels=middle, out_channels=channels, kernel_px=last_kernel),
        Layer(role="gather", in_channels=channels, out_channels=channels, kernel_px=1),
    ]
    return Block(kind="mfa_block", layers=tuple(layers))


def mfanet_blocks(sizes: MfaSizes, *, scale: int) -> tuple[Block, ...]:
    """Return the layers of an MFANet: the head, its blocks and the tail with the anchor."""
    head, tail = _ends(sizes.channels, sizes.tail_kernel, scale)
    blocks = (
        mfa_block(sizes.channels, *pair, tap=tap, last_kernel=last)
        for pair, tap, last in zip(sizes.inner, sizes.taps, sizes.last_kernels, strict=True)
    )
    return (head, *blocks, tail)


def _ends(channels: int, tail_kernel: int, scale: int) -> tuple[Block, Block]:
    outputs = 3 * scale**2
    head = Layer(role="head", in_channels=3, out_channels=channels, kernel_px=3)
    tail = (
        Layer(role="after", in_channels=channels, out_channels=channels, kernel_px=3),
        Layer(role="anchor", in_channels=3, out_channels=outputs, kernel_px=3),
        Layer(role="tail", in_channels=channels, out_channels=outputs, kernel_px=tail_kernel),
    )
    return Block(kind="mfa_head", layers=(head,)), Block(kind="mfa_tail", layers=tail)


@lru_cache(maxsize=4096)
def _block_macs(channels: int, near: int, middle: int, tap: bool, last: int) -> float:  # noqa: FBT001 - a cache key
    return _macs([mfa_block(channels, near, middle, tap=tap, last_kernel=last)])


@lru_cache(maxsize=256)
def _ends_macs(channels: int, tail_kernel: int, scale: int) -> float:
    return _macs(_ends(channels, tail_kernel, scale))


def _macs(blocks: Sequence[Block]) -> float:
    return float(sum(layer.macs_per_px for block in blocks for layer in block.layers))


def _nearest(choices: Sequence[int], wanted: int) -> int:
    return min(choices, key=lambda choice: (abs(choice - wanted), choice))


def _kernel(value: int) -> KernelSize:
    return 1 if value == 1 else 3


def _gene(name: str, choices: Sequence[int]) -> Gene:
    return Gene(name=name, choices=tuple(sorted({int(choice) for choice in choices})))


def _parts(values: Chromosome) -> tuple[Chromosome, list[Chromosome]]:
    """Return the genes of the whole, and those of each block."""
    starts = range(_HEADER, len(values), _PER_BLOCK)
    return values[:_HEADER], [values[start : start + _PER_BLOCK] for start in starts]


def _joined(header: Chromosome, blocks: Sequence[Chromosome], depth: int) -> Chromosome:
    changed = (header[_CHANNELS], depth, *header[_BLOCKS + 1 :])
    return (*changed, *itertools.chain.from_iterable(blocks))


def _insert_block(values: Chromosome, random: np.random.Generator) -> Chromosome:
    """Double a block: the copy follows it, and the others move back."""
    header, blocks = _parts(values)
    place = int(random.integers(header[_BLOCKS]))
    longer = [*blocks[: place + 1], *blocks[place:]]
    return _joined(header, longer[: len(blocks)], header[_BLOCKS] + 1)


def _remove_block(values: Chromosome, random: np.random.Generator) -> Chromosome:
    header, blocks = _parts(values)
    place = int(random.integers(header[_BLOCKS]))
    # The removed block fills the end, where it has no effect.
    shorter = [*blocks[:place], *blocks[place + 1 :], blocks[place]]
    return _joined(header, shorter, header[_BLOCKS] - 1)


def _exchange_blocks(values: Chromosome, random: np.random.Generator) -> Chromosome:
    header, blocks = _parts(values)
    one, other = random.integers(header[_BLOCKS], size=2).tolist()
    blocks[one], blocks[other] = blocks[other], blocks[one]
    return _joined(header, blocks, header[_BLOCKS])
