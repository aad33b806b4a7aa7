"""Detects by trial which input sizes a network takes, and its scale."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from engine.core.errors import InferenceError, ModelRefusedError, OutOfMemoryError
from engine.core.size_rules import SizeRules

MAX_SCALE = 16

_BASE_PX = 32
_LARGE_PX = 160
_MAX_MULTIPLE = 128
# Their divisors include all usual multiples: the windows and strides of networks.
_RICH_MULTIPLES = (1, 48, 64, 56, 80, 72, 96, 128)
# Usual sizes of networks that were traced at one size and take only that.
_TRACED_PX = (64, 48, 32, 128, 96, 256, 224, 192, 100, 50, 512)

_TRACED = (
    "that size was written into it when it was traced; export it with dynamic axes, or with "
    "torch.onnx.export(dynamo=True)"
)

OutputSize = Callable[[int, int], tuple[int, ...]]
"""Takes height and width, returns the shape of the output; raises InferenceError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSizes:
    """The sizes that a network takes and gives.

    Attributes:
        scale: Enlargement.
        rules: The least multiple of the input's sides, and the shortest side, which
            is a multiple of it too.
    """

    scale: int
    rules: SizeRules


@dataclass(slots=True)
class _Trials:
    """Tries sizes, and remembers outcomes and failures."""

    output_size: OutputSize
    channels: int
    scale: int | None = None
    tried: dict[tuple[int, int], bool] = field(default_factory=dict)
    failures: dict[tuple[int, int], str] = field(default_factory=dict)
    shapes: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)

    def fits(self, height_px: int, width_px: int) -> bool:
        size = (height_px, width_px)
        if size not in self.tried:
            self.tried[size] = self._run(height_px, width_px)
        return self.tried[size]

    def is_multiple(self, multiple: int, base_px: int) -> bool:
        """Return whether all multiples of ``multiple`` fit.

        Two neighboring multiples n·m and (n+1)·m have no divisor in common but those
        of m. A network that takes both, on either side, takes every multiple.
        """
        short_px = -(-base_px // multiple) * multiple
        long_px = short_px + multiple
        return self.fits(short_px, long_px) and self.fits(long_px, short_px)

    def _run(self, height_px: int, width_px: int) -> bool:
        try:
            shape = self.output_size(height_px, width_px)
        except OutOfMemoryError:
            raise
        except InferenceError as error:
            self.failures[height_px, width_px] = str(error)
            return False
        self.shapes[height_px, width_px] = shape
        scale = shape[-1] // width_px if shape else 0
        is_enlarged = shape == (1, self.channels, height_px * scale, width_px * scale)
        if not is_enlarged or not 1 <= scale <= MAX_SCALE:
            return False
        self.scale = self.scale or scale
        return scale == self.scale


def find_sizes(
    output_size: OutputSize, *, channels: int, crashed: Collection[tuple[int, int]] = ()
) -> FoundSizes:
    """Return the sizes that a network takes, detected by trying some.

    Args:
        output_size: Runs the network on a height and a width.
        channels: Channels of the output.
        crashed: Heights and widths that are known not to fit.

    Raises:
        OutOfMemoryError: If a small size needs too much memory.
        ModelRefusedError: If it takes a single size only, or does not enlarge by an
            integer factor; with the reason.
    """
    trials = _Trials(output_size, channels, tried=dict.fromkeys(crashed, False))
    found = _some_multiple(trials)
    if found is None:
        raise ModelRefusedError(_reason(trials))
    multiple, base_px = found
    # Not below the sides that worked: shorter ones may fail because they are too short.
    base_px = -(-base_px // multiple) * multiple
    # A rich multiple fits; divide it by one prime after the other while the rest fits, too.
    for prime in _prime_factors(multiple):
        if trials.is_multiple(multiple // prime, base_px):
            multiple //= prime
    assert trials.scale is not None
    largest = -(-base_px // multiple)
    least = _least(lambda count: trials.fits(count * multiple, count * multiple), largest)
    rules = SizeRules(multiple=multiple, min_px=least * multiple)
    return FoundSizes(scale=trials.scale, rules=rules)


def _some_multiple(trials: _Trials) -> tuple[int, int] | None:
    """Return a number whose multiples fit, and the smallest size that was tried."""
    for base_px in (_BASE_PX, _LARGE_PX):
        for multiple in _RICH_MULTIPLES:
            if trials.is_multiple(multiple, base_px):
                return multiple, base_px
    divisors = {d for rich in _RICH_MULTIPLES for d in range(1, rich + 1) if rich % d == 0}
    for multiple in range(2, _MAX_MULTIPLE + 1):
        if multiple not in divisors and trials.is_multiple(multiple, _BASE_PX):
            return multiple, _BASE_PX
    return None


def _prime_factors(number: int) -> list[int]:
    factors, rest = [], number
    for divisor in range(2, number + 1):
        while rest % divisor == 0:
            factors.append(divisor)
            rest //= divisor
    return factors


def _least(fits: Callable[[int], bool], largest: int) -> int:
    """Return the smallest number that ``fits``, by bisection; ``largest`` does."""
    if fits(1):
        return 1
    low, high = 1, largest
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle, high)
    return high


def _reason(trials: _Trials) -> str:
    always = set(trials.shapes.values()) if len(trials.shapes) > 1 else set()
    if len(always) == 1 and len(only := always.pop()) == 4:
        height, width = only[2:]
        return f"its output always has {width} x {height} px: {_TRACED}"
    if trials.shapes:
        (height, width), shape = next(iter(trials.shapes.items()))
        return (
            f"it makes {shape} of (1, {trials.channels}, {height}, {width}), "
            f"which is not an enlargement by an integer factor up to {MAX_SCALE}"
        )
    for side in _TRACED_PX:
        if trials.fits(side, side):
            return f"it runs at {side} x {side} px only: {_TRACED}"
    first = next(iter(trials.failures.values()), "it runs at no size")
    return f"{first}; if a size was written into it when it was traced, export it with dynamic axes"
