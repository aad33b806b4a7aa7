"""Cards, sessions and rasters for tests of inference."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.catalog.card import (
    Architecture,
    Cost,
    Dial,
    Kind,
    ModelCard,
    ModelFile,
    Precision,
    TensorSpec,
    TileHint,
    Variant,
)
from engine.core.file_hash import hash_file
from engine.core.images import ImageF32, ImageUint
from engine.imaging.raster import Raster
from engine.inference.job.layers import Layers
from engine.inference.network.model_source import ModelSource
from engine.inference.network.providers import CPU, Provider
from engine.inference.network.session import SessionSpec
from tests.helpers.tiny_onnx import RECEPTIVE_FIELD_PX, write_tiny_onnx

Batch = NDArray[np.float32]


def tiny_card(
    *,
    model_id: str = "tiny",
    scale: int = 2,
    channels: int = 3,
    kind: Kind = "faithful",
    precisions: tuple[Precision, ...] = ("fp32",),
    size_multiple: int = 1,
    min_side_px: int = 1,
    best_px: int = 32,
) -> ModelCard:
    """Return the card of a network of `write_tiny_onnx`."""
    wide: Literal[1, 3] = 1 if channels == 1 else 3
    return ModelCard(
        id=model_id,
        name="Tiny",
        version="1",
        scale=scale,
        kind=kind,
        license="Apache-2.0",
        credit="made in a test",
        architecture=Architecture(family="tiny"),
        params=1000,
        macs=Cost(input="256x256", value=65_536_000),
        receptive_field_px=RECEPTIVE_FIELD_PX,
        size_multiple=size_multiple,
        min_side_px=min_side_px,
        tile=TileHint(overlap_px=3, best_px=best_px),
        input=TensorSpec(name="lr", channels=wide),
        output=TensorSpec(name="sr", channels=wide),
        variants=tuple(
            Variant(
                precision=precision,
                files=(ModelFile(file=f"{model_id}-{precision}.onnx", sha256="0" * 64, bytes=1),),
                loss_db=0.0 if precision == "fp32" else 0.01,
                relative_speed={"fp32": 1.0, "fp16": 0.9, "int8": 3.0}[precision],
            )
            for precision in precisions
        ),
    )


def tiny_model(
    folder: Path,
    *,
    model_id: str = "tiny",
    scale: int = 2,
    channels: int = 3,
    kind: Kind = "faithful",
    seed: int = 0,
    strength: float = 0.05,
) -> ModelSource:
    """Write a network and return it with its card."""
    card = tiny_card(model_id=model_id, scale=scale, channels=channels, kind=kind)
    path = folder / card.files[0].file
    write_tiny_onnx(path, scale=scale, channels=channels, seed=seed, strength=strength)
    return ModelSource(card=with_file(card, path), folder=folder)


def tiny_dial(
    folder: Path,
    *,
    model_id: str = "dial",
    scale: int = 2,
    axes: tuple[str, ...] = ("restoration", "fidelity"),
    strength: float = 0.05,
) -> ModelSource:
    """Write the corners of a dial and return it with its card."""
    files = []
    for number, values in enumerate(itertools.product((0, 1), repeat=len(axes))):
        corner = dict(zip(axes, values, strict=True))
        name = "".join(f"{axis[0]}{value}" for axis, value in corner.items())
        path = write_tiny_onnx(
            folder / f"{model_id}-{name}.onnx", scale=scale, seed=number, strength=strength
        )
        files.append(msgspec.structs.replace(model_file(path), **corner))
    plain = tiny_card(model_id=model_id, scale=scale)
    variant = msgspec.structs.replace(plain.variants[0], files=tuple(files))
    card = msgspec.structs.replace(plain, kind=None, dial=Dial(), variants=(variant,))
    return ModelSource(card=card, folder=folder)


def model_file(path: Path) -> ModelFile:
    """Return the entry of a file for a card."""
    return ModelFile(file=path.name, sha256=hash_file(path), bytes=path.stat().st_size)


def with_file(card: ModelCard, path: Path) -> ModelCard:
    """Return ``card`` with the one file ``path`` for its first precision."""
    variant = msgspec.structs.replace(card.variants[0], files=(model_file(path),))
    return msgspec.structs.replace(card, variants=(variant,))


def enlarge_nearest(batch: Batch, scale: int = 2) -> Batch:
    """Return each pixel of a batch ``scale`` times in each direction."""
    return batch.repeat(scale, axis=2).repeat(scale, axis=3)


class FakeSession:
    """A session that does what the test says."""

    def __init__(self, behave: Callable[[Batch], Batch], provider: Provider = CPU) -> None:
        self.provider = provider
        self.shapes: list[tuple[int, ...]] = []
        self._behave = behave

    def run(self, batch: Batch) -> Batch:
        """Note the shape and do it."""
        self.shapes.append(batch.shape)
        return self._behave(batch)


def opener(**sessions: FakeSession) -> Callable[[SessionSpec], FakeSession]:
    """Return a session opener that takes the session named like the file's precision."""

    def open_fake(spec: SessionSpec) -> FakeSession:
        name = spec.files[0].path.stem.rsplit("-", 1)[-1]
        return sessions.get(f"{name}_{spec.provider.name}") or sessions[name]

    return open_fake


def layers_of(color: ImageUint, folder: Path, alpha: ImageUint | None = None) -> Layers:
    """Return rasters that hold the given pixel values."""

    def raster(pixels: ImageUint) -> Raster:
        height_px, width_px, channels = pixels.shape
        made = Raster.create(
            height_px=height_px,
            width_px=width_px,
            channels=channels,
            dtype=pixels.dtype,
            scratch_folder=folder,
        )
        made.write(made.whole, pixels)
        return made

    return Layers(color=raster(color), alpha=None if alpha is None else raster(alpha))


def soft_picture(height_px: int, width_px: int, *, channels: int = 3, seed: int = 0) -> ImageF32:
    """Return a random picture without hard black and white, float32."""
    rng = np.random.default_rng(seed)
    return rng.uniform(0.2, 0.8, (height_px, width_px, channels)).astype(np.float32)
