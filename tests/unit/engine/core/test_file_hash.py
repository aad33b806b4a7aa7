from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.file_hash import hash_file


def test_the_hash_is_the_published_one_of_a_known_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")

    # FIPS 180-2, appendix B.1.
    assert hash_file(tmp_path / "a") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_a_folder_has_no_hash(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="it is a folder"):
        hash_file(tmp_path)
