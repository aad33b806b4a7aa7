"""ONNX Runtime Web, which runs the network in browsers: a package of the npm registry.

It is not part of the product: it is downloaded when a demo is first made, or taken from a copy
of the user's own. Only the files with the hashes below are ever used.
"""

from __future__ import annotations

import base64
import hashlib
import io
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from engine.core.atomic_file import make_folder, write_bytes_atomic
from engine.core.errors import EngineError
from engine.core.places import cache_folder
from engine.core.regular_file import read_regular
from engine.export.targets.target import ExportError

VERSION = "1.30.0"
PACKAGE = f"onnxruntime-web-{VERSION}"
DOWNLOAD_URL = f"https://registry.npmjs.org/onnxruntime-web/-/{PACKAGE}.tgz"
# As the registry states it ("dist.integrity").
_PACKAGE_SHA512 = (
    "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=="
)
_MAX_PACKAGE_BYTES = 64 << 20
_MAX_FILE_BYTES = 64 << 20
_TIMEOUT_S = 60

Provider: TypeAlias = Literal["wasm", "webgpu"]
"""What computes: the CPU by WebAssembly, or the GPU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeBuild:
    """A build of ONNX Runtime Web.

    Attributes:
        script: Its JavaScript module.
        binary: Its WebAssembly.
    """

    script: str
    binary: str


BUILDS: dict[Provider, RuntimeBuild] = {
    "wasm": RuntimeBuild(script="ort.wasm.bundle.min.mjs", binary="ort-wasm-simd-threaded.wasm"),
    # Twice as large as the other, and slower on the CPU.
    "webgpu": RuntimeBuild(
        script="ort.webgpu.bundle.min.mjs", binary="ort-wasm-simd-threaded.asyncify.wasm"
    ),
}
_SHA256 = {
    "ort.wasm.bundle.min.mjs": "11e64bd8ffe11bd1a2a2f0d6275fdfbbba7262f0b76b99b53d228a8a22ef3d90",
    "ort-wasm-simd-threaded.wasm": (
        "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2"
    ),
    "ort.webgpu.bundle.min.mjs": "0730816731ce2cdfb06f273da065d4a1c7091eb9d1756a83b2916c8a89d015e2",
    "ort-wasm-simd-threaded.asyncify.wasm": (
        "39f9f0894d478800487ed9f7dbe92618498db320cf55c8e3d89adff8dce658da"
    ),
}
_WAY_OUT = (
    f"Where there is network, npm pack onnxruntime-web@{VERSION} downloads the package; name its "
    "file with --runtime"
)


def runtime_files(
    providers: Sequence[Provider],
    *,
    package: Path | None = None,
    on_download: Callable[[str], None] = lambda _url: None,
) -> dict[str, bytes]:
    """Return the files of the builds for ``providers``, by name.

    Args:
        providers: What the page may compute with.
        package: The npm package as a folder or ``.tgz`` file; None takes the copy in the cache,
            and downloads it first if there is none.
        on_download: Called with the address before it is downloaded.

    Raises:
        ExportError: If it cannot be downloaded, or is not that package.
        OutputError: If the cache cannot be written.
    """
    builds = [BUILDS[provider] for provider in providers]
    names = [name for build in builds for name in (build.script, build.binary)]
    if package is not None:
        return _checked(_read_package(package, names), names, str(package))
    cache = cache_folder() / PACKAGE
    found = _read_folder(cache, names)
    if len(found) < len(names) or not all(_is_right(*item) for item in found.items()):
        on_download(DOWNLOAD_URL)
        _fill_cache(cache)
        found = _read_folder(cache, names)
    return _checked(found, names, str(cache))


def _fill_cache(cache: Path) -> None:
    names = list(_SHA256)
    files = _checked(_unpack(_download(), names), names, DOWNLOAD_URL)
    make_folder(cache)
    for name, file in files.items():
        write_bytes_atomic(cache / name, file)


def _download() -> bytes:
    try:
        with urllib.request.urlopen(DOWNLOAD_URL, timeout=_TIMEOUT_S) as response:
            content: bytes = response.read(_MAX_PACKAGE_BYTES)
    except (OSError, urllib.error.URLError) as error:
        reason = getattr(error, "reason", None) or error
        raise ExportError(f"{DOWNLOAD_URL}: cannot be downloaded ({reason}). {_WAY_OUT}") from error
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != _PACKAGE_SHA512:
        raise ExportError(
            f"{DOWNLOAD_URL}: what came is not the package, by its hash; something between here "
            f"and the registry changes it. {_WAY_OUT}"
        )
    return content


def _read_package(package: Path, names: Sequence[str]) -> dict[str, bytes]:
    if package.is_dir():
        folder = package / "dist"
        return _read_folder(folder if folder.is_dir() else package, names)
    try:
        return _unpack(read_regular(package, max_bytes=_MAX_PACKAGE_BYTES), names)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ExportError(f"{package}: cannot be read ({reason}). {_WAY_OUT}") from error


def _read_folder(folder: Path, names: Sequence[str]) -> dict[str, bytes]:
    """Return the files of ``folder`` that are there."""
    found = {}
    for name in names:
        try:
            found[name] = read_regular(folder / name, max_bytes=_MAX_FILE_BYTES)
        except (OSError, ValueError):
            continue
    return found


def _unpack(package: bytes, names: Sequence[str]) -> dict[str, bytes]:
    found = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(package), mode="r:gz") as archive:
            for member in archive:
                name = member.name.removeprefix("package/dist/")
                if name in names and member.isfile() and member.size <= _MAX_FILE_BYTES:
                    file = archive.extractfile(member)
                    assert file is not None
                    found[name] = file.read()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ValueError(f"is not an npm package: {error}") from error
    return found


def _checked(files: dict[str, bytes], names: Sequence[str], source: str) -> dict[str, bytes]:
    for name in names:
        if name not in files:
            raise ExportError(f"{source}: has no {name}, so is not the npm package. {_WAY_OUT}")
        if not _is_right(name, files[name]):
            raise ExportError(
                f"{source}: {name} is not that of onnxruntime-web {VERSION}. {_WAY_OUT}"
            )
    return files


def _is_right(name: str, content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == _SHA256[name]


def main(arguments: list[str]) -> int:
    """Copy all files of ONNX Runtime Web into the folder that ``arguments`` names, for tests."""
    folder = Path(arguments[0])
    try:
        files = runtime_files(list(BUILDS))
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    # Complete or not there at all: a folder that exists is not looked at again.
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        part = Path(scratch) / folder.name
        part.mkdir()
        for name, content in files.items():
            (part / name).write_bytes(content)
        part.rename(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
