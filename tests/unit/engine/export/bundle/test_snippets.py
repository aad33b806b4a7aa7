from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import tree_sitter
import tree_sitter_swift

from engine.export.bundle.manifest import BundledFile, BundleManifest, Machine, TargetReport
from engine.export.bundle.snippets import snippets
from engine.export.targets.exported_file import ExportedFile, TensorPort

NAMES = ("onnx", "onnx-open", "litert", "coreml")


def manifest(*, channels: int = 3, targets: tuple[str, ...] = NAMES) -> BundleManifest:
    file = ExportedFile(
        name="net.onnx",
        paths=("net.onnx",),
        precision="fp32",
        runtime="",
        input=TensorPort(name="picture_in", layout="NCHW", dtype="float32", shape=(1, 3, 128, 96)),
        output=TensorPort(name="out", layout="NCHW", dtype="float32", shape=(1, 3, 384, 288)),
    )
    bundled = BundledFile(file=file, sha256={}, bytes=1)
    machine = Machine(processor="", cores=1, system="", product="", date="")
    return BundleManifest(
        id="net",
        name="Net",
        scale=3,
        channels=channels,
        license="MIT",
        tile_px=96,
        overlap_px=7,
        size_multiple=1,
        machine=machine,
        targets=tuple(
            TargetReport(name=name, title=name, state="written", files=(bundled,))
            for name in targets
        ),
        vectors=(),
        files={},
    )


def test_snippets_name_what_the_files_really_have() -> None:
    found = snippets(manifest())

    kotlin = found["snippets/android/OnnxUpscaler.kt"]
    assert '"picture_in" (1, 3, 128, 96)' in kotlin
    assert "width * 3, height * 3" in kotlin
    assert "96 - 2 * 7" in kotlin
    assert "val s = 3" in found["snippets/android/OpenTailShuffle.kt"]
    assert '"picture_in": input' in found["snippets/ios/CoreMlUpscaler.swift"]


@pytest.mark.parametrize("path", sorted(snippets(manifest())))
def test_no_mark_is_left_and_brackets_close(path: str) -> None:
    text = snippets(manifest())[path]

    assert not re.search("@[A-Z_]+@", text)
    for opening, closing in ("()", "{}", "[]"):
        assert text.count(opening) == text.count(closing)


def test_the_snippet_for_python_is_python() -> None:
    ast.parse(snippets(manifest())["snippets/python/upscale.py"])


def test_a_target_that_was_not_exported_has_no_snippet() -> None:
    assert list(snippets(manifest(targets=("ort",)))) == []


def test_a_gray_network_has_none_because_they_convert_rgb() -> None:
    assert snippets(manifest(channels=1)) == {}


def swift_tree(text: str) -> tree_sitter.Node:
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_swift.language()))
    return parser.parse(text.encode()).root_node


def test_the_snippet_for_swift_is_swift() -> None:
    text = snippets(manifest())["snippets/ios/CoreMlUpscaler.swift"]

    assert not swift_tree(text).has_error
    # The grammar does notice what is no Swift.
    assert swift_tree(text.replace("throws -> [Float] {", "throws -> [Float {")).has_error


@pytest.mark.skipif(shutil.which("kotlinc") is None, reason="needs kotlinc, of Debian's kotlin")
def test_the_snippets_for_android_compile(tmp_path: Path) -> None:
    """They compile against classes with the signatures of those that apps have."""
    sources = [Path(path) for path in (Path("tests") / "helpers" / "android").glob("*.kt")]
    for path, text in snippets(manifest()).items():
        if path.endswith(".kt"):
            sources.append(tmp_path / Path(path).name)
            sources[-1].write_text(text, encoding="utf-8")
    # Closing what implements AutoCloseable is in the standard library itself since Kotlin 1.8.
    older = Path("/usr/share/java/kotlin-stdlib-jdk7.jar")

    libraries = ["-cp", str(older)] if older.exists() else []

    done = subprocess.run(
        ["kotlinc", *libraries, *map(str, sources), "-d", str(tmp_path / "classes")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    made = {path.stem for path in (tmp_path / "classes").glob("*.class")}
    assert {"OnnxUpscaler", "LiteRtUpscaler", "OpenTailShuffleKt"} <= made
