"""The process that examines one network; `engine.probing.process` starts it.

It reads one `Request` from its input, answers in JSON lines and ends. Its
limits are set before it opens the file.
"""

from __future__ import annotations

import hashlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engine.core.errors import EngineError, OutOfMemoryError
from engine.core.typed_data import prepared
from engine.inference.network.session import ProbeSession
from engine.probing.answers import (
    Accepted,
    Answer,
    Attempt,
    CostTask,
    InspectTask,
    NetworkFacts,
    ProbeTask,
    Refusal,
    Request,
    Size,
)
from engine.probing.field import measure_field
from engine.probing.limits import allow_finish, limit_own_process
from engine.probing.ranges import find_ranges, normalized
from engine.probing.sample_pictures import PictureF32
from engine.probing.sizes import find_sizes

if TYPE_CHECKING:
    from onnx import ModelProto

    from engine.probing.onnx_model import Border

# Papers state the cost for this input; the side is raised to the next size that fits.
_COST_PX = 256
_PROBE_SIDES_PX = (64, 48, 32, 24, 16)
_FLAT_PX = 16
# The pictures of all ranges together are about this many of the largest side.
_RANGE_RUNS = 16
_RANGE_S = 2.5
# A field is measured with twelve pictures; more seconds are not worth a better value.
_FIELD_RUNS = 12
_FIELD_S = 12.0


def main() -> None:
    """Answer the request on standard input."""
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=prepared(Request))
    limit_own_process(request.limits)
    try:
        _answer(request)
    except EngineError as error:
        is_memory = isinstance(error, OutOfMemoryError)
        _send(Refusal(reason=_no_memory() if is_memory else str(error)))
    except MemoryError:
        _send(Refusal(reason=_no_memory()))


def _answer(request: Request) -> None:
    from engine.probing.onnx_cost import count_cost  # noqa: PLC0415 - after the limits
    from engine.probing.onnx_model import find_border, read_model  # noqa: PLC0415

    content = Path(request.path).read_bytes()
    model = read_model(content)
    task = request.task
    if isinstance(task, CostTask):
        _send(count_cost(model, height_px=task.height_px, width_px=task.width_px))
        return
    border = find_border(model)
    _check_shapes(model, border)
    network = _Network(content, border)
    facts = network.facts(model, task.crashed)
    if isinstance(task, InspectTask):
        _send(facts)
    else:
        _probe(network, facts, model, task, request)


def _check_shapes(model: ModelProto, border: Border) -> None:
    """Refuse shapes that contradict each other or explode, before anything is run."""
    from engine.probing.onnx_shapes import tensor_shapes  # noqa: PLC0415

    tensor_shapes(model, border.input_name, (1, border.channels, _COST_PX, _COST_PX))


class _Network:
    """A loaded network and its time per pixel."""

    def __init__(self, content: bytes, border: Border) -> None:
        self._content, self._border = content, border
        self._session = ProbeSession(content)
        self.seconds_per_px = 0.0

    def run(self, batch: PictureF32) -> PictureF32:
        start_s = time.process_time()
        result = self._session.run(batch)
        pixels = batch.shape[2] * batch.shape[3]
        self.seconds_per_px = (time.process_time() - start_s) / pixels
        return result

    def facts(self, model: ModelProto, crashed: tuple[Size, ...]) -> NetworkFacts:
        from engine.probing.onnx_model import weight_precision  # noqa: PLC0415

        border = self._border
        found = find_sizes(self._output_size, channels=border.channels, crashed=crashed)
        return NetworkFacts(
            input_name=border.input_name,
            output_name=border.output_name,
            channels=border.channels,
            dtype=border.dtype,
            precision=weight_precision(model, border),
            scale=found.scale,
            size_multiple=found.rules.multiple,
            min_px=found.rules.min_px,
            sha256=hashlib.sha256(self._content).hexdigest(),
            size_bytes=len(self._content),
        )

    def _output_size(self, height_px: int, width_px: int) -> tuple[int, ...]:
        # Announced first: kernels of ONNX Runtime divide by zero, and end the process, at sizes
        # that a network shrinks to nothing.
        _send(Attempt(size=(height_px, width_px)))
        gray = np.full((1, self._border.channels, height_px, width_px), 0.5, dtype=np.float32)
        return tuple(self.run(gray).shape)


def _probe(
    network: _Network, facts: NetworkFacts, model: ModelProto, task: ProbeTask, request: Request
) -> None:
    from engine.probing.onnx_cost import count_cost  # noqa: PLC0415

    fitting = facts.size_rules.fitting_px
    network.run(np.zeros((1, facts.channels, fitting(32), fitting(32)), dtype=np.float32))
    sides = [s for s in _PROBE_SIDES_PX if _RANGE_RUNS * s * s * network.seconds_per_px < _RANGE_S]
    guesses = find_ranges(
        network.run,
        channels=facts.channels,
        scale=facts.scale,
        side_px=fitting(sides[0] if sides else _PROBE_SIDES_PX[-1]),
        flat_px=fitting(_FLAT_PX),
        given=task.value_range,
    )
    cost_px = fitting(_COST_PX)
    cost = count_cost(model, height_px=cost_px, width_px=cost_px)
    _send(Accepted(facts=facts, guesses=guesses, cost_px=cost_px, cost=cost))
    # Accepted: what follows can only refine the result.
    allow_finish(request.limits)
    start_s = time.process_time()

    def may_go_on(side_px: int) -> bool:
        expected_s = _FIELD_RUNS * side_px**2 * network.seconds_per_px
        return time.process_time() - start_s + expected_s < _FIELD_S

    field = measure_field(
        normalized(network.run, guesses[0].input_range, guesses[0].output_range),
        channels=facts.channels,
        scale=facts.scale,
        rules=facts.size_rules,
        may_go_on=may_go_on,
    )
    _send(field)


def _send(answer: Answer) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


def _no_memory() -> str:
    return "it needs more memory than is allowed for a network of its size"


if __name__ == "__main__":
    main()
