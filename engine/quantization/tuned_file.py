"""Networks fine-tuned for int8: the weights and ranges of each corner, in one safetensors file.

::

    CORNER/weight/NAME     what replaces initializer NAME of the corner's float ONNX file
    CORNER/range/TENSOR    float32 [low, high] of an activation
    metadata               model: its id; sources: fingerprint of each corner's float weights

CORNER is a label such as ``r0f1``, empty for a plain network.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnx
import safetensors
from numpy.typing import NDArray
from safetensors.numpy import load, save

from engine.core.atomic_file import atomic_path
from engine.core.errors import ConfigError
from engine.quantization.ranges import ActivationRange

TUNED_FILE = "int8.safetensors"
"""Name of the file among the artifacts of a run."""

_WEIGHT, _RANGE = "weight", "range"


@dataclass(frozen=True, slots=True, kw_only=True)
class TunedCorner:
    """One network that was fine-tuned for int8.

    Attributes:
        source: `weights_fingerprint` of the float network that it was tuned from.
        weights: What replaces its initializers, by their names.
        ranges: The range of each activation.
    """

    source: str
    weights: Mapping[str, NDArray[np.float32]]
    ranges: Mapping[str, ActivationRange]

    def applied_to(self, model: onnx.ModelProto) -> onnx.ModelProto:
        """Return a copy of the float network ``model`` with the tuned weights.

        Raises:
            ConfigError: If they were not tuned from this network.
        """
        if weights_fingerprint(model) != self.source:
            raise ConfigError(
                "the int8 weights were tuned from a network with other weights; "
                "tune them again from this one"
            )
        tuned = onnx.ModelProto()
        tuned.CopyFrom(model)
        for tensor in tuned.graph.initializer:
            if tensor.name in self.weights:
                found = onnx.numpy_helper.from_array(self.weights[tensor.name], tensor.name)
                tensor.CopyFrom(found)
        return tuned


@dataclass(frozen=True, slots=True, kw_only=True)
class TunedNetworks:
    """A model that was fine-tuned for int8.

    Attributes:
        model: Id of the model.
        corners: Its networks by label of their corner; a plain network has the empty label.
    """

    model: str
    corners: Mapping[str, TunedCorner]


def weights_fingerprint(model: onnx.ModelProto) -> str:
    """Return the SHA-256 of the float weights of ``model``, whatever else is in its file."""
    digest = hashlib.sha256()
    for tensor in sorted(model.graph.initializer, key=lambda one: one.name):
        if tensor.data_type == onnx.TensorProto.FLOAT:
            digest.update(tensor.name.encode())
            digest.update(onnx.numpy_helper.to_array(tensor).astype("<f4").tobytes())
    return digest.hexdigest()


def write_tuned(networks: TunedNetworks, path: Path) -> None:
    """Write ``networks`` to ``path``; an existing file is replaced.

    Raises:
        OutputError: If the file cannot be written.
    """
    tensors: dict[str, NDArray[Any]] = {}
    for label, corner in networks.corners.items():
        for name, weight in corner.weights.items():
            tensors[f"{label}/{_WEIGHT}/{name}"] = np.ascontiguousarray(weight, np.float32)
        for name, found in corner.ranges.items():
            tensors[f"{label}/{_RANGE}/{name}"] = np.array([found.low, found.high], np.float32)
    sources = {label: corner.source for label, corner in networks.corners.items()}
    metadata = {"model": networks.model, "sources": msgspec.json.encode(sources).decode()}
    with atomic_path(path) as part:
        part.write_bytes(save(tensors, metadata))


def read_tuned(path: Path) -> TunedNetworks:
    """Read what `write_tuned` wrote.

    Raises:
        ConfigError: If the file cannot be read or holds something else.
    """
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
        sources = msgspec.json.decode(metadata["sources"], type=dict[str, str])
        tensors = load(path.read_bytes())
        corners = {
            label: TunedCorner(
                source=source,
                weights=_under(tensors, f"{label}/{_WEIGHT}/"),
                ranges={
                    name: ActivationRange.around(*limits)
                    for name, limits in _under(tensors, f"{label}/{_RANGE}/").items()
                },
            )
            for label, source in sources.items()
        }
        return TunedNetworks(model=metadata["model"], corners=corners)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror or error})") from error
    except (
        safetensors.SafetensorError,
        msgspec.DecodeError,
        KeyError,
        TypeError,
        ValueError,
    ) as error:
        raise ConfigError(
            f"{path}: is not a file of int8 weights; a run of the recipe int8-x4 writes one"
        ) from error


def _under(tensors: Mapping[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }
