from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from engine.export.bundle.check_bundle import BundleRefusedError, check_bundle
from engine.export.bundle.check_networks import shuffled
from engine.export.bundle.making import BundleRequest, make_bundle
from engine.export.bundle.source import BundleSource
from engine.export.targets.target_list import target_entries
from tests.helpers.catalogs import put_model

FILE = "onnx-uint8/tiny-uint8.onnx"
Contents = dict[str, bytes]


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> Contents:
    """The files of a right bundle."""
    folder = tmp_path_factory.mktemp("bundle")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MFAGAN_HOME", str(folder / "home"))
        put_model(folder / "home" / "data" / "models", "tiny", scale=4)
        request = BundleRequest(
            source=BundleSource(name="tiny"),
            targets=target_entries("onnx-uint8,ort"),
            out=folder / "right.zip",
            runs=folder,
            threads=1,
            rounds=1,
        )
        make_bundle(request, lambda kind, /, **values: None)
    with zipfile.ZipFile(folder / "right.zip") as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


@pytest.fixture
def pack(tmp_path: Path, contents: Contents) -> Callable[..., Path]:
    """Write a bundle with some files changed, and their hashes corrected."""

    def write(changed: Contents | None = None, manifest: dict[str, Any] | None = None) -> Path:
        files = {**contents, **(changed or {})}
        tree = json.loads(contents["manifest.json"]) if manifest is None else manifest
        for name in changed or {}:
            tree["files"][name] = hashlib.sha256(files[name]).hexdigest()
        files["manifest.json"] = json.dumps(tree).encode()
        path = tmp_path / "bundle.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, content in files.items():
                bundle.writestr(name, content)
        return path

    return write


def refusal(path: Path) -> str:
    with pytest.raises(BundleRefusedError) as refused:
        list(check_bundle(path))
    return str(refused.value)


def manifest_of(contents: Contents) -> dict[str, Any]:
    tree: dict[str, Any] = json.loads(contents["manifest.json"])
    return tree


def test_a_right_bundle_passes(pack: Callable[..., Path]) -> None:
    findings = list(check_bundle(pack()))

    assert [finding.is_run for finding in findings] == [True, True, True]


@pytest.mark.parametrize("name", ["../evil.py", "/etc/passwd", "a/../../b", "C:evil", "a\\b"])
def test_a_name_that_leads_out_is_refused(pack: Callable[..., Path], name: str) -> None:
    path = pack()
    with zipfile.ZipFile(path, "a") as bundle:
        bundle.writestr(name, b"x")

    assert "leads out of the bundle" in refusal(path)


def test_a_link_is_refused(pack: Callable[..., Path]) -> None:
    path = pack()
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as bundle:
        bundle.writestr(link, "/etc/passwd")

    assert "link: is a link" in refusal(path)


def test_a_bomb_is_refused(pack: Callable[..., Path]) -> None:
    path = pack()
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("bomb", bytes(50_000_000))

    assert "unpacks to far more" in refusal(path)


def test_a_changed_file_is_refused_by_name(tmp_path: Path, contents: Contents) -> None:
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        for name, content in contents.items():
            bundle.writestr(name, content + b" " if name == FILE else content)

    assert refusal(path).startswith(f"{FILE}: its hash")


@pytest.mark.parametrize("name", ["card.json", "vectors/33x41.png"])
def test_a_missing_file_is_refused_by_name(tmp_path: Path, contents: Contents, name: str) -> None:
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        for other, content in contents.items():
            if other != name:
                bundle.writestr(other, content)

    assert name in refusal(path)


def test_a_file_that_the_manifest_does_not_name_is_refused(pack: Callable[..., Path]) -> None:
    path = pack()
    with zipfile.ZipFile(path, "a") as bundle:
        bundle.writestr("notes.txt", "more")

    assert "notes.txt: is in the bundle and not in the manifest" in refusal(path)


