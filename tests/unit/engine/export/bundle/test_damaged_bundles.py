"""Bundles that were damaged on their way, and zips made to harm whoever opens them.

Each is refused with words that name it; none gives another error, takes all memory or writes
anything.
"""

from __future__ import annotations

import os
import struct
import warnings
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core.errors import BadCardError
from engine.export.bundle.check_bundle import BundleRefusedError, check_bundle
from engine.export.bundle.manifest import read_bundle_picture, read_manifest
from tests.helpers.bundles import Contents, changed, refusal, right_bundle, zipped


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> Contents:
    """The files of a right bundle."""
    return right_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory, contents: Contents) -> bytes:
    """A right bundle as it lies on the disk."""
    return zipped(tmp_path_factory.mktemp("zip") / "right.zip", contents).read_bytes()


def test_the_bundle_that_is_changed_here_is_right(tmp_path: Path, contents: Contents) -> None:
    findings = list(check_bundle(zipped(tmp_path / "right.zip", contents)))

    assert [finding.is_run for finding in findings] == [True, True]


# Paths that are no bundle


def test_a_folder_is_refused_by_name(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path}: is not a file; name an export bundle"


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    assert "there is no such file" in refusal(tmp_path / "none.zip")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with a name")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.zip")

    assert "is not a file" in refusal(tmp_path / "pipe.zip")


def test_a_file_without_permission_is_refused_by_name(
    tmp_path: Path, contents: Contents, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(tmp_path / "closed.zip", contents)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    # Root may read everything, so the refusal of the system is put in its place.
    monkeypatch.setattr(zipfile, "ZipFile", refuse)

    assert "Permission denied" in refusal(path)


# Damage


@pytest.mark.parametrize("part", [0, 1, 3, 21, 22, 29, 64, 0.1, 0.5, 0.9, -1, -21, -22, -23, -400])
def test_a_bundle_that_ends_early_is_refused(
    tmp_path: Path, contents: Contents, part: float
) -> None:
    path = zipped(tmp_path / "cut.zip", contents)
    content = path.read_bytes()
    length = int(part * len(content)) if 0 < part < 1 else int(part)
    path.write_bytes(content[:length])

    assert "cut.zip" in refusal(path)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_flipped_bits_pass_or_are_refused(
    tmp_path: Path, right: bytes, data: st.DataObject
) -> None:
    """Half of the flips lie in the directory of the zip, which says where everything is."""
    path = tmp_path / "flipped.zip"
    content = bytearray(right)
    (directory,) = struct.unpack_from("<I", content, len(content) - 6)
    first = data.draw(st.sampled_from([0, directory]))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(first, len(content) - 1))] ^= 1 << data.draw(
            st.integers(0, 7)
        )
    path.write_bytes(content)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            findings = list(check_bundle(path, seconds=60))
        except BundleRefusedError:
            findings = []
        for read in (read_manifest, lambda bundle: read_bundle_picture(bundle, "onnx")):
            with suppress(BadCardError):
                read(path)

    assert len(findings) in {0, 2}
    assert [item.name for item in tmp_path.iterdir()] == ["flipped.zip"]


# Names


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "onnx/../../evil.txt",
        "/etc/evil.txt",
        "//host/share/evil.txt",
        "C:/evil.txt",
        "onnx\\..\\evil.txt",
        "evil.txt:stream",
        "..",
        ".",
        "evil\0.txt",
        "\u2025/evil.txt",
        "onnx/\u202egpj.exe",
        "e\u0301vil.txt",
        "line\nbreak.txt",
        "con",
        "onnx/NUL.txt",
        "com1.txt",
        "evil.txt.",
        "evil.txt ",
        "onnx /evil.txt",
        "a" * 300,
        "numpy.py",
        "onnxruntime/__init__.py",
        "snippets/python/numpy.py",
        "onnx/evil.so",
        "folder/",
        "README.MD",
        "Card.json",
        "card.json",
    ],
)
def test_a_name_that_no_bundle_has_is_refused(
    tmp_path: Path, contents: Contents, name: str
) -> None:
    path = zipped(tmp_path / "bundle.zip", contents)
    with zipfile.ZipFile(path, "a") as bundle, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is there twice
        # Set afterwards, because writing corrects some names.
        info = zipfile.ZipInfo("x")
        info.filename = name
        bundle.writestr(info, b"x")
        if name == "README.MD":
            bundle.writestr("readme.md", b"x")

    assert refusal(path)
    assert [item.name for item in tmp_path.iterdir()] == ["bundle.zip"]


@pytest.mark.parametrize("kind", [0o120777, 0o040755, 0o010644, 0o020644, 0o060644, 0o140777])
def test_links_folders_pipes_and_devices_are_refused(
    tmp_path: Path, contents: Contents, kind: int
) -> None:
    path = zipped(tmp_path / "bundle.zip", contents)
    info = zipfile.ZipInfo("thing")
    info.external_attr = kind << 16
    with zipfile.ZipFile(path, "a") as bundle:
        bundle.writestr(info, "/etc/passwd")

    assert "thing: is a link, a folder or a device" in refusal(path)


# Size


def test_a_bomb_in_a_bomb_is_not_unpacked(tmp_path: Path, contents: Contents) -> None:
    inner = zipped(tmp_path / "inner.zip", {f"{n}": bytes(30_000_000) for n in range(4)})
    bomb = changed(contents, {"darktable/tiny.dtmodel": inner.read_bytes()})

    assert "darktable/tiny.dtmodel" in refusal(zipped(tmp_path / "bundle.zip", bomb))


def test_members_that_share_their_content_are_a_bomb(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bundle.zip", {"a": os.urandom(1000) + bytes(150_000)})
    content = bytearray(path.read_bytes())
    (start,) = struct.unpack_from("<I", content, len(content) - 6)
    entry = bytes(content[start : start + 46 + 1])
    count = 300
    entries = b"".join(entry[:46] + bytes([32 + n % 90]) for n in range(count))
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(entries), start, 0)
    path.write_bytes(bytes(content[:start]) + entries + end)

    assert refusal(path)


@pytest.mark.parametrize("size", [1 << 31, (1 << 32) - 1])
def test_a_size_that_is_claimed_is_not_reserved(
    tmp_path: Path, contents: Contents, size: int
) -> None:
    path = zipped(tmp_path / "bundle.zip", contents)
    content = bytearray(path.read_bytes())
    (directory,) = struct.unpack_from("<I", content, len(content) - 6)
    struct.pack_into("<I", content, directory + 24, size)
    path.write_bytes(content)

    assert refusal(path)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bundle.zip", {f"{number}": b"" for number in range(2500)})

    assert "2500 files" in refusal(path)


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"schema_version": 1, "files": ' + b"9" * 10_000 + b"}",
        b'{"schema_version": NaN}',
        b'"' + os.urandom(5_000_000).hex().encode() + b'"',
    ],
    ids=["deep list", "deep object", "long number", "not a number", "large"],
)
def test_a_manifest_that_would_exhaust_a_reader_is_refused(
    tmp_path: Path, contents: Contents, content: bytes
) -> None:
    path = zipped(tmp_path / "bundle.zip", contents | {"manifest.json": content})

    assert "manifest.json" in refusal(path)
    with pytest.raises(BadCardError, match=r"bundle\.zip"):
        read_manifest(path)
