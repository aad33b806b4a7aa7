"""Measures candidates: what their weights come from, and the crops that they enlarge."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor
from typing_extensions import override

from engine.config.parts import GeneratorRecipe
from engine.config.search import MetricName, ProxyRecipe, SupernetSource
from engine.config.spaces import MfanetSpaceRecipe
from engine.core.atomic_file import write_bytes_atomic
from engine.core.errors import ConfigError
from engine.data.downsampling import crop_to_multiple, downsample_bicubic
from engine.data.photo_files import LeftOut, find_photos, load_photos
from engine.data.photo_pair import PhotoPair
from engine.evaluation.subnet_quality import ProxyCrops
from engine.imaging.resample.bicubic import resize_bicubic
from engine.inference.network.lpips import Lpips
from engine.models.generators.base import Generator
from engine.models.generators.mfanet import MfaNet
from engine.runs.candidate_files import Measurement
from engine.search.objectives import CostModel
from engine.space.candidate import Candidate
from engine.space.mfanet import MfanetSpace
from engine.space.space import Space
from engine.training.run_network import TrainedSupernet, load_supernet, open_supernet


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureQuality:
    """Measures what can only be seen on pictures.

    Attributes:
        crops: What networks enlarge.
        asked: The metrics that have to be known.
        lpips: Measures ``lpips``, if that is asked for.
    """

    crops: ProxyCrops
    asked: tuple[MetricName, ...]
    lpips: Lpips | None = None

    def measure(self, network: Generator) -> dict[str, float]:
        """Return the metrics of a network by name."""
        found = {}
        if "psnr_y_db" in self.asked:
            found["psnr_y_db"] = self.crops.psnr_y_db(network)
        if self.lpips is not None and "lpips" in self.asked:
            pairs = self.crops.pictures(network)
            found["lpips"] = float(np.mean([self.lpips.distance(sr, hr) for sr, hr in pairs]))
        return found

    def of_bicubic(self, scale: int) -> dict[str, float]:
        """Return the metrics of bicubic enlargement."""
        return self.measure(_Bicubic(scale))


class Evaluator(Protocol):
    """Measures the candidates of a search."""

    @property
    def space(self) -> Space:
        """What candidates are drawn from."""
        ...

    @property
    def scale(self) -> int:
        """Factor between LR and SR sides."""
        ...

    @property
    def costs(self) -> CostModel:
        """What follows from the layers of a candidate."""
        ...

    @property
    def quality(self) -> PictureQuality:
        """What is measured on pictures."""
        ...

    @property
    def origin(self) -> str:
        """Where the weights of a candidate come from, in words."""
        ...

    def measure(self, candidate: Candidate) -> Measurement:
        """Return the metrics of a candidate.

        Raises:
            JobCancelled: If it was stopped from outside.
        """
        ...

    def network(self, candidate: Candidate) -> Generator:
        """Return the generator of a candidate with the weights it is measured with.

        Raises:
            ConfigError: If it has none yet.
        """
        ...

    def sizes(self, candidate: Candidate) -> GeneratorRecipe:
        """Return the recipe that builds the generator of a candidate."""
        ...

    def training(self, candidate: Candidate) -> Path | None:
        """Return the run folder that the weights of a candidate come from, if it has one."""
        ...


def reference_point(evaluator: Evaluator) -> dict[str, float]:
    """Return the metrics of the reference point of hypervolumes.

    Quality is that of bicubic enlargement, cost that of the largest candidate.
    """
    costs = evaluator.costs.measure(evaluator.space.largest)
    return costs | evaluator.quality.of_bicubic(evaluator.scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupernetEvaluator(Evaluator):
    """Measures candidates with the weights that they inherit from a supernet.

    Attributes:
        supernet: The supernet and its space.
        costs: What follows from the layers of candidates.
        quality: What is measured on pictures.
        fits_tail: Whether tails are fitted again first.
    """

    supernet: TrainedSupernet
    costs: CostModel
    quality: PictureQuality
    fits_tail: bool = False

    @property
    @override
    def space(self) -> MfanetSpace:
        return self.supernet.space

    @property
    @override
    def scale(self) -> int:
        return self.space.scale

    @property
    @override
    def origin(self) -> str:
        fitted = ", with the tail fitted again" if self.fits_tail else ""
        return f"inherited from a supernet{fitted}"

    @override
    def measure(self, candidate: Candidate) -> Measurement:
        started_s = time.perf_counter()
        metrics = self.costs.measure(candidate)
        metrics |= self.quality.measure(self.network(candidate))
        return Measurement(metrics=metrics, seconds=round(time.perf_counter() - started_s, 4))

    @override
    def network(self, candidate: Candidate) -> MfaNet:
        network = self.supernet.cut(self.space.sizes(candidate))
        # Channels last, as exported networks are run: the faster layout, and the same sums.
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return self.quality.crops.fit(network) if self.fits_tail else network

    @override
    def sizes(self, candidate: Candidate) -> GeneratorRecipe:
        return self.space.generator(candidate)

    @override
    def training(self, candidate: Candidate) -> Path | None:
        return None


def open_trained_supernet(
    source: SupernetSource, choices: MfanetSpaceRecipe | None
) -> TrainedSupernet:
    """Load the supernet of a search.

    Args:
        source: Where it comes from.
        choices: The networks to choose from; those that it was trained with if not given.

    Raises:
        ConfigError: If it cannot be loaded or does not contain the choices.
    """
    if source.weights is not None:
        assert choices is not None
        return open_supernet(source.weights, choices, generator=source.generator)
    assert source.run_folder is not None
    trained = load_supernet(Path(source.run_folder))
    if choices is None:
        return trained
    space = MfanetSpace(choices, scale=trained.space.scale)
    space.check_inside(trained.supernet.largest)
    return TrainedSupernet(supernet=trained.supernet, space=space)


def open_proxy(
    recipe: ProxyRecipe, *, scale: int, kept: Path | None = None, is_fresh: bool = False
) -> ProxyCrops:
    """Return the crops that candidates are measured on.

    Args:
        recipe: Which crops.
        scale: Factor between LR and SR sides.
        kept: File with a copy of the crops, which decoding the photos takes longer than; written
            if it is missing.
        is_fresh: Whether the photos are read even if there is a copy.

    Raises:
        ConfigError: If the folder has too few photos that are large enough.
    """
    is_bf16 = recipe.precision == "bf16"
    if kept is not None and kept.is_file() and not is_fresh:
        with suppress(OSError, SafetensorError, ConfigError):
            return ProxyCrops.of_tensors(load_file(kept), is_bf16=is_bf16)
    pairs = _proxy_photos(recipe, scale=scale)
    crops = ProxyCrops(
        pairs[0::2],
        pairs[1::2],
        count=recipe.crops,
        side_px=recipe.side_px,
        seed=recipe.seed,
        is_bf16=is_bf16,
    )
    if kept is not None and not kept.is_file():
        write_bytes_atomic(kept, save(crops.tensors()))
    return crops


def _proxy_photos(recipe: ProxyRecipe, *, scale: int) -> list[PhotoPair]:
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
    return pairs


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
