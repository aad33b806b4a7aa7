from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.core.errors import ConfigError
from engine.data.batch import Batch
from engine.data.patches import PatchSampler
from engine.data.photo_store import open_photo_store
from tests.helpers.training import write_photos


def sampler(
    tmp_path: Path, *, seed: int = 0, patch_px: int = 8, part: int = 0, parts: int = 1
) -> PatchSampler:
    folder = tmp_path / "photos"
    if not folder.exists():
        write_photos(folder)
    store = open_photo_store(folder, tmp_path / "cache", scale=2)
    return PatchSampler(
        store, scale=2, patch_px=patch_px, batch_size=4, seed=seed, part=part, parts=parts
    )


def equal(one: Batch, other: Batch) -> bool:
    return torch.equal(one.lr, other.lr) and torch.equal(one.hr, other.hr)


def test_a_batch_depends_on_seed_and_step_alone(tmp_path: Path) -> None:
    first = sampler(tmp_path, seed=3)
    first.batch(0)

    assert equal(first.batch(7), sampler(tmp_path, seed=3).batch(7))
    assert not equal(first.batch(7), first.batch(8))
    assert not equal(first.batch(7), sampler(tmp_path, seed=4).batch(7))


def test_a_batch_has_both_sizes_and_stays_in_range(tmp_path: Path) -> None:
    batch = sampler(tmp_path).batch(0)

    assert batch.lr.shape == (4, 3, 8, 8)
    assert batch.hr.shape == (4, 3, 16, 16)
    assert batch.hr.dtype == torch.float32
    assert 0 <= float(batch.hr.min()) < float(batch.hr.max()) <= 1


def test_parts_make_up_the_whole_batch(tmp_path: Path) -> None:
    whole = sampler(tmp_path).batch(5)

    parts = [sampler(tmp_path, part=part, parts=2).batch(5) for part in (0, 1)]

    joined = Batch(lr=torch.cat([p.lr for p in parts]), hr=torch.cat([p.hr for p in parts]))
    assert equal(joined, whole)


def test_lr_and_hr_show_the_same_place_the_same_way_round(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    ramp = np.linspace(0, 255, 64).astype(np.uint8)
    picture = np.stack(np.broadcast_arrays(ramp[:, None], ramp[None, :], ramp[::-1, None]), axis=2)
    Image.fromarray(picture).save(folder / "ramp.png")

    batch = sampler(tmp_path, patch_px=16).batch(0)

    reduced = torch.nn.functional.avg_pool2d(batch.hr, 2)
    assert float((reduced - batch.lr).abs().max()) < 3 / 255


def test_all_eight_symmetries_occur(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    picture = np.arange(16 * 16 * 3, dtype=np.uint8).reshape(16, 16, 3)
    Image.fromarray(picture).save(folder / "one.png")
    source = sampler(tmp_path, patch_px=8)

    corners = {tuple(source.batch(step).hr[0, :, 0, 0].tolist()) for step in range(60)}
    seen = {(source.batch(step).hr[0].numpy().tobytes()) for step in range(60)}

    assert len(corners) == 4
    assert len(seen) == 8


def test_every_place_of_every_photo_is_equally_likely(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    # At scale 2 and 8 LR pixels: 1 place, 9 * 25 places and none at all.
    for name, size, value in (("a", (16, 16), 10), ("b", (32, 64), 200), ("c", (15, 90), 90)):
        Image.new("L", size, value).save(folder / f"{name}.png")
    source = sampler(tmp_path, patch_px=8)

    means = torch.cat([source.batch(step).hr.mean(dim=(1, 2, 3)) for step in range(400)])

    assert source.unused == ("c.png",)
    assert {round(255 * float(mean)) for mean in means} <= {10, 200}
    # 1600 draws of which 1 in 226 is of the small one: 7.1 expected, 1 to 25 within any chance.
    assert 1 <= int((means < 0.1).sum()) <= 25


def test_patches_larger_than_every_photo_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="patch_px=32"):
        sampler(tmp_path, patch_px=32)


def test_a_batch_that_does_not_split_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="3 processes"):
        sampler(tmp_path, parts=3)
    with pytest.raises(ValueError, match="3 equal parts"):
        sampler(tmp_path).batch(0).split(3)
