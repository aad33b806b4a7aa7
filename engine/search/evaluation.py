"""Measures candidates with the weights that they inherit from a supernet."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from typing_extensions import override

from engine.config.search import ProxyRecipe, SearchRecipe
from engine.core.errors import ConfigError
from engine.data.downsampling import crop_to_multiple, downsample_bicubic
from engine.data.photo_files import LeftOut, find_photos, load_photos
from engine.data.photo_pair import PhotoPair
from engine.evaluation.picture_metrics import Lpips
from engine.evaluation.subnet_quality import ProxyCrops
from engine.imaging.resample.bicubic import resize_bicubic
from engine.models.generators.base import Generator
from engine.models.generators.mfanet import MfaNet
from engine.runs.candidate_files import Measurement
from engine.search.objectives import CostModel, Objectives
from engine.space.candidate import Candidate
from engine.space.mfanet import MfanetSpace
from engine.training.run_network import TrainedSupernet, load_supernet, open_supernet


@dataclass(frozen=True, slots=True, kw_only=True)
class SupernetEvaluator:
    """Measures candidates of a supernet.

    Attributes:
        supernet: The supernet and its space.
        crops: What candidates enlarge.
        costs: What follows from their layers.
        objectives: What has to be known of them.
        lpips: Measures ``lpips``, if that is asked for.
        fits_tail: Whether tails are fitted again first.
    """

    supernet: TrainedSupernet
    crops: ProxyCrops
    costs: CostModel
    objectives: Objectives
    lpips: Lpips | None = None
    fits_tail: bool = False

    def measure(self, candidate: Candidate) -> Measurement:
        """Return the metrics of a candidate."""
        started_s = time.perf_counter()
        metrics = self.costs.measure(candidate)
        metrics |= self._quality(self.network(candidate))
        return Measurement(metrics=metrics, seconds=round(time.perf_counter() - started_s, 4))

    def network(self, candidate: Candidate) -> MfaNet:
        """Return a candidate with the weights it is measured with."""
        network = self.supernet.cut(self.supernet.space.sizes(candidate))
        # Channels last, as exported networks are run: the faster layout, and the same sums.
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return self.crops.fit(network) if self.fits_tail else network

    def worst(self) -> dict[str, float]:
        """Return the metrics of the reference point of hypervolumes.

        Quality is that of bicubic enlargement, cost that of the largest candidate.
        """
        costs = self.costs.measure(self.supernet.space.largest)
        return costs | self._quality(_Bicubic(self.supernet.space.scale))

    def _quality(self, network: Generator) -> dict[str, float]:
        asked = self.objectives.asked
        found = {}
        if "psnr_y_db" in asked:
            found["psnr_y_db"] = self.crops.psnr_y_db(network)
        if self.lpips is not None and "lpips" in asked:
            pairs = self.crops.pictures(network)
            found["lpips"] = float(np.mean([self.lpips.distance(sr, hr) for sr, hr in pairs]))
        return found


def open_trained_supernet(recipe: SearchRecipe) -> TrainedSupernet:
    """Load the supernet of a search.

    Raises:
        ConfigError: If it cannot be loaded or does not contain the space of the recipe.
    """
    source = recipe.supernet
    if source.weights is not None:
        assert recipe.space is not None
        return open_supernet(source.weights, recipe.space, generator=source.generator)
    assert source.run_folder is not None
    trained = load_supernet(Path(source.run_folder))
    if recipe.space is None:
        return trained
    space = MfanetSpace(recipe.space, scale=trained.space.scale)
    space.check_inside(trained.supernet.largest)
    return TrainedSupernet(supernet=trained.supernet, space=space)


def open_proxy(recipe: ProxyRecipe, *, scale: int) -> ProxyCrops:
    """Cut the crops that candidates are measured on.

    Raises:
        ConfigError: If the folder has too few photos that are large enough.
    """
    folder = Path(recipe.folder)
    paths = find_photos(folder)
    # Shuffled: neighbors in a folder are often of one motif.
    order = np.random.default_rng(recipe.seed).permutation(len(paths)).tolist()
    left_out: list[LeftOut] = []
    pairs = []
    for _, pixels in load_photos([paths[number] for number in order], folder, left_out):
        hr = crop_to_multiple(pixels, scale)
        if min(hr.shape[:2]) // scale >= recipe.side_px:
            pairs.append(PhotoPair(hr=hr, lr=downsample_bicubic(hr, scale)))
        if len(pairs) == recipe.photos:
            break
    if len(pairs) < recipe.photos:
        raise ConfigError(
            f"{folder}: {len(pairs)} photos have sides of at least {recipe.side_px * scale} "
            f"pixels, but proxy.photos={recipe.photos}; name another folder or fewer photos"
        )
    return ProxyCrops(
        pairs[0::2],
        pairs[1::2],
        count=recipe.crops,
        side_px=recipe.side_px,
        seed=recipe.seed,
        is_bf16=recipe.precision == "bf16",
    )


class _Bicubic(Generator):
    """Bicubic enlargement, in the shape of a network."""

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale

    @override
    def forward(self, lr: Tensor) -> Tensor:
        height_px, width_px = (side * self.scale for side in lr.shape[2:])
        made = [
            resize_bicubic(picture.permute(1, 2, 0).numpy(), height_px=height_px, width_px=width_px)
            for picture in lr
        ]
        return torch.from_numpy(np.stack(made)).permute(0, 3, 1, 2)
