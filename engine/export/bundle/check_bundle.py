"""Checks an export bundle, on any machine with onnxruntime, numpy and pillow.

    python check_bundle.py BUNDLE.zip

Nothing of the zip is unpacked to the disk. First its names, sizes and hashes are compared with
the manifest; then every file that ONNX Runtime can load is run on the test vectors and compared
with the expected pictures. Files of other runtimes are compared by their hash only, and the
result says so. This file needs nothing of the product that wrote the bundle.
"""

from __future__ import annotations

import hashlib
import io
import json
import stat
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL import Image

MANIFEST = "manifest.json"
_MAX_MEMBERS = 2000
_MAX_MEMBER_BYTES = 1 << 30
_MAX_TOTAL_BYTES = 4 << 30
# Far above what weights and pictures reach; a zip bomb has thousands.
_MAX_RATIO = 200
_MAX_JSON_BYTES = 4 << 20
_MAX_PIXELS = 64_000_000
_ORT_SUFFIXES = {".onnx", ".ort", ".dtmodel"}
_QUIET = 4
# No file of a bundle may differ by a quarter of white, whatever its manifest allows.
_LARGEST_TOLERANCE = 0.25
# Half of a level for the rounding of 8-bit expected pictures, and a hair for its own rounding.
_ROUNDING = 0.5 / 255 + 1e-6

Array = NDArray[Any]


class BundleRefusedError(Exception):
    """The bundle is not what its manifest says; the message names the file and the fault."""


@dataclass(frozen=True)
class Finding:
    """The result for one exported file.

    Attributes:
        file: Its path in the bundle.
        is_run: Whether it was run here; False if only its hash was compared.
        difference: Difference from the expected pictures, in units of white.
        text: The result as a sentence.
    """

    file: str
    is_run: bool
    difference: float
    text: str


