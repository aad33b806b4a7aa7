"""The size of the result, and the steps that lead to it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from engine.core.errors import ConfigError
from engine.core.messages import say

_CM_PER_INCH = 2.54
_MAX_PASSES = 4
_MAX_FACTOR = 64.0


class TargetKind(Enum):
    """The unit of the wanted size."""

    FACTOR = "factor"
    LONG_EDGE = "long-edge"
    MEGAPIXELS = "megapixels"
    PRINT = "print"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputTarget:
    """The wanted size of the result; create one with the class methods.

    Attributes:
        kind: What ``value`` is.
        value: The factor, the long edge in pixels (also of a print size), or megapixels.
        dpi: Print resolution to write into the result; None keeps the photo's.
    """

    kind: TargetKind
    value: float
    dpi: float | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and self.value > 0):
            raise ConfigError(f"{self.kind.value} {self.value:g}: must be a number above 0")

    @classmethod
    def factor(cls, factor: float) -> OutputTarget:
        """Return ``factor`` times the photo's width and height.

        Raises:
            ConfigError: If it is not above 0.
        """
        return cls(kind=TargetKind.FACTOR, value=factor)

    @classmethod
    def long_edge(cls, length_px: int) -> OutputTarget:
        """Return a longer side of ``length_px`` pixels.

        Raises:
            ConfigError: If it is not above 0.
        """
        return cls(kind=TargetKind.LONG_EDGE, value=length_px)

    @classmethod
    def megapixels(cls, megapixels: float) -> OutputTarget:
        """Return ``megapixels`` million pixels in all.

        Raises:
            ConfigError: If it is not above 0.
        """
        return cls(kind=TargetKind.MEGAPIXELS, value=megapixels)

    @classmethod
    def print_size(cls, long_edge: float, *, unit: str, dpi: float) -> OutputTarget:
        """Return a print whose longer side is ``long_edge`` at ``dpi`` dots per inch.

        Args:
            long_edge: Length of the longer side on paper.
            unit: ``cm`` or ``inch``.
            dpi: Dots per inch.

        Raises:
            ConfigError: If a number is not above 0 or the unit is another one.
        """
        if unit not in {"cm", "inch"}:
            raise ConfigError(f"unit {unit!r}: must be 'cm' or 'inch'")
        if not (math.isfinite(dpi) and dpi > 0):
            raise ConfigError(f"dpi {dpi:g}: must be a number above 0")
        inches = long_edge / _CM_PER_INCH if unit == "cm" else long_edge
        return cls(kind=TargetKind.PRINT, value=inches * dpi, dpi=dpi)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputStep:
    """One step on the way to the result.

    Attributes:
        scale: Enlargement by a network, None for a bicubic resize.
        width_px: Width after the step.
        height_px: Height after the step.
    """

    scale: int | None
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputPlan:
    """The steps that bring a photo to its wanted size.

    Attributes:
        steps: In order; empty if the photo has that size already.
        width_px: Width of the result.
        height_px: Height of the result.
    """

    steps: tuple[OutputStep, ...]
    width_px: int
    height_px: int

    @property
    def work(self) -> tuple[OutputStep, ...]:
        """The steps; for a photo that has its size already, one that copies it."""
        return self.steps or (
            OutputStep(scale=None, width_px=self.width_px, height_px=self.height_px),
        )

    @property
    def passes(self) -> tuple[int, ...]:
        """The scales of the networks, in order."""
        return tuple(step.scale for step in self.steps if step.scale is not None)


def plan_output(
    width_px: int, height_px: int, target: OutputTarget, *, scales: Collection[int]
) -> OutputPlan:
    """Return the steps that bring a photo to its wanted size.

    Networks enlarge to at least that size, by the smallest product that does;
    bicubic downscaling does the rest. Before each pass but the first the
    picture is downscaled so that the last pass ends at the size, which saves most of
    the work. A target no larger than the photo needs no network; networks that
    restore at the photo's own size run once, before any downscaling.

    Args:
        width_px: Width of the photo.
        height_px: Height of the photo.
        target: The size wanted.
        scales: Scales of the networks; 1 alone restores the photo.

    Raises:
        ConfigError: If there is no network, or the target is over 64 times the photo.
    """
    final = _final_size(width_px, height_px, target)
    factor = max(final[0] / width_px, final[1] / height_px)
    is_restored = set(scales) == {1}
    if final == (width_px, height_px) and not is_restored:
        return OutputPlan(steps=(), width_px=final[0], height_px=final[1])
    if factor > _MAX_FACTOR:
        raise ConfigError(
            say(
                "factor-too-large",
                "{kind} {value} enlarges {width} x {height} px {factor} times; "
                "at most {most} times is possible",
                kind=target.kind.value,
                value=f"{target.value:g}",
                width=width_px,
                height=height_px,
                factor=f"{factor:.3g}",
                most=f"{_MAX_FACTOR:g}",
            )
        )
    if factor <= 1:
        passes: tuple[int, ...] = (1,) if is_restored else ()
    else:
        passes = _choose_passes(factor, scales)
    return OutputPlan(
        steps=_steps((width_px, height_px), final, passes),
        width_px=final[0],
        height_px=final[1],
    )


def _final_size(width_px: int, height_px: int, target: OutputTarget) -> tuple[int, int]:
    if target.kind is TargetKind.FACTOR:
        factor = target.value
    elif target.kind is TargetKind.MEGAPIXELS:
        factor = math.sqrt(target.value * 1e6 / (width_px * height_px))
    else:
        factor = round(target.value) / max(width_px, height_px)
    return _scaled(width_px, factor), _scaled(height_px, factor)


def _scaled(length_px: int, factor: float) -> int:
    # Half is rounded up as users expect, and the last digits of a quotient must not turn
    # 3.5 into 3.4999.
    return max(1, math.floor(round(length_px * factor, 6) + 0.5))


def _choose_passes(factor: float, scales: Collection[int]) -> tuple[int, ...]:
    usable = sorted(scale for scale in set(scales) if scale > 1)
    if not usable:
        raise ConfigError(
            say(
                "only-restores",
                "There is no network that enlarges: this one restores a photo at its own size; "
                "choose the factor 1 (--scale 1) or another model",
            )
        )
    candidates = [
        combination
        for count in range(1, _MAX_PASSES + 1)
        for combination in itertools.combinations_with_replacement(usable, count)
        if math.prod(combination) >= factor
    ]
    if not candidates:
        raise ConfigError(
            say(
                "factor-not-reached",
                "{factor} times cannot be reached with networks of scale {scales}; "
                "choose a smaller size",
                factor=f"{factor:.3g}",
                scales=", ".join(map(str, usable)),
            )
        )
    # Fewer passes first: each one rounds and may invent; then the least to throw away.
    return min(candidates, key=lambda passes: (len(passes), math.prod(passes)))


def _steps(
    size: tuple[int, int], final: tuple[int, int], passes: tuple[int, ...]
) -> tuple[OutputStep, ...]:
    steps: list[OutputStep] = []

    def add(scale: int | None, width_px: int, height_px: int) -> None:
        steps.append(OutputStep(scale=scale, width_px=width_px, height_px=height_px))

    width_px, height_px = size
    for index, scale in enumerate(passes):
        if index > 0:
            # 30 px to 210 px by 2 and 4: 30 -x2-> 60 -resize-> 53 -x4-> 212 -resize-> 210.
            # Without the first resize the second pass would work on 60 px for 240.
            rest = math.prod(passes[index:])
            needed = (-(-final[0] // rest), -(-final[1] // rest))
            if needed != (width_px, height_px):
                width_px, height_px = needed
                add(None, width_px, height_px)
        width_px, height_px = width_px * scale, height_px * scale
        add(scale, width_px, height_px)
    if (width_px, height_px) != final:
        add(None, *final)
    return tuple(steps)
