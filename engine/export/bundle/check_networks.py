"""Runs one network of an export bundle on its test vectors, in a process of its own.

    python check_networks.py BUNDLE.zip TARGET NUMBER

`check_bundle.py` starts it for each network: a network may ask for more memory than there is, or
never end, and then only this process does. The answer is one line of JSON on stdout. Like
`check_bundle.py` it needs onnxruntime, numpy and pillow only.
"""

from __future__ import annotations

import importlib
import io
import json
import math
import os
import sys
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL import Image

_MANIFEST = "manifest.json"
# A full HD result of our largest network needs less than a quarter of it.
_MAX_MEMORY_BYTES = 8 << 30
_MAX_PIXELS = 64_000_000
_MAX_INNER_BYTES = 1 << 30
_QUIET = 4
# Half of a level for the rounding of 8-bit expected pictures, and a hair for its own rounding.
_ROUNDING = 0.5 / 255 + 1e-6
_WRONG_VALUES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_TYPES = {"float32": "tensor(float)", "uint8": "tensor(uint8)", "int8": "tensor(int8)"}

Array = NDArray[Any]


class RefusedError(Exception):
    """A network is not what its manifest says; the message names the file and the fault."""


def run_vectors(
    archive: zipfile.ZipFile, manifest: Mapping[str, Any], path: str, file: Mapping[str, Any]
) -> tuple[float, int]:
    """Run a file on all vectors of a size that it takes.

    Returns:
        The largest difference from the expected pictures, in units of white, and how many vectors
        there are.

    Raises:
        RefusedError: If it cannot be run, or is not what ``manifest`` says.
    """
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
            raise RefusedError(
                f"{path}: makes a picture of {made.shape}, the card promises {wanted}"
            )
        error = np.abs(made - expected)
        is_mean = file.get("measure") == "rms"
        difference = float(np.sqrt(np.mean(error**2)) if is_mean else error.max())
        is_rounded = str(vector.get("expected")).endswith(".png")
        # Comparing would pass over a difference that is not a number.
        if not math.isfinite(difference):
            raise RefusedError(f"{path}: gives values that are not numbers")
        largest = max(largest, difference - (_ROUNDING if is_rounded else 0.0))
        count += 1
    if not count:
        raise RefusedError(f"{path}: the bundle has no test vector of its size")
    return largest, count


def _session(path: str, content: bytes) -> ort.InferenceSession:
    if path.endswith(".dtmodel"):
        content = _inner_network(path, content)
    if not path.endswith(".ort") and _external(path, content):
        raise RefusedError(f"{path}: its weights are in another file, which is never read")
    options = ort.SessionOptions()
    options.log_severity_level = _QUIET
    try:
        return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    # ONNX Runtime has no common class for its errors.
    except Exception as error:
        raise RefusedError(f"{path}: ONNX Runtime refuses it ({error})") from error


def _inner_network(path: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as inner:
        found = [info for info in inner.infolist() if info.filename.endswith(".onnx")]
        if len(found) != 1 or found[0].file_size > _MAX_INNER_BYTES:
            raise RefusedError(f"{path}: holds {len(found)} networks, not one")
        return inner.read(found[0])


def _check_ports(path: str, session: ort.InferenceSession, file: Mapping[str, Any]) -> None:
    for tensors, key in ((session.get_inputs(), "input"), (session.get_outputs(), "output")):
        port = file.get(key)
        if len(tensors) != 1 or not isinstance(port, dict):
            raise RefusedError(f"{path}: has {len(tensors)} {key}s, not one")
        tensor = tensors[0]
        stated = [side if isinstance(side, int) else None for side in port.get("shape", [])]
        real = [side if isinstance(side, int) else None for side in tensor.shape]
        if (tensor.name, tensor.type) != (port.get("name"), _TYPES.get(str(port.get("dtype")))):
            raise RefusedError(
                f"{path}: its {key} is {tensor.name} {tensor.type}, the manifest says "
                f"{port.get('name')} {port.get('dtype')}"
            )
        if stated != real:
            said = f"the manifest says {port.get('shape')}"
            raise RefusedError(f"{path}: its {key} has the shape {tensor.shape}, {said}")


def _enlarge(path: str, session: ort.InferenceSession, lr: Array, file: Mapping[str, Any]) -> Array:
    """Return the enlarged picture, ``(H, W, C)`` float32 from 0 to 1."""
    port = file["input"]
    is_byte = port["dtype"] == "uint8"
    feed = np.round(lr * 255).astype(np.uint8) if is_byte else lr.astype(np.float32)
    feed = feed[None] if port["layout"] == "NHWC" else feed.transpose(2, 0, 1)[None]
    try:
        result = session.run(None, {port["name"]: np.ascontiguousarray(feed)})[0]
    except Exception as error:
        raise RefusedError(f"{path}: cannot be run ({error})") from error
    out = np.asarray(result)
    if out.ndim != 4:
        raise RefusedError(f"{path}: gives {out.ndim} dimensions, not 4")
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
                raise RefusedError(f"{name}: has {image.width} x {image.height} pixels")
            pixels = np.asarray(image)
    except (EOFError, KeyError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise RefusedError(f"{name}: is not a test picture ({error})") from error
    return (pixels[..., None] if pixels.ndim == 2 else pixels).astype(np.float32) / 255


def _external(path: str, content: bytes) -> bool:
    try:
        return _has_external_data(content)
    except RefusedError as error:
        raise RefusedError(f"{path}: {error}") from error


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
            raise RefusedError("is not an ONNX file")


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    value, shift = 0, 0
    while position < len(message) and shift < 70:
        byte = message[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position
    raise RefusedError("is not an ONNX file")


def _items(tree: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tree[key]
    return found


def _limit_memory() -> None:
    try:
        resource = importlib.import_module("resource")
        _, highest = resource.getrlimit(resource.RLIMIT_AS)
        is_free = highest == resource.RLIM_INFINITY
        most = _MAX_MEMORY_BYTES if is_free else min(_MAX_MEMORY_BYTES, highest)
        resource.setrlimit(resource.RLIMIT_AS, (most, highest))
    # Windows has no such limit, macOS does not keep it; the time limit of the caller holds.
    except (ImportError, OSError, ValueError):
        pass


def _answer(bundle: str, target: str, number: int) -> dict[str, Any]:
    with zipfile.ZipFile(bundle) as archive:
        manifest = json.loads(archive.read(_MANIFEST))
        described = next(item for item in manifest["targets"] if item.get("name") == target)
        file = described["files"][number]["file"]
        path = f"{target}/{file['paths'][0]}"
        try:
            difference, vectors = run_vectors(archive, manifest, path, file)
        except RefusedError as error:
            return {"refused": str(error)}
        except MemoryError:
            return {"refused": f"{path}: needs more memory than {_MAX_MEMORY_BYTES >> 30} GiB"}
        # Whoever wrote the manifest may have put anything in the place of a number or a list.
        except _WRONG_VALUES as error:
            return {"refused": f"{path}: the manifest has a value that cannot be ({error})"}
    return {"difference": difference, "vectors": vectors}


def main(bundle: str, target: str, number: str) -> None:
    """Write the answer for one network to stdout."""
    # What a runtime prints must not be taken for the answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    _limit_memory()
    answers.write(json.dumps(_answer(bundle, target, int(number))) + "\n")
    answers.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
