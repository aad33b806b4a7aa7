"""Which operators of an exported file a runtime or accelerator takes, and in how many parts.

An accelerator that refuses an operator hands the picture back to the CPU in the middle of the
network, and takes it again afterwards; each such part is a partition::

    Conv ─ Relu ─ │ Erf │ ─ Conv ─ DepthToSpace
    taken         │left │   taken                 2 partitions
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Literal, TypeAlias

from msgspec import Struct

Basis: TypeAlias = Literal["measured", "listed"]
"""``measured``: the runtime ran the file here and was asked. ``listed``: the accelerator is not
here, and the operators were compared by name with the list that its makers publish."""


class Placement(Struct, frozen=True, kw_only=True):
    """The operators of one file that one runtime or accelerator takes."""

    by: str
    """Runtime, delegate or execution provider, such as ``LiteRT XNNPACK``."""
    basis: Basis
    """How it is known."""
    source: str
    """What says so: a program and its version, or a published list."""
    taken: dict[str, int]
    """How often it takes each operator, in the graph as the runtime optimized it."""
    left: dict[str, int]
    """How often each operator stays outside, for the CPU."""
    partitions: int
    """Parts of the graph that it computes, each in one go; 0 if it takes nothing."""


def placement_of(
    nodes: Sequence[tuple[str, bool]], *, by: str, basis: Basis, source: str, partitions: int
) -> Placement:
    """Count ``nodes``, given as name of the operator and whether it is taken."""
    counts = [Counter(name for name, taken in nodes if taken is kept) for kept in (True, False)]
    taken, left = (dict(count.most_common()) for count in counts)
    return Placement(
        by=by, basis=basis, source=source, taken=taken, left=left, partitions=partitions
    )


def runs_of(nodes: Sequence[tuple[str, bool]]) -> int:
    """Return how many unbroken runs of taken nodes there are, in the order of execution."""
    return sum(taken for taken, _ in groupby(taken for _, taken in nodes))


def nodes_between(
    graph: Sequence[tuple[Collection[int], Collection[int]]],
    inputs: Collection[int],
    outputs: Collection[int],
) -> set[int]:
    """Return the nodes that compute ``outputs`` from ``inputs``, by their number.

    Args:
        graph: Tensors that each node reads and makes.
        inputs: Tensors that are given.
        outputs: Tensors that are wanted.
    """
    makers = {tensor: number for number, (_, made) in enumerate(graph) for tensor in made}
    found: set[int] = set()
    waiting = [tensor for tensor in outputs if tensor not in inputs]
    while waiting:
        number = makers.get(waiting.pop())
        if number is None or number in found:
            continue
        found.add(number)
        waiting += [tensor for tensor in graph[number][0] if tensor not in inputs]
    return found
