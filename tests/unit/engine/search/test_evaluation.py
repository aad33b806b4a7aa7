from __future__ import annotations

import shutil
from pathlib import Path

from engine.search.evaluation import open_proxy
from tests.helpers.toy_search import save_photos, toy_recipe


def test_kept_crops_stand_in_for_the_photos_unless_they_are_compared(tmp_path: Path) -> None:
    proxy, kept = toy_recipe(tmp_path).proxy, tmp_path / "crops.safetensors"
    first = open_proxy(proxy, scale=2, kept=kept).sha256
    shutil.rmtree(tmp_path / "photos")

    assert open_proxy(proxy, scale=2, kept=kept).sha256 == first
    save_photos(tmp_path / "photos", side_px=80)
    assert open_proxy(proxy, scale=2, kept=kept).sha256 == first
    assert open_proxy(proxy, scale=2, kept=kept, is_fresh=True).sha256 != first


def test_a_damaged_copy_is_read_from_the_photos_again(tmp_path: Path) -> None:
    proxy, kept = toy_recipe(tmp_path).proxy, tmp_path / "crops.safetensors"
    first = open_proxy(proxy, scale=2, kept=kept).sha256
    kept.write_bytes(b"torn")

    assert open_proxy(proxy, scale=2, kept=kept).sha256 == first
