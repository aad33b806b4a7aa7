"""Checks an export bundle, on any machine with onnxruntime, numpy and pillow.

    python check_bundle.py BUNDLE.zip

`check_networks.py` must lie beside it. Nothing of the zip is unpacked to the disk. First its names,
sizes and hashes are compared with the manifest; then every file that ONNX Runtime can load is run
on the test vectors and compared with the expected pictures, each in a process of its own with a
limit of time and memory. Files of other runtimes are compared by their hash only, and the result
says so. Neither file needs anything of the product that wrote the bundle.
"""

from __future__ import annotations

import hashlib
import io
import json
import stat
import subprocess
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

MANIFEST = "manifest.json"
_CHILD = Path(__file__).with_name("check_networks.py")
_SECONDS = 300.0
_MAX_MEMBERS = 2000
_MAX_MEMBER_BYTES = 1 << 30
_MAX_TOTAL_BYTES = 4 << 30
# Far above what weights and pictures reach; a zip bomb has thousands.
_MAX_RATIO = 200
_MAX_JSON_BYTES = 4 << 20
_MAX_NAME_CHARS = 200
_MAX_ERROR_CHARS = 300
_ORT_SUFFIXES = {".onnx", ".ort", ".dtmodel"}
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# No file of a bundle may differ by a quarter of white, whatever its manifest allows.
_LARGEST_TOLERANCE = 0.25
# Programs that a bundle has. Others could stand in for the packages that these import.
_PROGRAMS = {"check_bundle.py", "check_networks.py", "snippets/python/upscale.py"}
# Names that Windows gives to devices, with any suffix.
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{n}{i}" for n in ("com", "lpt") for i in range(1, 10)}
# What reading a damaged or encrypted zip raises.
_UNREADABLE = (
    OSError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zipfile.LargeZipFile,
    zlib.error,
)  # fmt: skip
_WRONG_VALUES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


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


@dataclass(frozen=True)
class _Exported:
    """One exported file of a bundle, as the manifest describes it."""

    bundle: Path
    target: str
    number: int
    file: Mapping[str, Any]
    path: str


def check_bundle(path: Path, *, seconds: float = _SECONDS) -> Iterator[Finding]:
    """Check a bundle and yield the result for each exported file.

    Args:
        path: The bundle.
        seconds: How long a network may run on all its test vectors.

    Raises:
        BundleRefusedError: If it is not whole, is not what its manifest says, or a file does
            not give the expected picture.
    """
    # Opening a pipe would wait for its other end forever.
    if not path.is_file():
        what = "is not a file" if path.exists() else "there is no such file"
        raise BundleRefusedError(f"{path}: {what}; name an export bundle")
    with _opened(path) as archive:
        try:
            names = _checked_names(archive, path.stat().st_size)
            manifest = _json(archive, MANIFEST, names)
            _check_hashes(archive, manifest, names)
            _check_card(archive, manifest, names)
            for target in _items(manifest, "targets"):
                for number, bundled in enumerate(_items(target, "files")):
                    exported = _described(path, manifest, target, number, bundled)
                    if exported.path.endswith(".dtmodel"):
                        _check_inner(exported.path, archive.read(exported.path))
                    if PurePosixPath(exported.path).suffix in _ORT_SUFFIXES:
                        yield _run(exported, seconds)
                    else:
                        yield _not_run(exported)
        except _UNREADABLE as error:
            raise BundleRefusedError(f"{path}: is damaged or encrypted ({error})") from error
        # Whoever wrote the manifest may have put anything in the place of a number or a list.
        except _WRONG_VALUES as error:
            raise BundleRefusedError(f"{MANIFEST}: has a value that cannot be ({error})") from error


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    # A damaged directory may hold any number in any place.
    except (*_UNREADABLE, *_WRONG_VALUES, MemoryError) as error:
        raise BundleRefusedError(f"{path}: is not a zip file that can be read ({error})") from error


def _checked_names(archive: zipfile.ZipFile, size_bytes: int) -> frozenset[str]:
    """Return the names in the zip after refusing all that a bundle never holds."""
    infos = archive.infolist()
    if len(infos) > _MAX_MEMBERS:
        raise BundleRefusedError(f"it holds {len(infos)} files, more than any bundle")
    names: set[str] = set()
    folded: set[str] = set()
    for info in infos:
        _check_member(info)
        # Some systems have one file for names that differ by case or by how they are composed.
        same = unicodedata.normalize("NFKC", info.filename).casefold()
        if same in folded:
            raise BundleRefusedError(f"{info.filename}: occurs twice")
        folded.add(same)
        names.add(info.filename)
    total_bytes = sum(info.file_size for info in infos)
    # Members may share their content in the zip, each with a plausible ratio of its own.
    if total_bytes > min(_MAX_TOTAL_BYTES, _MAX_RATIO * max(size_bytes, 1024)):
        raise BundleRefusedError("it unpacks to more than any bundle holds")
    return frozenset(names)


