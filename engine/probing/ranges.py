"""Detects the values of black and white in a network, and the confidence of that.

Networks are made for 0 to 1, 0 to 255 or -1 to 1. In the right range a network
keeps the low frequencies of a picture and its tones. A change that it makes on
purpose, such as a shift of tones, must not be taken for a sign of a wrong range.
Each pair of input and output range therefore gets a probability, the product of
how usual it is, how little the tones change, and how it fits the limits of the
output.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.errors import ModelRefusedError
from engine.inference.network.guards import MAX_DRIFT
from engine.probing.answers import RangeGuess, ValueRange
from engine.probing.sample_pictures import PictureF32, flat_pictures, structured_pictures

Run = Callable[[PictureF32], PictureF32]
"""Runs the network on values in its own range."""

UNIT: ValueRange = (0.0, 1.0)
BYTE: ValueRange = (0.0, 255.0)
SIGNED: ValueRange = (-1.0, 1.0)
RANGES: tuple[ValueRange, ...] = (UNIT, BYTE, SIGNED)

SURE = 0.7
"""Confidence below which the user has to name the range."""

# Prior probability of a pair: all of 13 public networks at hand take and give 0 to 1.
_PRIOR: dict[tuple[ValueRange, ValueRange], float] = {
    (UNIT, UNIT): 0.88,
    (BYTE, BYTE): 0.04,
    (SIGNED, SIGNED): 0.04,
    (UNIT, SIGNED): 0.02,
}
_RARE = 0.005
# Change of tones, in units of white, that makes a pair e times less probable. A network
# that shifts tones on purpose stays below 0.1; one fed with the wrong range is off by 0.3.
_TONE_CHANGE = 0.06
_MIN_CORRELATION = 0.8
_AGAINST_LIMITS = 1e-3
_EXTREME = 1000.0
_LOW_PASS_PX = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """An input picture, in units of white, and the output of the network for it."""

    picture: PictureF32
    output: PictureF32
    is_flat: bool


def find_ranges(
    run: Run,
    *,
    channels: int,
    scale: int,
    side_px: int,
    flat_px: int,
    given: ValueRange | None = None,
) -> tuple[RangeGuess, ...]:
    """Return the ranges in which the output is a picture of the input, the most probable first.

    Args:
        run: Takes and gives ``(1, C, H, W)`` float32, in the network's own range.
        channels: 1 or 3.
        scale: Enlargement.
        side_px: Side of pictures with structure; the network must take it.
        flat_px: Side of flat pictures; the network must take it.
        given: Range of the input, if known.

    Raises:
        ModelRefusedError: If the output is not a picture of the input in any range, or
            differs from run to run.
    """
    pictures = [
        *((picture, True) for picture in flat_pictures(channels, flat_px)),
        *((picture, False) for picture in structured_pictures(channels, side_px)),
    ]
    limits = _output_limits(run, channels, flat_px)
    weights: dict[tuple[ValueRange, ValueRange], float] = {}
    changes: list[float] = []
    for input_range in RANGES if given is None else (given,):
        trials = [
            _Trial(picture=picture, output=run(_from_unit(picture, input_range)), is_flat=is_flat)
            for picture, is_flat in pictures
        ]
        for output_range in RANGES:
            change = _change(trials, output_range, scale)
            changes.append(change)
            weight = _weight((input_range, output_range), change, limits)
            if weight > 0:
                weights[input_range, output_range] = weight
    if not weights:
        raise ModelRefusedError(_no_picture(changes))
    total = sum(weights.values())
    ordered = sorted(weights.items(), key=lambda item: -item[1])
    best = ordered[0][0][0]
    probe = _from_unit(pictures[-1][0], best)
    if not np.array_equal(run(probe), run(probe)):
        raise ModelRefusedError("its results differ from run to run")
    return tuple(
        RangeGuess(input_range=pair[0], output_range=pair[1], confidence=weight / total)
        for pair, weight in ordered
    )


def normalized(run: Run, input_range: ValueRange, output_range: ValueRange) -> Run:
    """Return ``run`` for pictures in which 0 is black and 1 is white."""
    return lambda picture: _to_unit(run(_from_unit(picture, input_range)), output_range)


def _weight(pair: tuple[ValueRange, ValueRange], change: float, limits: ValueRange | None) -> float:
    if not change <= MAX_DRIFT:
        return 0.0
    fitting = 1.0 if limits in {None, pair[1]} else _AGAINST_LIMITS
    return _PRIOR.get(pair, _RARE) * fitting * math.exp(-change / _TONE_CHANGE)


def _change(trials: Sequence[_Trial], output_range: ValueRange, scale: int) -> float:
    """Return the mean change of tones, in units of white; infinite if it is not a picture."""
    changes: list[float] = []
    before: list[NDArray[np.float32]] = []
    after: list[NDArray[np.float32]] = []
    for trial in trials:
        output = _to_unit(trial.output, output_range)
        if not np.isfinite(output).all():
            return math.inf
        given, got = _low_pass(trial.picture, 1), _low_pass(output, scale)
        changes.append(float(np.abs(got - given).mean()))
        if not trial.is_flat:
            before.append(given)
            after.append(got)
    if _least_correlation(before, after) < _MIN_CORRELATION:
        return math.inf
    return sum(changes) / len(changes)


def _least_correlation(
    before: Sequence[NDArray[np.float32]], after: Sequence[NDArray[np.float32]]
) -> float:
    """Return the correlation of two series of pictures, in the channel where it is lowest."""
    least = 1.0
    for channel in range(before[0].shape[1]):
        x = np.concatenate([plane[:, channel].ravel() for plane in before]).astype(np.float64)
        y = np.concatenate([plane[:, channel].ravel() for plane in after]).astype(np.float64)
        x, y = x - x.mean(), y - y.mean()
        size = float(np.sqrt((x @ x) * (y @ y)))
        least = min(least, float(x @ y) / size if size > 0 else 0.0)
    return least


def _low_pass(picture: PictureF32, scale: int) -> NDArray[np.float32]:
    """Return the means of blocks, without those at the border, where padding has an effect."""
    block = _LOW_PASS_PX * scale
    rows, columns = (side // block for side in picture.shape[2:])
    n, channels = picture.shape[:2]
    cut = picture[:, :, : rows * block, : columns * block]
    means = cut.reshape(n, channels, rows, block, columns, block).mean(axis=(3, 5))
    inner = means[:, :, 1:-1, 1:-1] if min(rows, columns) > 3 else means
    return np.asarray(inner, dtype=np.float32)


def _output_limits(run: Run, channels: int, side_px: int) -> ValueRange | None:
    """Return the range that the network clips its output to, None if it does not clip."""
    shape = (1, channels, side_px, side_px)
    low = run(np.full(shape, -_EXTREME, dtype=np.float32))
    high = run(np.full(shape, _EXTREME, dtype=np.float32))
    for limits in RANGES:
        close = 1e-3 * (limits[1] - limits[0])
        if np.abs(low - limits[0]).max() < close and np.abs(high - limits[1]).max() < close:
            return limits
    return None


def _no_picture(changes: Sequence[float]) -> str:
    least = min((change for change in changes if math.isfinite(change)), default=math.inf)
    why = (
        f"tones change by {least:.2f} of white, at most {MAX_DRIFT} is usual"
        if math.isfinite(least)
        else "its structure differs, or it is not a number"
    )
    return f"its output is not a picture of its input, in any value range: {why}"


def _from_unit(picture: PictureF32, limits: ValueRange) -> PictureF32:
    span = np.float32(limits[1] - limits[0])
    return (picture * span + np.float32(limits[0])).astype(np.float32)


def _to_unit(values: PictureF32, limits: ValueRange) -> PictureF32:
    span = np.float32(limits[1] - limits[0])
    return ((values - np.float32(limits[0])) / span).astype(np.float32)
