"""A supernet, photos and a recipe so small that a search in them takes a second or two."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file

from engine.config.parts import GeneratorRecipe
from engine.config.search import ProxyRecipe, SearchRecipe, SupernetSource
from engine.config.search_file import dump_search
from engine.config.spaces import MfanetSpaceRecipe
from engine.models.generators.mfanet import MfaNet
from engine.runs.run_folder import RunFolder

SPACE = MfanetSpaceRecipe(
    channels=(4, 8),
    blocks=(1, 2),
    inner=(4, 8),
    taps=(False, True),
    last_kernels=(1, 3),
    tail_kernels=(1, 3),
)
_SIZES = GeneratorRecipe(scale=2, channels=8, blocks=2)


def save_photos(folder: Path, *, count: int = 4, side_px: int = 64) -> Path:
    """Write photos of edges and noise, and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(7)
    for number in range(count):
        coarse = random.integers(0, 256, (8, 8, 3), dtype=np.uint8)
        picture = Image.fromarray(coarse).resize((side_px, side_px), Image.Resampling.BICUBIC)
        picture.save(folder / f"{number}.png")
    return folder


def save_supernet(path: Path) -> Path:
    """Write the weights of a supernet whose slices differ in quality, and return the file."""
    torch.manual_seed(3)
    network = MfaNet(scale=2, channels=8, blocks=2, convolution="plain")
    with torch.no_grad():
        for parameter in network.tail.parameters():
            parameter.mul_(0.05)
    weights = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    save_file(weights, path)
    return path


def toy_recipe(folder: Path, **changes: object) -> SearchRecipe:
    """Return the recipe of a search in files that are made in ``folder``."""
    recipe = SearchRecipe(
        name="toy",
        supernet=SupernetSource(
            weights=str(save_supernet(folder / "supernet.safetensors")), generator=_SIZES
        ),
        proxy=ProxyRecipe(
            folder=str(save_photos(folder / "photos")), photos=4, crops=2, side_px=16
        ),
        space=SPACE,
        population=4,
        budget=10,
        height_px=16,
        width_px=16,
    )
    return msgspec.convert(
        {**msgspec.to_builtins(recipe), **msgspec.to_builtins(changes)}, SearchRecipe, strict=False
    )


def toy_run(folder: Path, recipe: SearchRecipe) -> RunFolder:
    """Make the run folder of ``recipe`` in ``folder``."""
    return RunFolder.create_at(folder / "run", recipe_yaml=dump_search(recipe))
