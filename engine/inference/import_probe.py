"""Runs an unknown network on small made-up pictures to learn how to use it.

The network runs in a process of its own, with limits on time and memory: a
file that hangs or eats the machine takes only that process with it.
"""

from __future__ import annotations

import importlib
import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.catalog.onnx_inspect import GraphSummary
from engine.core.errors import EngineError, ModelRefusedError
from engine.inference.session import SessionSpec, open_session

ValueRange = tuple[float, float]
Run = Callable[[NDArray[np.float32]], NDArray[np.float32]]

PROBE_TIMEOUT_S = 120.0
_MEMORY_LIMIT_BYTES = 8 << 30
_PROBE_PX = 64
# Mean error of the output's low-pass; trained networks stay below 0.02.
_MAX_LOW_PASS_ERROR = 0.06
_ERROR_MARGIN = 0.003
_RANGES: tuple[tuple[ValueRange, ValueRange], ...] = (
    ((0.0, 1.0), (0.0, 1.0)),
    ((0.0, 255.0), (0.0, 255.0)),
    ((-1.0, 1.0), (-1.0, 1.0)),
    ((0.0, 1.0), (-1.0, 1.0)),
)
_FIELD_SIDES_PX = (64, 128, 256)
# Rounding of float32 sums is below this, any real influence above it.
_EXACT_CHANGE = 2e-6
# A quarter of an 8-bit code value: nobody sees less.
_VISIBLE_CHANGE = 0.25 / 255


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """What running a network showed.

    Attributes:
        input_range: The values that stand for black and white, going in.
        output_range: The same, coming out.
        receptive_field_px: Width of the window of LR pixels that reaches an
            output pixel.
        is_field_exact: False when single pixels reach farther than could be
            measured; the width then holds for visible changes.
        low_pass_error: Mean difference of the shrunk output from the input, in
            units of white.
    """

    input_range: ValueRange
    output_range: ValueRange
    receptive_field_px: int
    is_field_exact: bool
    low_pass_error: float


