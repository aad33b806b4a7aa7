"""What an export target is, and what it says about each file it writes.

::

    PlainNetwork ─► feasible ─► export ─► ExportedFile ─► load ─► Runner
                    (a reason    (files)   (what verifying  (runs it in the
                     or None)               and apps need)   target's runtime)

Verification is the same for all targets (`engine.export.bundle.verification`): it runs what
`load` returns beside the original network.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.core.errors import EngineError
from engine.export.targets.plain_network import PlainNetwork

BatchF32: TypeAlias = NDArray[np.float32]
Runner: TypeAlias = Callable[[BatchF32], BatchF32]
"""Enlarges ``(1, C, H, W)`` float32 in ``[0, 1]`` to ``(1, C, s·H, s·W)``; whatever layout and
type a file has, its runner converts."""

# Float32 rounding in sums of a few hundred products; measured 1e-6 on our networks.
FP32_TOLERANCE = 1e-4
# One 8-bit level: rounding to half precision is not seen in a picture.
FP16_TOLERANCE = 1 / 255
# 34 dB between the two pictures: above it a file is wrong, not rounded. What int8 costs in
# quality is measured on photos.
INT8_TOLERANCE = 0.02


class ExportError(EngineError):
    """A network cannot be exported to a target, or its file is not what it should be."""

    code = "export"


class TensorPort(Struct, frozen=True, kw_only=True):
    """The input or output of an exported file, as an app sees it."""

    name: str
    """Name in the file."""
    layout: Literal["NCHW", "NHWC", "CHW"]
    """Order of the axes."""
    dtype: Literal["float32", "uint8", "int8"]
    """Element type."""
    shape: tuple[int | str, ...]
    """Sizes; a name where any size is taken."""
    scale: float = 1.0
    """What one step of an int8 value is worth; 1 for other types."""
    zero_point: int = 0
    """Int8 value of black."""


class ExportedFile(Struct, frozen=True, kw_only=True):
    """One exported network; some formats need two or more files for it."""

    name: str
    """What it is called in reports: the name of its first file."""
    paths: tuple[str, ...]
    """Its files, relative to the folder of the target; the first is the one that is opened."""
    precision: Literal["fp32", "fp16", "int8"]
    """Precision of weights, and of activations for int8."""
    runtime: str
    """What runs it here; empty if nothing on this system does."""
    input: TensorPort
    """The input."""
    output: TensorPort
    """The output."""
    size: tuple[int, int] | None = None
    """Height and width of the LR picture, if it takes no other."""
    tolerance: float = FP32_TOLERANCE
    """Difference from the original network that still counts as right, in units of white."""
    measure: Literal["largest", "rms"] = "largest"
    """Which difference that is: the largest, or the root of the mean square for int8, whose
    rare clipped values make the largest meaningless."""
    operators: dict[str, int] = {}
    """How often each operator occurs."""
    notes: tuple[str, ...] = ()
    """What an app developer should know, in sentences."""


class ExportTarget(Protocol):
    """Writes networks for one runtime."""

    @abstractmethod
    def feasible(self, network: PlainNetwork) -> str | None:
        """Return why ``network`` cannot be exported, None if it can."""
        ...

    @abstractmethod
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        """Write the files into ``folder``, which is empty.

        Raises:
            ExportError: If the network cannot be converted.
            OutputError: If a file cannot be written.
        """
        ...

    @abstractmethod
    def load(self, file: ExportedFile, folder: Path, *, threads: int) -> Runner:
        """Load one of the exported files in the target's own runtime.

        Raises:
            EngineError: If the runtime refuses it.
        """
        ...
