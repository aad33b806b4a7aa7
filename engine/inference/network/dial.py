"""The dial of a model: networks of one graph, whose weights are mixed for a point.

::

    corner files ─┐
                  ├─ corner_shares ─> a share for each file ─> mix_networks ─> bytes of one network
    DialPoint ────┘

The mixed network costs what a plain one costs. It is made before the session: ONNX Runtime can
exchange initializers itself (`SessionOptions.add_initializer`), but then computes wrong results
without an error, as its optimizer repacks some weights before the exchange.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from engine.catalog.card import ModelCard
from engine.core.errors import ConfigError, InferenceError
from engine.inference.network.tensor_mix import mix_tensors

if TYPE_CHECKING:
    from onnx import ModelProto


@dataclass(frozen=True, slots=True, kw_only=True)
class DialPoint:
    """A point of a dial. Values are rounded to 1/100, so that loaded networks are found again.

    Attributes:
        restoration: How much blur, noise and compression is removed, 0 to 1.
        fidelity: From 0 (vivid) to 1 (faithful).
    """

    restoration: float
    fidelity: float

    def __post_init__(self) -> None:
        """Round the values.

        Raises:
            ConfigError: If one is not a number from 0 to 1.
        """
        for name in ("restoration", "fidelity"):
            object.__setattr__(self, name, dial_value(name, getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class DialSetting:
    """Where the dial of a network is set, and why.

    Attributes:
        restoration: Restoration; None if the model has none, or Auto has not estimated it yet.
        fidelity: Fidelity; None if the model has none.
        is_auto: Whether restoration is estimated from the photo.
        reason: What the estimate rests on, as a sentence for users.
    """

    restoration: float | None = None
    fidelity: float | None = None
    is_auto: bool = False
    reason: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether restoration still has to be estimated."""
        return self.is_auto and self.restoration is None

    @property
    def point(self) -> DialPoint:
        """The point. A value that the model does not have is 0 and without effect.

        Raises:
            ValueError: If restoration was not estimated yet.
        """
        if self.is_open:
            raise ValueError("restoration must be estimated before the network is loaded")
        return DialPoint(restoration=self.restoration or 0.0, fidelity=self.fidelity or 0.0)

    def estimated(self, restoration: float, reason: str | None) -> DialSetting:
        """Return the setting with the restoration that was estimated from a photo."""
        value = dial_value("restoration", restoration)
        return replace(self, restoration=value, reason=reason)


def dial_value(name: str, value: float) -> float:
    """Return a value of a dial rounded to 1/100.

    Raises:
        ConfigError: If ``value`` is not a number from 0 to 1.
    """
    # Written so that NaN is refused, too.
    if not 0 <= value <= 1:
        raise ConfigError(f"{name}={value}: must be a number from 0 to 1")
    return round(float(value), 2)


def dial_setting(
    card: ModelCard, *, restoration: float | None, fidelity: float | None
) -> DialSetting | None:
    """Return where the dial of ``card`` is set, None for a plain model.

    Args:
        card: The model.
        restoration: The value asked for; None to estimate it from each photo.
        fidelity: The value asked for; None for the default of the model.

    Raises:
        ConfigError: If a value is not a number from 0 to 1.
    """
    # A wrong value is an error for every model.
    restoration = None if restoration is None else dial_value("restoration", restoration)
    fidelity = None if fidelity is None else dial_value("fidelity", fidelity)
    if card.dial is None:
        return None
    if fidelity is None:
        fidelity = card.dial.default_fidelity
    return DialSetting(
        restoration=restoration if card.has_restoration else None,
        fidelity=fidelity if card.has_fidelity else None,
        is_auto=card.has_restoration and restoration is None,
    )


class HasCorner(Protocol):
    """Something that belongs to one corner of a dial, such as a file."""

    @property
    def restoration(self) -> int | None:
        """0 or 1, None without restoration."""

    @property
    def fidelity(self) -> int | None:
        """0 or 1, None without fidelity."""


def corner_shares(corners: Sequence[HasCorner], point: DialPoint) -> tuple[float, ...]:
    """Return the share of each corner at ``point``: bilinear, they add up to 1."""
    return tuple(
        _share(corner.restoration, point.restoration) * _share(corner.fidelity, point.fidelity)
        for corner in corners
    )


def _share(corner: float | None, value: float) -> float:
    if corner is None:
        return 1.0
    return value if corner == 1 else 1.0 - value


def mix_networks(contents: Sequence[bytes], shares: Sequence[float]) -> bytes:
    """Return the ONNX network whose weights are the sum of ``shares`` times those of ``contents``.

    Float weights are summed in float32. Of int8 networks the ranges of the activations are mixed
    as well, and weights and biases are quantized anew.

    Args:
        contents: Networks of one graph, which differ in their initializers only.
        shares: One for each; they add up to 1.

    Raises:
        InferenceError: If the networks are not of one graph, or cannot be mixed.
    """
    # Loaded when a dial is first used: 0.05 s and 11 MB that plain models do not need.
    import onnx  # noqa: PLC0415
    from google.protobuf.message import DecodeError  # noqa: PLC0415

    try:
        models = [onnx.load_model_from_string(content) for content in contents]
    except DecodeError as error:
        raise InferenceError("a corner is not an ONNX network") from error
    if any(_has_other_files(model) for model in models):
        raise InferenceError("the weights of a corner are not in its file")
    if any(_structure(model) != _structure(models[0]) for model in models[1:]):
        raise InferenceError("the corners are not networks of one graph")
    first = models[0].graph
    try:
        corners = [
            {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
            for model in models
        ]
        mixed = mix_tensors(first, corners, shares)
    # What a graph of another maker may lack: scales, zero points, the convolution of a bias.
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
        raise InferenceError(f"the corners cannot be mixed ({error})") from error
    for tensor in first.initializer:
        if tensor.name in mixed:
            tensor.CopyFrom(onnx.numpy_helper.from_array(mixed[tensor.name], tensor.name))
    return bytes(models[0].SerializeToString())


def _has_other_files(model: ModelProto) -> bool:
    # A card names its files; others, which weights could lie in, are never read.
    return any(tensor.external_data for tensor in model.graph.initializer)


def _structure(model: ModelProto) -> tuple[object, ...]:
    """Return what the networks of one dial have in common: all but the weights."""
    nodes = [
        (
            node.op_type,
            *node.input,
            ">",
            *node.output,
            *(a.SerializeToString() for a in node.attribute),
        )
        for node in model.graph.node
    ]
    tensors = sorted((t.name, t.data_type, *t.dims) for t in model.graph.initializer)
    return nodes, tensors