def check_bundle(path: Path) -> Iterator[Finding]:
    """Check a bundle and yield the result for each exported file.

    Raises:
        BundleRefusedError: If it is not whole, is not what its manifest says, or a file does
            not give the expected picture.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = _checked_names(archive)
            manifest = _json(archive, MANIFEST, names)
            _check_hashes(archive, manifest, names)
            _check_card(archive, manifest, names)
            for target in _items(manifest, "targets"):
                for bundled in _items(target, "files"):
                    yield _check_file(archive, manifest, str(target.get("name", "")), bundled)
    except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError) as error:
        raise BundleRefusedError(f"{path}: is not a zip file that can be read ({error})") from error
    except RuntimeError as error:  # zipfile's word for an encrypted member
        raise BundleRefusedError(f"{path}: cannot be read ({error})") from error
    # Whoever wrote the manifest may have put anything in the place of a number or a list.
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise BundleRefusedError(f"{MANIFEST}: has a value that cannot be ({error})") from error


def _checked_names(archive: zipfile.ZipFile) -> frozenset[str]:
    """Return the names in the zip after refusing all that a bundle never holds."""
    infos = archive.infolist()
    if len(infos) > _MAX_MEMBERS:
        raise BundleRefusedError(f"it holds {len(infos)} files, more than any bundle")
    names: set[str] = set()
    for info in infos:
        name = info.filename
        parts = PurePosixPath(name).parts
        leads_out = name.startswith("/") or ".." in parts or any(c in name for c in "\\:\0")
        if not parts or leads_out:
            raise BundleRefusedError(f"{name!r}: a name that leads out of the bundle")
        if name in names:
            raise BundleRefusedError(f"{name}: occurs twice")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise BundleRefusedError(f"{name}: is a link, not a file")
        if info.file_size > _MAX_MEMBER_BYTES:
            raise BundleRefusedError(f"{name}: claims {info.file_size} bytes")
        if info.file_size > _MAX_RATIO * max(info.compress_size, 1024):
            raise BundleRefusedError(f"{name}: unpacks to far more than it holds")
        names.add(name)
    if sum(info.file_size for info in infos) > _MAX_TOTAL_BYTES:
        raise BundleRefusedError("it unpacks to more than any bundle holds")
    return frozenset(names)


def _json(archive: zipfile.ZipFile, name: str, names: frozenset[str]) -> dict[str, Any]:
    if name not in names:
        raise BundleRefusedError(f"{name}: is missing, so this is not an export bundle")
    if archive.getinfo(name).file_size > _MAX_JSON_BYTES:
        raise BundleRefusedError(f"{name}: is larger than any of ours")
    try:
        tree = json.loads(archive.read(name))
    except (ValueError, RecursionError, zipfile.BadZipFile) as error:
        raise BundleRefusedError(f"{name}: cannot be read ({error})") from error
    if not isinstance(tree, dict):
        raise BundleRefusedError(f"{name}: is not an object of JSON")
    return tree


def _check_hashes(
    archive: zipfile.ZipFile, manifest: Mapping[str, Any], names: frozenset[str]
) -> None:
    listed = manifest.get("files")
    if manifest.get("schema_version") != 1 or not isinstance(listed, dict):
        raise BundleRefusedError(f"{MANIFEST}: is of another version than this program reads")
    missing = sorted(set(listed) - names)
    foreign = sorted(names - set(listed) - {MANIFEST})
    if missing:
        raise BundleRefusedError(f"{missing[0]}: is in the manifest and not in the bundle")
    if foreign:
        raise BundleRefusedError(f"{foreign[0]}: is in the bundle and not in the manifest")
    for name, expected in listed.items():
        if _sha256(archive, name) != expected:
            raise BundleRefusedError(f"{name}: its hash is not the one in the manifest")


def _check_card(
    archive: zipfile.ZipFile, manifest: Mapping[str, Any], names: frozenset[str]
) -> None:
    card = _json(archive, "card.json", names)
    for key in ("id", "scale", "license"):
        if card.get(key) != manifest.get(key):
            raise BundleRefusedError(
                f"card.json: says {key} {card.get(key)!r}, the manifest {manifest.get(key)!r}"
            )


def _check_file(
    archive: zipfile.ZipFile, manifest: Mapping[str, Any], target: str, bundled: Mapping[str, Any]
) -> Finding:
    file = bundled.get("file")
    if not isinstance(file, dict) or not isinstance(file.get("paths"), list) or not file["paths"]:
        raise BundleRefusedError(f"{MANIFEST}: the target {target!r} names a file without paths")
    path = f"{target}/{file['paths'][0]}"
    if path not in manifest["files"]:
        raise BundleRefusedError(f"{path}: is described and not in the bundle")
    if PurePosixPath(path).suffix not in _ORT_SUFFIXES:
        runtime = file.get("runtime") or "its runtime"
        return Finding(path, is_run=False, difference=0.0, text=f"hash right; {runtime} not run")
    difference, vectors = _run_vectors(archive, manifest, path, file)
    tolerance = float(file.get("tolerance", 0.0))
    # Written so that a difference that is not a number fails, too.
    if not difference <= min(tolerance, _LARGEST_TOLERANCE):
        raise BundleRefusedError(
            f"{path}: differs from the expected picture by {difference:.1e}, "
            f"more than {tolerance:.1e}"
        )
    text = f"hash right; {vectors} test vectors, difference {difference:.1e}"
    return Finding(path, is_run=True, difference=difference, text=text)


def _run_vectors(
    archive: zipfile.ZipFile, manifest: Mapping[str, Any], path: str, file: Mapping[str, Any]
) -> tuple[float, int]:
    """Run a file on all vectors of a size that it takes; return the largest difference."""
    session = _session(path, archive.read(path))
    _check_ports(path, session, file)
    largest, count = 0.0, 0
    size = file.get("size")
    for vector in _items(manifest, "vectors"):
        if size is not None and [vector.get("height"), vector.get("width")] != list(size):
            continue
        lr = _picture(archive, str(vector.get("input")))
        expected = _picture(archive, str(vector.get("expected")))
        made = _enlarge(path, session, lr, file)
        wanted = tuple(side * int(manifest["scale"]) for side in lr.shape[:2])
        if made.shape[:2] != wanted or made.shape != expected.shape:
            raise BundleRefusedError(
                f"{path}: makes a picture of {made.shape}, the card promises {wanted}"
            )
        error = np.abs(made - expected)
        is_mean = file.get("measure") == "rms"
        difference = float(np.sqrt(np.mean(error**2)) if is_mean else error.max())
        is_rounded = str(vector.get("expected")).endswith(".png")
        largest = max(largest, difference - (_ROUNDING if is_rounded else 0.0))
        count += 1
    if not count:
        raise BundleRefusedError(f"{path}: the bundle has no test vector of its size")
    return largest, count


def _session(path: str, content: bytes) -> ort.InferenceSession:
    if path.endswith(".dtmodel"):
        content = _inner_network(path, content)
    if not path.endswith(".ort") and _has_external_data(content):
        raise BundleRefusedError(f"{path}: its weights are in another file, which is never read")
    options = ort.SessionOptions()
    options.log_severity_level = _QUIET
    try:
        return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    # ONNX Runtime has no common class for its errors.
    except Exception as error:
        raise BundleRefusedError(f"{path}: ONNX Runtime refuses it ({error})") from error


def _inner_network(path: str, content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as inner:
            names = _checked_names(inner)
            found = [name for name in names if name.endswith(".onnx")]
            if len(found) != 1:
                raise BundleRefusedError(f"{path}: holds {len(found)} networks, not one")
            return inner.read(found[0])
    except zipfile.BadZipFile as error:
        raise BundleRefusedError(f"{path}: is not a zip file") from error


def _check_ports(path: str, session: ort.InferenceSession, file: Mapping[str, Any]) -> None:
    for tensors, key in ((session.get_inputs(), "input"), (session.get_outputs(), "output")):
        port = file.get(key)
        if len(tensors) != 1 or not isinstance(port, dict):
            raise BundleRefusedError(f"{path}: has {len(tensors)} {key}s, not one")
        tensor = tensors[0]
        kinds = {"float32": "tensor(float)", "uint8": "tensor(uint8)", "int8": "tensor(int8)"}
        stated = [side if isinstance(side, int) else None for side in port.get("shape", [])]
        real = [side if isinstance(side, int) else None for side in tensor.shape]
        if (tensor.name, tensor.type) != (port.get("name"), kinds.get(str(port.get("dtype")))):
            raise BundleRefusedError(
                f"{path}: its {key} is {tensor.name} {tensor.type}, the manifest says "
                f"{port.get('name')} {port.get('dtype')}"
            )
        if stated != real:
            said = f"the manifest says {port.get('shape')}"
            raise BundleRefusedError(f"{path}: its {key} has the shape {tensor.shape}, {said}")


def _enlarge(path: str, session: ort.InferenceSession, lr: Array, file: Mapping[str, Any]) -> Array:
    """Return the enlarged picture, ``(H, W, C)`` float32 from 0 to 1."""
    port = file["input"]
    is_byte = port["dtype"] == "uint8"
    feed = np.round(lr * 255).astype(np.uint8) if is_byte else lr.astype(np.float32)
    feed = feed[None] if port["layout"] == "NHWC" else feed.transpose(2, 0, 1)[None]
    try:
        result = session.run(None, {port["name"]: np.ascontiguousarray(feed)})[0]
    except Exception as error:
        raise BundleRefusedError(f"{path}: cannot be run ({error})") from error
    out = np.asarray(result)
    if out.ndim != 4:
        raise BundleRefusedError(f"{path}: gives {out.ndim} dimensions, not 4")
    made = out[0] if file["output"]["layout"] == "NHWC" else out[0].transpose(1, 2, 0)
    if made.dtype == np.uint8:
        made = made.astype(np.float32) / 255
    return shuffled(made, lr.shape[2])


def shuffled(maps: Array, colors: int) -> Array:
    """Return a picture; of a network that ends before its pixel shuffle, do the shuffle.

    Channel ``k * colors + c`` of a pixel becomes color ``c`` of its ``k``-th pixel.
    """
    height, width, channels = maps.shape
    s = round((channels // colors) ** 0.5)
    parts = maps.reshape(height, width, s, s, colors).transpose(0, 2, 1, 3, 4)
    return parts.reshape(height * s, width * s, colors)


def _picture(archive: zipfile.ZipFile, name: str) -> Array:
    """Return a test picture, ``(H, W, C)`` float32 from 0 to 1."""
    try:
        content = io.BytesIO(archive.read(name))
        if name.endswith(".npy"):
            return np.asarray(np.load(content, allow_pickle=False), dtype=np.float32)
        with Image.open(content, formats=["PNG"]) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise BundleRefusedError(f"{name}: has {image.width} x {image.height} pixels")
            pixels = np.asarray(image)
    except (KeyError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise BundleRefusedError(f"{name}: is not a test picture ({error})") from error
    return (pixels[..., None] if pixels.ndim == 2 else pixels).astype(np.float32) / 255


def _has_external_data(content: bytes) -> bool:
    """Return whether a tensor of an ONNX file keeps its values elsewhere.

    The messages of the file are walked by their numbers in onnx.proto, without the package.
    """
    # Message kind -> field -> kind of the message in it.
    kinds = {
        "model": {7: "graph", 25: "function"},
        "function": {7: "node"},
        "graph": {1: "node", 5: "tensor", 15: "sparse"},
        "node": {5: "attribute"},
        "attribute": {
            5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse",
        },
        "sparse": {1: "tensor", 2: "tensor"},
        "tensor": {},
    }  # fmt: skip
    waiting = [("model", memoryview(content))]
    while waiting:
        kind, message = waiting.pop()
        for field, value in _fields(message):
            if kind == "tensor" and (field == 13 or (field == 14 and value == 1)):
                return True
            inner = kinds[kind].get(field)
            if inner is not None and isinstance(value, memoryview):
                waiting.append((inner, value))
    return False


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yield number and value of each field of a protobuf message."""
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        field, wire = key >> 3, key & 7
        if wire == 0:
            value, position = _varint(message, position)
            yield field, value
        elif wire == 2:
            length, position = _varint(message, position)
            yield field, message[position : position + length]
            position += length
        elif wire in {1, 5}:
            position += 8 if wire == 1 else 4
        else:
            raise BundleRefusedError("a network is not an ONNX file")


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    value, shift = 0, 0
    while position < len(message) and shift < 70:
        byte = message[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position
    raise BundleRefusedError("a network is not an ONNX file")


def _sha256(archive: zipfile.ZipFile, name: str) -> str:
    try:
        digest = hashlib.sha256()
        with archive.open(name) as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise BundleRefusedError(f"{name}: is damaged ({error})") from error


def _items(tree: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    found = tree.get(key)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise BundleRefusedError(f"{MANIFEST}: {key} is not a list of objects")
    return found


def main(arguments: list[str]) -> int:
    """Check the bundle that is named and print what was found; return the exit code."""
    if len(arguments) != 1:
        print("usage: python check_bundle.py BUNDLE.zip", file=sys.stderr)  # noqa: T201
        return 2
    try:
        for finding in check_bundle(Path(arguments[0])):
            print(f"{finding.file}: {finding.text}")  # noqa: T201
    except BundleRefusedError as error:
        print(f"refused: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
