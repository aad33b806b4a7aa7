from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from engine.core.places import cache_folder
from engine.data.photo_cache import PhotoCache


@pytest.mark.parametrize("is_named", [False, True])
def test_decoded_photos_are_private_unless_people_named_the_place(
    tmp_path: Path, is_named: bool
) -> None:
    folder = tmp_path / "shared" if is_named else cache_folder() / "photos"
    cache, codes = PhotoCache(folder), np.full((2, 3, 3), 7, np.uint8)
    before = os.umask(0o022)
    try:
        cache.keep("ab01", codes)
    finally:
        os.umask(before)

    (file,) = (path for path in folder.rglob("*") if path.is_file())
    assert file.parent.stat().st_mode & 0o777 == (0o755 if is_named else 0o700)
    kept = cache.open("ab01")
    assert kept is not None
    assert np.array_equal(kept, codes)