def _check_member(info: zipfile.ZipInfo) -> None:
    name = info.filename
    parts = PurePosixPath(name).parts
    # Compared with what was written: reading a name cuts it at a zero, and turns backslashes.
    is_changed = info.orig_filename != name
    leads_out = name.startswith("/") or ".." in parts or any(c in name for c in "\\:\0")
    if not parts or leads_out or is_changed:
        raise BundleRefusedError(f"{info.orig_filename!r}: a name that leads out of the bundle")
    is_plain = name.isascii() and name.isprintable() and len(name) <= _MAX_NAME_CHARS
    devices = {part.split(".")[0].casefold() for part in parts} & _DEVICES
    if not is_plain or devices or any(part[-1] in " ." for part in parts):
        raise BundleRefusedError(f"{name!r}: a name that no bundle has")
    if name.endswith("/") or stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG}:
        raise BundleRefusedError(f"{name}: is a link, a folder or a device, not a file")
    if name.endswith((".py", ".pyc", ".pyd", ".so", ".dll", ".pth")) and name not in _PROGRAMS:
        raise BundleRefusedError(f"{name}: a program that no bundle has")
    if info.flag_bits & 1 or info.compress_type not in _METHODS:
        raise BundleRefusedError(f"{name}: is encrypted, or packed in a way that bundles are not")
    if info.file_size > _MAX_MEMBER_BYTES:
        raise BundleRefusedError(f"{name}: claims {info.file_size} bytes")
    if info.file_size > _MAX_RATIO * max(info.compress_size, 1024):
        raise BundleRefusedError(f"{name}: unpacks to far more than it holds")


def _json(archive: zipfile.ZipFile, name: str, names: frozenset[str]) -> dict[str, Any]:
    if name not in names:
        raise BundleRefusedError(f"{name}: is missing, so this is not an export bundle")
    if archive.getinfo(name).file_size > _MAX_JSON_BYTES:
        raise BundleRefusedError(f"{name}: is larger than any of ours")
    try:
        tree = json.loads(archive.read(name))
    except (ValueError, *_UNREADABLE) as error:
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


def _described(
    bundle: Path,
    manifest: Mapping[str, Any],
    target: Mapping[str, Any],
    number: int,
    bundled: Mapping[str, Any],
) -> _Exported:
    name = str(target.get("name", ""))
    file = bundled.get("file")
    if not isinstance(file, dict) or not isinstance(file.get("paths"), list) or not file["paths"]:
        raise BundleRefusedError(f"{MANIFEST}: the target {name!r} names a file without paths")
    path = f"{name}/{file['paths'][0]}"
    if path not in manifest["files"]:
        raise BundleRefusedError(f"{path}: is described and not in the bundle")
    return _Exported(bundle=bundle, target=name, number=number, file=file, path=path)


def _check_inner(path: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as inner:
            _checked_names(inner, len(content))
    except (*_UNREADABLE, *_WRONG_VALUES) as error:
        raise BundleRefusedError(f"{path}: is not a zip file ({error})") from error
    except BundleRefusedError as error:
        raise BundleRefusedError(f"{path}: {error}") from error


def _not_run(exported: _Exported) -> Finding:
    text = f"hash right; {exported.file.get('runtime') or 'its runtime'} not run"
    return Finding(exported.path, is_run=False, difference=0.0, text=text)


def _run(exported: _Exported, seconds: float) -> Finding:
    """Run a network in a process of its own."""
    path = exported.path
    tolerance = float(exported.file.get("tolerance", 0.0))
    if not 0 <= tolerance <= _LARGEST_TOLERANCE:
        raise BundleRefusedError(
            f"{path}: the manifest allows a difference of {tolerance:g}, not one from 0 to "
            f"{_LARGEST_TOLERANCE}"
        )
    answer = _asked(exported, seconds)
    if "refused" in answer:
        raise BundleRefusedError(str(answer["refused"]))
    difference, vectors = float(answer["difference"]), int(answer["vectors"])
    # Written so that a difference that is not a number fails, too.
    if not difference <= tolerance:
        raise BundleRefusedError(
            f"{path}: differs from the expected picture by {difference:.1e}, "
            f"more than {tolerance:.1e}"
        )
    text = f"hash right; {vectors} test vectors, difference {difference:.1e}"
    return Finding(path, is_run=True, difference=difference, text=text)


def _asked(exported: _Exported, seconds: float) -> dict[str, Any]:
    path = exported.path
    if not _CHILD.is_file():
        raise BundleRefusedError(
            f"{_CHILD}: is missing; unpack {_CHILD.name} from the bundle beside this program"
        )
    words = [str(exported.bundle.resolve()), exported.target, str(exported.number)]
    try:
        done = subprocess.run(
            [sys.executable, str(_CHILD), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BundleRefusedError(f"{path}: has not finished after {seconds:.0f} s") from error
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        how = f"signal {-done.returncode}" if done.returncode < 0 else f"code {done.returncode}"
        text = " ".join(done.stderr.decode(errors="replace").split())[-_MAX_ERROR_CHARS:]
        raise BundleRefusedError(
            f"{path}: the process that ran it ended with {how} {text}".rstrip()
        ) from error
    return answer


def _sha256(archive: zipfile.ZipFile, name: str) -> str:
    try:
        digest = hashlib.sha256()
        with archive.open(name) as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()
    except _UNREADABLE as error:
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
