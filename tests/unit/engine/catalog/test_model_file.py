from __future__ import annotations

from pathlib import Path

import pytest

from engine.catalog.card import ModelFile
from engine.catalog.model_file import check_content_once, check_hash, check_size
from engine.core.errors import BadCardError
from engine.core.file_hash import hash_file


def test_size_and_hash_of_a_file_are_compared_with_its_card(tmp_path: Path) -> None:
    file = tmp_path / "net.onnx"
    file.write_bytes(b"weights")
    entry = ModelFile(file=file.name, sha256=hash_file(file), bytes=7)
    assert check_hash(entry, tmp_path) == file
    file.write_bytes(b"weightS")
    assert check_size(entry, tmp_path) == file
    with pytest.raises(BadCardError, match="content"):
        check_hash(entry, tmp_path)
    file.write_bytes(b"cut")
    with pytest.raises(BadCardError, match="3 bytes"):
        check_size(entry, tmp_path)
    file.unlink()
    with pytest.raises(BadCardError, match="cannot be read"):
        check_size(entry, tmp_path)


def test_a_content_is_compared_again_when_the_file_was_replaced(tmp_path: Path) -> None:
    file = tmp_path / "net.onnx"
    file.write_bytes(b"weights")
    sha256 = hash_file(file)
    check_content_once(file, sha256)
    newer = tmp_path / "newer"
    newer.write_bytes(b"weightS")
    newer.replace(file)
    with pytest.raises(BadCardError, match="content"):
        check_content_once(file, sha256)
