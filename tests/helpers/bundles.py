"""Bundles of a small network, changed in one place each, for those who check them."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.export.bundle.check_bundle import BundleRefusedError, check_bundle
from engine.export.bundle.making import BundleRequest, make_bundle
from engine.export.bundle.source import BundleSource
from engine.export.targets.plain_network import PlainNetwork
from engine.export.targets.target_list import target_entries
from tests.helpers.catalogs import put_model

NETWORK = "onnx/tiny-fp32.onnx"
"""Path of its only ONNX file."""
Contents = dict[str, bytes]


def right_bundle(folder: Path) -> Contents:
    """Return the files of a right bundle: a network of any size as ONNX and for darktable."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MFAGAN_HOME", str(folder / "home"))
        # Files of video sizes take longer than all else.
        patch.setattr(PlainNetwork, "fixed_sizes", lambda _: ())
        put_model(folder / "home" / "data" / "models", "tiny", scale=4)
        request = BundleRequest(
            source=BundleSource(name="tiny"),
            targets=target_entries("onnx,darktable"),
            out=folder / "right.zip",
            runs=folder,
            threads=1,
            rounds=1,
        )
        make_bundle(request, lambda kind, /, **values: None)
    with zipfile.ZipFile(folder / "right.zip") as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def zipped(path: Path, files: Contents) -> Path:
    """Write ``files`` as a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            bundle.writestr(name, content)
    return path


def changed(
    contents: Contents,
    files: Contents | None = None,
    *,
    change: Callable[[dict[str, Any]], None] | None = None,
) -> Contents:
    """Return a bundle with other files whose hashes are right, and a changed manifest."""
    tree = json.loads(contents["manifest.json"])
    result = {**contents, **(files or {})}
    for name, content in (files or {}).items():
        tree["files"][name] = hashlib.sha256(content).hexdigest()
    if change is not None:
        change(tree)
    result["manifest.json"] = json.dumps(tree).encode()
    return result


def refusal(path: Path, *, seconds: float = 60) -> str:
    """Return the words in which a bundle is refused."""
    with pytest.raises(BundleRefusedError) as refused:
        list(check_bundle(path, seconds=seconds))
    text = str(refused.value)
    assert text
    assert "Traceback" not in text
    return text