@pytest.mark.parametrize("cut", [10, 4000, -200])
def test_a_truncated_zip_is_refused(pack: Callable[..., Path], cut: int) -> None:
    path = pack()
    path.write_bytes(path.read_bytes()[:cut])

    assert "is not a zip file" in refusal(path)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", b'{"schema_version": 9}'])
def test_a_broken_manifest_is_refused(tmp_path: Path, contents: Contents, content: bytes) -> None:
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        for name, old in contents.items():
            bundle.writestr(name, content if name == "manifest.json" else old)

    assert "manifest.json" in refusal(path)


def test_weights_in_another_file_are_refused(pack: Callable[..., Path], contents: Contents) -> None:
    model = onnx.load_model_from_string(contents[FILE])
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")

    assert f"{FILE}: its weights are in another file" in refusal(
        pack({FILE: model.SerializeToString()})
    )


def test_other_weights_under_right_hashes_are_noticed(
    pack: Callable[..., Path], contents: Contents
) -> None:
    model = onnx.load_model_from_string(contents[FILE])
    kernel = next(t for t in model.graph.initializer if len(t.dims) == 4)
    values = onnx.numpy_helper.to_array(kernel)
    kernel.CopyFrom(onnx.numpy_helper.from_array(values + np.float32(0.3), kernel.name))

    assert "differs from the expected picture" in refusal(pack({FILE: model.SerializeToString()}))


@pytest.mark.parametrize(
    ("port", "field", "value"),
    [
        ("input", "shape", [1, 8, 8, 3]),
        ("input", "name", "image"),
        ("output", "dtype", "float32"),
    ],
)
def test_a_manifest_that_lies_about_tensors_is_refused(
    pack: Callable[..., Path], contents: Contents, port: str, field: str, value: object
) -> None:
    manifest = manifest_of(contents)
    manifest["targets"][0]["files"][0]["file"][port][field] = value

    assert f"{FILE}: its {port}" in refusal(pack(manifest=manifest))


def test_a_card_that_lies_about_the_scale_is_refused(
    pack: Callable[..., Path], contents: Contents
) -> None:
    card = json.loads(contents["card.json"])
    card["scale"] = 2
    changed = {"card.json": json.dumps(card).encode()}

    assert "card.json: says scale 2" in refusal(pack(changed))
    # Also where card and manifest lie together.
    manifest = manifest_of(contents) | {"scale": 2}
    assert "the card promises" in refusal(pack(changed, manifest))


@pytest.mark.parametrize("tolerance", [1e9, 0.3, -1e-3, float("nan"), float("inf")])
def test_a_tolerance_that_allows_anything_is_not_believed(
    pack: Callable[..., Path], contents: Contents, tolerance: float
) -> None:
    manifest = manifest_of(contents)
    manifest["targets"][0]["files"][0]["file"]["tolerance"] = tolerance

    assert "the manifest allows a difference of" in refusal(pack(manifest=manifest))


@pytest.mark.parametrize(
    "changed",
    [
        {"scale": "four"},
        {"targets": [{"files": [7]}]},
        {"vectors": {}},
        {"files": {"card.json": 3}},
    ],
)
def test_values_of_another_kind_are_refused(
    pack: Callable[..., Path], contents: Contents, changed: dict[str, Any]
) -> None:
    assert refusal(pack(manifest=manifest_of(contents) | changed))


def test_noise_instead_of_a_network_is_refused(pack: Callable[..., Path]) -> None:
    noise = np.random.default_rng(0).bytes(2000)

    assert FILE in refusal(pack({FILE: noise})) or "not an ONNX file" in refusal(
        pack({FILE: noise})
    )


def test_the_shuffle_of_an_open_network_puts_colors_where_they_belong() -> None:
    # Channel k * colors + c is color c of the k-th pixel.
    maps = np.arange(12, dtype=np.float32).reshape(1, 1, 12)

    picture = shuffled(maps, 3)

    assert picture.shape == (2, 2, 3)
    assert picture[0, 1].tolist() == [3, 4, 5]
    assert picture[1, 0].tolist() == [6, 7, 8]
