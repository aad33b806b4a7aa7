from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import urllib.error
from pathlib import Path

import pytest

from engine.export.targets.target import ExportError
from engine.export.web import runtime_package
from engine.export.web.runtime_package import DOWNLOAD_URL, PACKAGE, runtime_files
from tests.helpers.web_demos import FAKE_RUNTIME

WASM = {"ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"}


def package(files: dict[str, bytes]) -> bytes:
    """Return an npm package with ``files`` in its folder ``dist``."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(f"package/dist/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A registry with a small package, whose hashes are the expected ones; lists downloads."""
    content = package(FAKE_RUNTIME)
    hashes = {name: hashlib.sha256(one).hexdigest() for name, one in FAKE_RUNTIME.items()}
    sha512 = base64.b64encode(hashlib.sha512(content).digest()).decode()
    asked: list[str] = []

    def download(url: str, timeout: float) -> io.BytesIO:
        asked.append(url)
        return io.BytesIO(content)

    monkeypatch.setattr(runtime_package, "_SHA256", hashes)
    monkeypatch.setattr(runtime_package, "_PACKAGE_SHA512", sha512)
    monkeypatch.setattr("urllib.request.urlopen", download)
    return asked


def test_it_is_downloaded_once_and_kept_in_the_cache(registry: list[str], own_home: Path) -> None:
    told: list[str] = []

    first = runtime_files(["wasm"], on_download=told.append)
    second = runtime_files(["wasm", "webgpu"], on_download=told.append)

    assert set(first) == WASM
    assert second == FAKE_RUNTIME
    assert registry == told == [DOWNLOAD_URL]
    assert {path.name for path in (own_home / "cache" / PACKAGE).iterdir()} == set(FAKE_RUNTIME)


def test_a_damaged_cache_is_filled_again(registry: list[str], own_home: Path) -> None:
    runtime_files(["wasm"])
    (own_home / "cache" / PACKAGE / "ort.wasm.bundle.min.mjs").write_bytes(b"damaged")

    assert runtime_files(["wasm"])["ort.wasm.bundle.min.mjs"] == b"ort.wasm.bundle.min.mjs"
    assert len(registry) == 2


@pytest.mark.parametrize("kind", ["tgz", "package", "dist"])
def test_a_copy_of_the_users_own_needs_no_network(
    tmp_path: Path, registry: list[str], kind: str
) -> None:
    folder = tmp_path / "dist"
    folder.mkdir()
    for name, content in FAKE_RUNTIME.items():
        (folder / name).write_bytes(content)
    (tmp_path / "package.tgz").write_bytes(package(FAKE_RUNTIME))
    given = {"tgz": tmp_path / "package.tgz", "package": tmp_path, "dist": folder}[kind]

    assert set(runtime_files(["wasm"], package=given)) == WASM
    assert registry == []


def test_another_version_is_refused_by_the_name_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "package.tgz").write_bytes(package(FAKE_RUNTIME))

    with pytest.raises(ExportError, match=r"package\.tgz: ort\.wasm.* is not that of"):
        runtime_files(["wasm"], package=tmp_path / "package.tgz")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"no archive", "is not an npm package"), (package({}), "has no ort.wasm"), (None, "No such")],
)
def test_what_is_no_package_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / "package.tgz").write_bytes(content)

    with pytest.raises(ExportError, match=said):
        runtime_files(["wasm"], package=tmp_path / "package.tgz")


def test_without_network_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(url: str, timeout: float) -> io.BytesIO:
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setattr("urllib.request.urlopen", offline)

    with pytest.raises(ExportError, match=r"Name or service not known.*npm pack.*--runtime"):
        runtime_files(["wasm"])


def test_a_download_that_was_changed_on_its_way_is_not_kept(
    registry: list[str], own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("urllib.request.urlopen", lambda _url, timeout: io.BytesIO(b"a login page"))

    with pytest.raises(ExportError, match="is not the package, by its hash"):
        runtime_files(["wasm"])
    assert not (own_home / "cache" / PACKAGE).exists()
