"""A network that computes as its int8 files will, with the weights of all corners of its dial.

::

    weights of the corners ─┐                       ┌─> weights, rounded ─┐
                            ├─ shares at a point ───┤                     ├─> SR
    ranges of the corners ──┘                       └─> ranges            │
                                    LR ── rounded before every int8 layer ┘

Weights and ranges are mixed first and rounded then, as inference does
(`engine.inference.network.tensor_mix`).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import onnx
import torch
from torch import Tensor, nn
from typing_extensions import override

from engine.inference.network.dial import DialPoint, corner_shares
from engine.models.fake_quantization import round_activations, round_weights
from engine.models.generators.base import Generator
from engine.models.onnx_graph import Operand
from engine.models.simulated_graph import float_graph, int8_graph
from engine.quantization.plan import quantization_plan
from engine.quantization.ranges import ActivationRange

_LEAST_HIGH = 1e-6
_LEAST_SIZE = 1e-4
# Operators whose tensors are learned; those of others, such as factors, are not.
_LEARNED = frozenset({"Conv", "PRelu"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """A corner of a dial, or the only one of a plain network.

    Attributes:
        restoration: 0 or 1; None without restoration.
        fidelity: 0 or 1; None without fidelity.
    """

    restoration: int | None = None
    fidelity: int | None = None

    @property
    def label(self) -> str:
        """The corner in the names of files: ``r0f1``; empty for a plain network."""
        parts = (("r", self.restoration), ("f", self.fidelity))
        return "".join(f"{name}{value}" for name, value in parts if value is not None)


class QuantizedNetwork(Generator):
    """A network with simulated 8-bit inference.

    Args:
        models: The float network of each corner, as `mfagan export` writes it.
        scale: Factor between the sides of LR and SR.
        receptive_field_px: Width of the LR window that an SR pixel depends on.
        default_fidelity: Fidelity of `fixed`.
        range_pace: How much faster than weights ranges learn, relative to their size.

    Attributes:
        rounds: Whether values are rounded; if not, it computes as the float network does.
        corners: The corners.
        activations: Names of the tensors that have a range.

    Raises:
        ValueError: If the corners are of different networks, or an operator is unknown.
    """

    shifts: nn.Parameter
    calibrated: Tensor
    sizes: Tensor

    def __init__(
        self,
        models: Mapping[Corner, onnx.ModelProto],
        *,
        scale: int,
        receptive_field_px: int,
        default_fidelity: float = 1.0,
        range_pace: float = 1.0,
    ) -> None:
        super().__init__()
        self.scale = scale
        self.receptive_field_px = receptive_field_px
        self.default_fidelity = default_fidelity
        self.rounds = True
        self.corners = tuple(models)
        first, *others = models.values()
        if any(_structure(other) != _structure(first) for other in others):
            raise ValueError("the corners are not networks of one graph")
        plan = quantization_plan(first)
        self.activations = plan.activations
        self._source = first.graph.input[0].name
        self._numbers = {name: number for number, name in enumerate(plan.activations)}
        self._graphs = {True: int8_graph(first, plan), False: float_graph(first)}
        tensors = _tensors(first)
        # A dot would separate modules.
        self._names = {name: name.replace(".", "/") for name in tensors if name in _learned(first)}
        self._constants = {name: t for name, t in tensors.items() if name not in self._names}
        self.weights = nn.ModuleList(self._learnable(_tensors(m)) for m in models.values())
        # Ranges are learned as shifts relative to their size: Adam moves all parameters by
        # about the learning rate, and a range of 0.1 needs smaller moves than one of 10.
        self._range_pace = range_pace
        shape = (len(models), len(plan.activations), 2)
        self.shifts = nn.Parameter(torch.zeros(shape))
        self.register_buffer("calibrated", torch.zeros(shape))
        self.register_buffer("sizes", torch.zeros(shape[1:]))

    def _learnable(self, tensors: Mapping[str, Tensor]) -> nn.ParameterDict:
        return nn.ParameterDict(
            {own: nn.Parameter(tensors[name].clone()) for name, own in self._names.items()}
        )

    @torch.no_grad()
    def set_ranges(self, ranges: Mapping[Corner, Mapping[str, ActivationRange]]) -> None:
        """Start learning from these ranges, of every corner and activation."""
        ends = [[ranges[corner][name] for name in self.activations] for corner in self.corners]
        values = torch.tensor([[(one.low, one.high) for one in corner] for corner in ends])
        self.calibrated.copy_(values)
        self.shifts.zero_()
        self.sizes.copy_(values.abs().amax(0).clamp_min(_LEAST_SIZE))
        if self._source in self._numbers:
            # Pictures of 8 bits are exact within 0 and 1: this range never changes.
            self.sizes[self._numbers[self._source]] = 0

    @override
    def forward(
        self, lr: Tensor, restoration: Tensor | None = None, fidelity: Tensor | None = None
    ) -> Tensor:
        """Enlarge a batch; see `Generator`.

        Neighbors of equal values are enlarged together: weights are mixed once for them all.

        Args:
            lr: ``(N, 3, H, W)``.
            restoration: The value of each picture, ``(N,)``; 0 if not given, of no effect where
                the network has no such dial.
            fidelity: As ``restoration``; the default of the network if not given.
        """
        values = zip(
            _listed(restoration, lr, 0.0), _listed(fidelity, lr, self.default_fidelity), strict=True
        )
        made, start = [], 0
        for point, equal in groupby(values):
            stop = start + len(list(equal))
            shares = self._shares(*point)
            made.append(self._run(lr[start:stop], self._mixed(shares), self._ranges(shares)))
            start = stop
        return torch.cat(made)

    @property
    def has_restoration(self) -> bool:
        """Whether it has a restoration dial."""
        return self.corners[0].restoration is not None

    @torch.no_grad()
    def fixed(self, restoration: float, fidelity: float | None = None) -> QuantizedNetwork:
        """Return the plain network at a point, in eval mode, with weights of its own."""
        shares = self._shares(restoration, self.default_fidelity if fidelity is None else fidelity)
        weights, ranges = self._mixed(shares), self._ranges(shares)
        plain = copy.deepcopy(self)
        plain.corners = (Corner(),)
        plain.weights = nn.ModuleList([self._learnable(weights)])
        plain.shifts = nn.Parameter(torch.zeros_like(ranges[None]))
        plain.calibrated = ranges[None].clone()
        return plain.eval()

    @torch.no_grad()
    def learned(self, corner: Corner) -> tuple[dict[str, Tensor], dict[str, ActivationRange]]:
        """Return weights and ranges of a corner, by the names of its ONNX file."""
        shares = tuple(float(one == corner) for one in self.corners)
        ends = self._ranges(shares).tolist()
        ranges = {n: ActivationRange(*ends[number]) for n, number in self._numbers.items()}
        weights = {name: tensor.clone() for name, tensor in self._mixed(shares).items()}
        return weights, ranges

    def _shares(self, restoration: float, fidelity: float) -> tuple[float, ...]:
        point = DialPoint(restoration=restoration, fidelity=fidelity)
        return corner_shares(self.corners, point)

    def _mixed(self, shares: Sequence[float]) -> dict[str, Tensor]:
        used = [(share, own) for share, own in zip(shares, self.weights, strict=True) if share]
        parts = [
            {name: share * getattr(own, key) for name, key in self._names.items()}
            for share, own in used
        ]
        return {name: torch.stack([part[name] for part in parts]).sum(0) for name in self._names}

    def _ranges(self, shares: Sequence[float]) -> Tensor:
        """Return lowest and highest value of each activation, ``(activations, 2)``."""
        ranges = self.calibrated + self._range_pace * self.shifts * self.sizes
        low, high = torch.einsum("c,cae->ae", ranges.new_tensor(shares), ranges).unbind(1)
        # 0 stays inside, or padding could not be stored.
        return torch.stack((low.clamp_max(0), high.clamp_min(_LEAST_HIGH)), dim=1)

    def _run(self, lr: Tensor, weights: Mapping[str, Tensor], ranges: Tensor) -> Tensor:
        ends = ranges.unbind(0)

        def weight(operand: Operand) -> Tensor:
            if operand.tensor not in weights:
                return self._constants[operand.tensor].to(lr.device)
            tensor = weights[operand.tensor]
            return round_weights(tensor) if operand.is_rounded else tensor

        def rounded(name: str, values: Tensor) -> Tensor:
            low, high = ends[self._numbers[name]].unbind(0)
            return round_activations(values, low, high)

        return self._graphs[self.rounds].run(lr, weight, rounded)


def _listed(values: Tensor | None, lr: Tensor, otherwise: float) -> list[float]:
    return [otherwise] * len(lr) if values is None else values.tolist()


def _tensors(model: onnx.ModelProto) -> dict[str, Tensor]:
    arrays = {t.name: onnx.numpy_helper.to_array(t) for t in model.graph.initializer}
    return {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}


def _learned(model: onnx.ModelProto) -> set[str]:
    return {n for node in model.graph.node if node.op_type in _LEARNED for n in node.input[1:]}


def _structure(model: onnx.ModelProto) -> tuple[object, ...]:
    """Return what networks of one dial have in common: all but the weights."""
    nodes = [node.SerializeToString(deterministic=True) for node in model.graph.node]
    return nodes, {t.name: (t.data_type, *t.dims) for t in model.graph.initializer}
