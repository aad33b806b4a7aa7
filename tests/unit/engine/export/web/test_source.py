from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.core.errors import BadCardError
from engine.export.targets.target import ExportError
from engine.export.web.source import read_source


def rewritten(
    bundle: Path,
    out: Path,
    change: Callable[[dict[str, Any]], None] = lambda _manifest: None,
    replaced: dict[str, bytes] | None = None,
) -> Path:
    """Copy a bundle with another manifest or other files."""
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = (replaced or {}).get(name, old.read(name))
            if name == "manifest.json":
                manifest = json.loads(content)
                change(manifest)
                content = json.dumps(manifest).encode()
            new.writestr(name, content)
    return out


def test_the_files_for_any_size_are_taken(bundle: Path) -> None:
    source = read_source(bundle)

    assert [(model.title, model.size) for model in source.models] == [
        ("float32", None), ("int8", None),
    ]  # fmt: skip
    assert (source.models[0].input, source.models[0].output) == ("lr", "sr")
    with zipfile.ZipFile(bundle) as archive:
        assert source.models[0].content == archive.read("onnx/tiny-fp32.onnx")


def test_of_files_of_fixed_size_the_smallest_is_taken(bundle: Path, tmp_path: Path) -> None:
    def drop_any_size(manifest: dict[str, Any]) -> None:
        for target in manifest["targets"]:
            target["files"] = [item for item in target["files"] if item["file"]["size"]]

    source = read_source(rewritten(bundle, tmp_path / "fixed.zip", drop_any_size))

    assert source.models[0].size == (128, 128)


def test_a_network_that_is_not_the_one_in_the_manifest_is_refused(
    bundle: Path, tmp_path: Path
) -> None:
    changed = rewritten(bundle, tmp_path / "a.zip", replaced={"onnx/tiny-fp32.onnx": b"evil"})

    with pytest.raises(BadCardError, match=r"onnx/tiny-fp32\.onnx is not the file in its manifest"):
        read_source(changed)


def _without_onnx(manifest: dict[str, Any]) -> None:
    manifest["targets"] = [one for one in manifest["targets"] if one["name"] != "onnx"]


def _gray(manifest: dict[str, Any]) -> None:
    manifest["channels"] = 1


def _bytes(manifest: dict[str, Any]) -> None:
    manifest["targets"][0]["files"][0]["file"]["input"]["dtype"] = "uint8"


@pytest.mark.parametrize(
    ("change", "said"),
    [(_without_onnx, "target onnx"), (_gray, "gray"), (_bytes, "float32 pictures")],
)
def test_a_bundle_without_a_network_for_browsers_says_why(
    bundle: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    with pytest.raises(ExportError, match=said):
        read_source(rewritten(bundle, tmp_path / "other.zip", change))


def test_what_is_no_bundle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"no zip")

    with pytest.raises(BadCardError, match=r"a\.zip: is not an export bundle"):
        read_source(tmp_path / "a.zip")