def probe_network(
    path: Path, summary: GraphSummary, *, timeout_s: float = PROBE_TIMEOUT_S
) -> ProbeResult:
    """Run the network in ``path`` in a process of its own and return what it showed.

    Raises:
        ModelRefusedError: If it cannot be run within the limits, or its output
            is no picture of its input.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(sender, path, summary), daemon=True)
    process.start()
    sender.close()
    try:
        if not receiver.poll(timeout_s):
            raise ModelRefusedError(f"{path}: ran longer than {timeout_s:.0f} s on small pictures")
        answer = receiver.recv()
    except EOFError as error:
        raise ModelRefusedError(
            f"{path}: the process that ran it died; it may need too much memory"
        ) from error
    finally:
        process.kill()
        process.join()
        receiver.close()
    if isinstance(answer, str):
        raise ModelRefusedError(f"{path}: {answer}")
    if not isinstance(answer, ProbeResult):
        raise TypeError(f"the probe answered {answer!r}")
    return answer


def measure_network(run: Run, summary: GraphSummary) -> ProbeResult:
    """Return what ``run`` shows on made-up pictures.

    Args:
        run: Takes and gives ``(1, C, H, W)`` float32, in the network's own range.
        summary: What its graph says.

    Raises:
        ModelRefusedError: If the output is no picture of the input.
    """
    input_range, output_range, error = _find_ranges(run, summary)
    normal = _normalised(run, input_range, output_range)
    field_px, is_exact = _measure_field(normal, summary)
    return ProbeResult(
        input_range=input_range,
        output_range=output_range,
        receptive_field_px=field_px,
        is_field_exact=is_exact,
        low_pass_error=error,
    )


def _child(sender: Connection, path: Path, summary: GraphSummary) -> None:
    _limit_memory()
    try:
        session = open_session(SessionSpec(path=path, thread_count=1))
        sender.send(measure_network(session.run, summary))
    except EngineError as error:
        sender.send(str(error))
    except MemoryError:
        sender.send("it needs too much memory")


def _limit_memory() -> None:
    try:
        resource = importlib.import_module("resource")
    except ImportError:  # Windows has no such limits; the timeout still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_LIMIT_BYTES, _MEMORY_LIMIT_BYTES))


def _find_ranges(run: Run, summary: GraphSummary) -> tuple[ValueRange, ValueRange, float]:
    picture = _test_picture(summary)
    errors = [_low_pass_error(run, pair, picture, summary) for pair in _RANGES]
    least = min(errors)
    if least > _MAX_LOW_PASS_ERROR:
        raise ModelRefusedError(
            "its output is no picture of its input, in no value range: the mean difference is "
            f"{least:.2f} of white, at most {_MAX_LOW_PASS_ERROR} is usual"
        )
    # Many networks do well in several ranges: then the usual one, which stands first.
    index = next(i for i, error in enumerate(errors) if error <= 1.5 * least + _ERROR_MARGIN)
    input_range, output_range = _RANGES[index]
    normal = _normalised(run, input_range, output_range)
    if not np.array_equal(normal(picture), normal(picture)):
        raise ModelRefusedError("it gives another result each time")
    return input_range, output_range, errors[index]


def _low_pass_error(
    run: Run,
    ranges: tuple[ValueRange, ValueRange],
    picture: NDArray[np.float32],
    summary: GraphSummary,
) -> float:
    output = _normalised(run, *ranges)(picture)
    _check_shape(output, picture, summary)
    error = float(np.abs(_shrink(output, summary.scale) - picture).mean())
    return error if np.isfinite(error) else float("inf")


def _check_shape(
    output: NDArray[np.float32], picture: NDArray[np.float32], summary: GraphSummary
) -> None:
    height, width = (side * summary.scale for side in picture.shape[2:])
    if output.shape != (1, summary.channels, height, width):
        raise ModelRefusedError(f"its output has the shape {output.shape}, against its graph")


def _normalised(run: Run, input_range: ValueRange, output_range: ValueRange) -> Run:
    black_in, black_out = input_range[0], output_range[0]
    span_in, span_out = input_range[1] - black_in, output_range[1] - black_out

    def normal(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        result = run((batch * np.float32(span_in) + np.float32(black_in)).astype(np.float32))
        return ((result - np.float32(black_out)) / np.float32(span_out)).astype(np.float32)

    return normal


def _test_picture(summary: GraphSummary) -> NDArray[np.float32]:
    """Return a smooth colourful picture: any SR network keeps its low frequencies."""
    side = _PROBE_PX
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    planes = [
        0.5 + 0.4 * np.sin(2 * np.pi * (fx * x + fy * y) + phase)
        for fx, fy, phase in ((1.0, 0.5, 0.3), (0.5, 1.5, 1.7), (1.5, 1.0, 4.0))
    ]
    return np.stack(planes[: summary.channels])[None].astype(np.float32)


def _shrink(output: NDArray[np.float32], scale: int) -> NDArray[np.float32]:
    n, c, h, w = output.shape
    blocks = output.reshape(n, c, h // scale, scale, w // scale, scale)
    return np.asarray(blocks.mean(axis=(3, 5)), dtype=np.float32)


def _measure_field(run: Run, summary: GraphSummary) -> tuple[int, bool]:
    reach_px = 0
    for side in _FIELD_SIDES_PX:
        change = _change_map(run, summary, side)
        centre = side // 2
        reach_px = _reach(change > _EXACT_CHANGE, centre)
        # The mark must stay clear of the border, or it may go on beyond it.
        if reach_px < centre - 1:
            return 2 * reach_px + 1, True
        if _reach(change > _VISIBLE_CHANGE, centre) < centre // 2:
            return 2 * _reach(change > _VISIBLE_CHANGE, centre) + 1, False
    return 2 * reach_px + 1, False


def _change_map(run: Run, summary: GraphSummary, side: int) -> NDArray[np.float32]:
    """Return the largest change that the centre pixel makes, one value an LR pixel."""
    random = np.random.default_rng(7)
    shape = (1, summary.channels, side, side)
    largest = np.zeros((side, side), dtype=np.float32)
    centre = side // 2
    for _ in range(3):
        picture = random.random(shape, dtype=np.float32)
        touched = picture.copy()
        # A strong mark on noise: units that a threshold silences here speak elsewhere.
        touched[:, :, centre, centre] = 4.0 - 6.0 * touched[:, :, centre, centre]
        change = np.abs(run(touched) - run(picture)).max(axis=(0, 1))
        scale = summary.scale
        blocks = change.reshape(side, scale, side, scale).max(axis=(1, 3))
        largest = np.maximum(largest, blocks)
    return largest


def _reach(is_changed: NDArray[np.bool_], centre: int) -> int:
    rows, columns = np.nonzero(is_changed)
    if rows.size == 0:
        return 0
    return int(max(np.abs(rows - centre).max(), np.abs(columns - centre).max()))
