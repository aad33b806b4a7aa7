"""The sizes of an MFANet: all its widths, and which of its layers are there."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from engine.config.parts import GeneratorRecipe, KernelSize

_CHANNELS, _BLOCKS = 32, 4  # of a recipe that gives no sizes
_KERNEL: KernelSize = 3


class MfaSizes(Struct, frozen=True, kw_only=True):
    """The sizes of an MFANet, without gaps.

    Attributes:
        channels: Width of the trunk. As the aggregation is a running sum, all blocks share it.
        inner: Widths of the two inner stages of each block.
        taps: Whether each block has the tap on its first stage.
        last_kernels: Kernel of the last stage of each block, 1 or 3.
        tail_kernel: Kernel of the tail, 1 or 3.
    """

    channels: int
    inner: tuple[tuple[int, int], ...]
    taps: tuple[bool, ...]
    last_kernels: tuple[KernelSize, ...]
    tail_kernel: KernelSize = _KERNEL

    @classmethod
    def of(cls, recipe: GeneratorRecipe) -> MfaSizes:
        """Return the sizes that ``recipe`` gives; what it leaves out is as in the usual network.

        Raises:
            ValueError: If its lists are of different numbers of blocks.
        """
        channels = recipe.channels or _CHANNELS
        lists = {
            "inner": recipe.inner,
            "taps": recipe.taps,
            "last_kernels": recipe.last_kernels,
        }
        given = {name: len(values) for name, values in lists.items() if values}
        blocks = recipe.blocks or next(iter(given.values()), _BLOCKS)
        for name, count in given.items():
            if count != blocks:
                raise ValueError(f"{name} has the values of {count} blocks, but there are {blocks}")
        return cls(
            channels=channels,
            inner=recipe.inner or ((channels, channels),) * blocks,
            taps=recipe.taps or (True,) * blocks,
            last_kernels=recipe.last_kernels or (_KERNEL,) * blocks,
            tail_kernel=recipe.tail_kernel or _KERNEL,
        )

    @property
    def blocks(self) -> int:
        """The number of blocks."""
        return len(self.inner)

    @property
    def receptive_field_px(self) -> int:
        """Width of the LR window that one SR pixel depends on."""
        # Head and the layer after the aggregation are 3x3; so are the first two stages.
        reaches = [1, 1, self.tail_kernel // 2]
        reaches += [2 + kernel // 2 for kernel in self.last_kernels]
        return 2 * sum(reaches) + 1

    def in_recipe(self, recipe: GeneratorRecipe) -> GeneratorRecipe:
        """Return ``recipe`` with these sizes, written as briefly as its author would."""
        is_even = all(pair == (self.channels,) * 2 for pair in self.inner)
        is_usual = all(kernel == _KERNEL for kernel in self.last_kernels)
        return msgspec.structs.replace(
            recipe,
            channels=self.channels,
            blocks=self.blocks,
            inner=None if is_even else self.inner,
            taps=None if all(self.taps) else self.taps,
            last_kernels=None if is_usual else self.last_kernels,
            tail_kernel=None if self.tail_kernel == _KERNEL else self.tail_kernel,
        )

    def missing_from(self, whole: MfaSizes) -> Iterator[str]:
        """Yield what ``whole`` would need more of to contain a network of these sizes.

        A smaller network is the first channels and blocks of a larger one, and the center of its
        kernels.
        """
        asked = {
            "channels": (self.channels, whole.channels),
            "blocks": (self.blocks, whole.blocks),
            "tail_kernel": (self.tail_kernel, whole.tail_kernel),
        }
        # Not strict: the smaller network may have fewer blocks, the first ones.
        for number, (own, there) in enumerate(zip(self.inner, whole.inner, strict=False)):
            asked[f"inner[{number}][0]"] = (own[0], there[0])
            asked[f"inner[{number}][1]"] = (own[1], there[1])
            asked[f"taps[{number}]"] = (self.taps[number], whole.taps[number])
            asked[f"last_kernels[{number}]"] = (
                self.last_kernels[number],
                whole.last_kernels[number],
            )
        for name, (own_size, most) in asked.items():
            if own_size > most:
                yield f"{name}={own_size} of at most {most}"
