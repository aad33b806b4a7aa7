"""The two searches of TPSR, so small that one trains its candidates in a second or two."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.config.search import CandidateTraining, ProxyRecipe, SearchRecipe
from engine.config.spaces import TpsrDiscriminatorSpaceRecipe, TpsrSpaceRecipe
from tests.helpers.tiny_onnx import write_distance_onnx
from tests.helpers.toy_search import save_photos

_GENERATORS = TpsrSpaceRecipe(channels=(4, 6), operations=(None, "sep3", "conv3"), nodes=1)
_DISCRIMINATORS = TpsrDiscriminatorSpaceRecipe(
    channels=(4, 6), cells=(1, 2), operations=(None, "conv3")
)


def toy_generators(folder: Path, **changes: object) -> SearchRecipe:
    """Return the recipe of a search of generators in files that are made in ``folder``."""
    recipe = SearchRecipe(
        name="generators",
        training=CandidateTraining(recipe=_training(folder, "psnr")),
        proxy=_proxy(folder),
        space=_GENERATORS,
        objectives=("psnr_y_db",),
        constraints={"gmacs": 0.0008},
        algorithm="ofa",
        population=2,
        budget=3,
        height_px=16,
        width_px=16,
    )
    return _changed(recipe, changes)


def toy_discriminators(folder: Path, generators: Path, **changes: object) -> SearchRecipe:
    """Return the recipe of a search of discriminators for the best of ``generators``."""
    lpips = folder / "distance.onnx"
    write_distance_onnx(lpips)
    training = {
        **_training(folder, "gan"),
        "perceptual": {"network": "discriminator"},
        "discriminator": {"family": "cells", "learning_rate_factor": 0.5},
    }
    recipe = SearchRecipe(
        name="discriminators",
        training=CandidateTraining(
            recipe=training, seeds=(0, 1), generator_run_folder=str(generators)
        ),
        proxy=msgspec.structs.replace(_proxy(folder), lpips_onnx=str(lpips)),
        space=_DISCRIMINATORS,
        objectives=("lpips",),
        algorithm="random",
        budget=2,
        height_px=64,
        width_px=64,
    )
    return _changed(recipe, changes)


def _proxy(folder: Path) -> ProxyRecipe:
    photos = save_photos(folder / "photos", side_px=80)
    return ProxyRecipe(folder=str(photos), photos=4, crops=2, side_px=16)


def _training(folder: Path, kind: str) -> dict[str, object]:
    return {
        "type": kind,
        "name": "short",
        "data": {
            "folder": str(folder / "photos"),
            "cache_folder": str(folder / "cache"),
            "patch_px": 8,
            "batch_size": 2,
        },
        "schedule": {"steps": 2},
        "generator": {"family": "tpsr", "scale": 4},
        "device": "cpu",
        "sample_photos": 0,
        "validate_every": 2,
        "checkpoint_every": 1,
    }


def _changed(recipe: SearchRecipe, changes: dict[str, object]) -> SearchRecipe:
    tree = {**msgspec.to_builtins(recipe), **msgspec.to_builtins(changes)}
    return msgspec.convert(tree, SearchRecipe, strict=False)
