"""What is known of a file that a target wrote: its tensors, and when it counts as right."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

# Float32 rounding in sums of a few hundred products; measured 1e-6 on our networks.
FP32_TOLERANCE = 1e-4
# One 8-bit level: rounding to half precision is not seen in a picture.
FP16_TOLERANCE = 1 / 255
# What int8 may lose of Y-PSNR on any benchmark. Published int8 networks for super-resolution lose
# up to 0.7 dB (QuickSRNetSmall on Set14); more means that ranges are wrong, not that values were
# rounded.
INT8_LARGEST_LOSS_DB = 1.0
# The same limit where no benchmark was given: a difference from the network of this RMS costs
# 1 dB of a picture that has 28 dB (Set14 at scale 4), if it is independent of the network's error:
# 10 log10(1 + 0.02² / 10^-2.8) = 1.0.
INT8_TOLERANCE = 0.02


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
