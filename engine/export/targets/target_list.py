"""The list of export targets, which costs nothing to import.

A target's module is imported when it is used, because each needs its own runtime.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

from engine.core.errors import UnknownNameError
from engine.core.suggestions import did_you_mean

ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetEntry:
    """An export target, as it is listed.

    Attributes:
        name: The word on the command line.
        title: What it is called in tables and in the window.
        summary: What its files are for, as one sentence.
        module: Module in `engine.export.targets` that holds it as ``TARGET``.
        extra: The extra of the product that it needs; empty if it needs none.
        packages: Modules of that extra that it imports.
    """

    name: str
    title: str
    summary: str
    module: str
    extra: str = ""
    packages: tuple[str, ...] = ()

    @property
    def missing_packages(self) -> tuple[str, ...]:
        """The packages that are not installed."""
        return tuple(name for name in self.packages if importlib.util.find_spec(name) is None)

    @property
    def install_hint(self) -> str:
        """The command that installs what it needs; empty if it needs no extra."""
        return f'pip install "mfagan-studio[{self.extra}]"' if self.extra else ""


EXPORT_TARGETS: tuple[TargetEntry, ...] = (
    TargetEntry(
        name="onnx",
        title="ONNX",
        summary="Any size, and fixed sizes for phones and accelerators; float32.",
        module="onnx_fp32",
    ),
    TargetEntry(
        name="onnx-fp16",
        title="ONNX fp16",
        summary="Half the size, for GPUs; input and output stay float32.",
        module="onnx_fp16",
    ),
    TargetEntry(
        name="onnx-int8",
        title="ONNX int8",
        summary="8-bit weights and activations (QDQ), fastest on CPUs.",
        module="onnx_int8",
    ),
    TargetEntry(
        name="onnx-uint8",
        title="ONNX uint8 pictures",
        summary="Takes and gives 8-bit pictures (NHWC), without conversion in the app.",
        module="onnx_uint8",
    ),
    TargetEntry(
        name="onnx-open",
        title="ONNX without shuffle",
        summary="Ends before the pixel shuffle, for accelerators that do not support it.",
        module="onnx_open",
    ),
    TargetEntry(
        name="ort",
        title="ORT format",
        summary="For builds of ONNX Runtime with only the operators listed beside it.",
        module="ort_format",
    ),
    TargetEntry(
        name="darktable",
        title="darktable",
        summary="A .dtmodel package for darktable's upscale module.",
        module="darktable",
    ),
    TargetEntry(
        name="ncnn",
        title="NCNN",
        summary="For phones and single-board computers; any size, float32.",
        module="ncnn_files",
        extra="export",
        packages=("ncnn",),
    ),
    TargetEntry(
        name="litert",
        title="LiteRT",
        summary="TensorFlow Lite for Android, of operators that GPUs take; float32.",
        module="litert_fp32",
        extra="export",
        packages=("ai_edge_litert",),
    ),
    TargetEntry(
        name="litert-fp16",
        title="LiteRT fp16",
        summary="TensorFlow Lite for Android with float16 weights.",
        module="litert_fp16",
        extra="export",
        packages=("ai_edge_litert",),
    ),
    TargetEntry(
        name="litert-int8",
        title="LiteRT int8",
        summary="TensorFlow Lite for Android in 8 bits, calibrated on photos.",
        module="litert_int8",
        extra="export",
        packages=("ai_edge_litert", "ai_edge_quantizer"),
    ),
    TargetEntry(
        name="openvino",
        title="OpenVINO",
        summary="For processors and GPUs of Intel; float16 weights.",
        module="openvino_ir",
        extra="export",
        packages=("openvino",),
    ),
    TargetEntry(
        name="mnn",
        title="MNN",
        summary="For phones; float32.",
        module="mnn_file",
        extra="export",
        packages=("MNN",),
    ),
    TargetEntry(
        name="coreml",
        title="Core ML",
        summary="For iPhones, iPads and Macs; written and checked here, not run.",
        module="coreml_package",
        extra="export",
        packages=("coremltools",),
    ),
    TargetEntry(
        name="executorch",
        title="ExecuTorch",
        summary="For apps with PyTorch's own runtime; float32 by XNNPACK.",
        module="executorch_program",
        extra="executorch",
        packages=("torch", "executorch"),
    ),
)
"""In the order in which lists show them. To add a target, add an entry."""


def target_entry(name: str) -> TargetEntry:
    """Return the entry called ``name``.

    Raises:
        UnknownNameError: If there is none; the message names the most similar one.
    """
    names = [entry.name for entry in EXPORT_TARGETS]
    if name not in names:
        raise UnknownNameError(
            f"{name}: there is no such target. {did_you_mean(name, names)} "
            f"Targets: {', '.join(names)}, {ALL}"
        )
    return EXPORT_TARGETS[names.index(name)]


def target_entries(words: str) -> tuple[TargetEntry, ...]:
    """Return the targets that ``words`` names, each once, in the order of the list.

    Args:
        words: Names separated by commas, or ``all``.

    Raises:
        UnknownNameError: If there is no such target.
    """
    names = [word.strip() for word in words.split(",") if word.strip()]
    if not names:
        raise UnknownNameError(f"name at least one target, or {ALL}")
    if ALL in names:
        return EXPORT_TARGETS
    chosen = [target_entry(name) for name in names]
    return tuple(entry for entry in EXPORT_TARGETS if entry in chosen)
