"""Code for apps, generated from the names and shapes that the exported files really have."""

from __future__ import annotations

from engine.core.places import resources_folder
from engine.export.bundle.manifest import BundledFile, BundleManifest

# Target whose first file a snippet is for, and the path of the snippet in the bundle.
_SNIPPETS = (
    ("onnx", "OnnxUpscaler.kt", "snippets/android/OnnxUpscaler.kt"),
    ("onnx", "upscale.py.txt", "snippets/python/upscale.py"),
    ("onnx-open", "OpenTailShuffle.kt", "snippets/android/OpenTailShuffle.kt"),
    ("litert", "LiteRtUpscaler.kt", "snippets/android/LiteRtUpscaler.kt"),
    ("coreml", "CoreMlUpscaler.swift", "snippets/ios/CoreMlUpscaler.swift"),
)


def snippets(manifest: BundleManifest) -> dict[str, str]:
    """Return the snippets for the targets of a bundle, by path in it."""
    if manifest.channels != 3:
        return {}  # the snippets convert RGB bitmaps
    files = {report.name: report.files[0] for report in manifest.targets if report.files}
    return {
        path: _filled(template, manifest, files[target])
        for target, template, path in _SNIPPETS
        if target in files
    }


def _filled(template: str, manifest: BundleManifest, bundled: BundledFile) -> str:
    file = bundled.file
    values = {
        "FILE": file.name,
        "INPUT": file.input.name,
        "OUTPUT": file.output.name,
        "INPUT_SHAPE": _shape(file.input.shape),
        "OUTPUT_SHAPE": _shape(file.output.shape),
        "INPUT_TYPE": file.input.dtype,
        "SCALE": manifest.scale,
        "COLORS": manifest.channels,
        "CHANNELS": manifest.channels * manifest.scale**2,
        "TILE": manifest.tile_px,
        "OVERLAP": manifest.overlap_px,
    }
    text = (resources_folder() / "snippets" / template).read_text(encoding="utf-8")
    # Kotlin and Swift use the marks of Python's own templates.
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text


def _shape(sides: tuple[int | str, ...]) -> str:
    return f"({', '.join(map(str, sides))})"
