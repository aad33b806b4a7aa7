"""What targets, and what became of them, are called in the language of the app."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.state.translation import QT_TRANSLATE_NOOP
from engine.api import TargetEntry

_SUMMARIES = {
    "onnx": QT_TRANSLATE_NOOP("ExportTargets", "Any size, and fixed sizes for phones; float32"),
    "onnx-fp16": QT_TRANSLATE_NOOP("ExportTargets", "Half the size, for GPUs"),
    "onnx-int8": QT_TRANSLATE_NOOP("ExportTargets", "8-bit weights and activations, for CPUs"),
    "onnx-uint8": QT_TRANSLATE_NOOP("ExportTargets", "Takes and gives 8-bit pictures"),
    "onnx-open": QT_TRANSLATE_NOOP(
        "ExportTargets", "Without the last pixel shuffle, for accelerators that lack it"
    ),
    "ort": QT_TRANSLATE_NOOP("ExportTargets", "For small builds of ONNX Runtime"),
    "darktable": QT_TRANSLATE_NOOP("ExportTargets", "Package for darktable's upscale module"),
    "ncnn": QT_TRANSLATE_NOOP("ExportTargets", "For phones and single-board computers"),
    "litert": QT_TRANSLATE_NOOP("ExportTargets", "For Android (TensorFlow Lite)"),
    "litert-fp16": QT_TRANSLATE_NOOP("ExportTargets", "For Android, half the size"),
    "litert-int8": QT_TRANSLATE_NOOP("ExportTargets", "For Android, in 8 bits"),
    "openvino": QT_TRANSLATE_NOOP("ExportTargets", "For processors and GPUs of Intel"),
    "mnn": QT_TRANSLATE_NOOP("ExportTargets", "For phones, with MNN"),
    "coreml": QT_TRANSLATE_NOOP("ExportTargets", "For iPhones, iPads and Macs"),
    "executorch": QT_TRANSLATE_NOOP("ExportTargets", "For apps with PyTorch's runtime"),
}
_TITLES = {
    "onnx-uint8": QT_TRANSLATE_NOOP("ExportTargets", "ONNX, 8-bit pictures"),
    "onnx-open": QT_TRANSLATE_NOOP("ExportTargets", "ONNX without shuffle"),
    "ort": QT_TRANSLATE_NOOP("ExportTargets", "ORT format"),
}
_STATES = {
    "possible": QT_TRANSLATE_NOOP("ExportTargets", "Possible"),
    "missing": QT_TRANSLATE_NOOP("ExportTargets", "Not installed"),
    "impossible": QT_TRANSLATE_NOOP("ExportTargets", "Not possible"),
    "waiting": QT_TRANSLATE_NOOP("ExportTargets", "Waiting"),
    "converting": QT_TRANSLATE_NOOP("ExportTargets", "Converting\u2026"),
    "verifying": QT_TRANSLATE_NOOP("ExportTargets", "Verifying\u2026"),
    "verified": QT_TRANSLATE_NOOP("ExportTargets", "Verified"),
    "written": QT_TRANSLATE_NOOP("ExportTargets", "Written, not run here"),
    "failed": QT_TRANSLATE_NOOP("ExportTargets", "Failed"),
}


def target_title(entry: TargetEntry) -> str:
    """Return what a target is called; most have the name of their runtime."""
    text = _TITLES.get(entry.name)
    return entry.title if text is None else QCoreApplication.translate("ExportTargets", text)


def target_summary(entry: TargetEntry) -> str:
    """Return what the files of a target are for."""
    text = _SUMMARIES.get(entry.name)
    # Targets of a newer engine are described in its own words.
    return entry.summary if text is None else QCoreApplication.translate("ExportTargets", text)


def state_text(state: str) -> str:
    """Return what a state of a target is called."""
    text = _STATES.get(state)
    return state if text is None else QCoreApplication.translate("ExportTargets", text)
