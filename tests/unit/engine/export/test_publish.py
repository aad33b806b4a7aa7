"""A run becomes files and a card that agree with each other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.catalog.card import check_hash, read_card
from engine.config.parts import DataRecipe, GeneratorRecipe, ScheduleRecipe
from engine.config.recipes import GanRecipe, PsnrRecipe, dump_recipe
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError
from engine.export.publish import PublishRequest, publish_run
from engine.runs.run_folder import RunFolder
from engine.training.build import build_scheme
from engine.training.run import run_training


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    for seed in range(2):
        small = np.random.default_rng(seed).integers(0, 256, (12, 14, 3), dtype=np.uint8)
        Image.fromarray(small).resize((112, 96), Image.Resampling.BICUBIC).save(
            folder / f"{seed}.png"
        )
    return folder


@pytest.fixture(scope="module")
def run(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _train(PsnrRecipe, photos, tmp_path_factory)


def _train(
    kind: type[PsnrRecipe | GanRecipe], photos: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    recipe = kind(
        name="tiny-x2",
        data=DataRecipe(
            folder=str(photos),
            cache_folder=str(tmp_path_factory.mktemp("cache")),
            patch_px=12,
            batch_size=2,
        ),
        schedule=ScheduleRecipe(steps=3),
        generator=GeneratorRecipe(scale=2, channels=16, blocks=1),
    )
    folder = RunFolder.create(
        tmp_path_factory.mktemp("runs"), "tiny", recipe_yaml=dump_recipe(recipe), environment=b"{}"
    )
    run_training(
        recipe,
        folder,
        build_scheme=build_scheme,
        token=CancelToken(),
        report=lambda _: None,
    )
    return folder.path


def _request(run: Path, photos: Path, folder: Path) -> PublishRequest:
    return PublishRequest(
        run=run,
        folder=folder,
        name="Tiny",
        version="1",
        calibration=photos,
        benchmarks=(photos,),
        tile_px=32,
    )


def test_card_describes_the_files_beside_it(run: Path, photos: Path, tmp_path: Path) -> None:
    publish_run(_request(run, photos, tmp_path))

    card = read_card(tmp_path / "tiny-x2.json")
    assert card.kind == "faithful"
    assert [variant.precision for variant in card.variants] == ["fp32", "int8"]
    for variant in card.variants:
        check_hash(variant, tmp_path)
    assert card.scale == 2
    assert card.receptive_field_px == 13
    assert {figure.metric for figure in card.quality} == {
        "psnr_y_db",
        "ssim_y",
        "psnr_rgb_db",
        "consistency_codes",
    }
    assert card.training["step"] == 3


def test_what_an_adversary_trained_is_vivid(
    photos: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = _train(GanRecipe, photos, tmp_path_factory)
    card = publish_run(replace(_request(run, photos, tmp_path), twin="other", is_default=True))

    assert (card.kind, card.twin, card.is_default) == ("vivid", "other", True)


def test_card_names_no_folder_of_the_trainer(run: Path, photos: Path, tmp_path: Path) -> None:
    publish_run(_request(run, photos, tmp_path))

    assert str(photos) not in (tmp_path / "tiny-x2.json").read_text()


def test_a_run_without_checkpoint_is_refused(run: Path, photos: Path, tmp_path: Path) -> None:
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "recipe.yaml").write_bytes((run / "recipe.yaml").read_bytes())

    with pytest.raises(ConfigError, match="no checkpoint"):
        publish_run(_request(tmp_path, photos, tmp_path))


def test_publishing_without_a_measurement_is_refused(run: Path, tmp_path: Path) -> None:
    request = PublishRequest(
        run=run, folder=tmp_path, name="Tiny", version="1", calibration=tmp_path, benchmarks=()
    )

    with pytest.raises(ConfigError, match="benchmark"):
        publish_run(request)
