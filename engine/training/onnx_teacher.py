"""Any ONNX network as a teacher: examined like an import, run by the product's own inference."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np

from engine.catalog.card import ModelCard, Variant
from engine.catalog.card_file import read_card
from engine.catalog.model_file import check_hash
from engine.config.parts import TeacherRecipe
from engine.core.cancellation import CancelToken
from engine.core.errors import BadCardError, ConfigError, RangeUnsureError
from engine.core.file_hash import hash_file
from engine.core.images import ImageU8
from engine.data.teacher_pictures import PictureMaker, picture_key
from engine.imaging.raster import Raster
from engine.inference.job.layers import Layers
from engine.inference.job.tile_size import plan_tile_px
from engine.inference.job.tiled import TiledRunner
from engine.inference.network.model_source import ModelSource
from engine.inference.network.network_upscaler import NetworkUpscaler
from engine.inference.network.providers import AUTO, CPU, select_provider
from engine.inference.network.selection import plan_network
from engine.inference.network.self_ensemble import SelfEnsemble
from engine.inference.network.session import find_providers
from engine.inference.network.upscaler import Upscaler
from engine.probing.importing import ImportRequest, check_sure, describe_network
from engine.probing.process import inspect_network, probe_network

# Not what is free at the moment: a picture that is made again must have the same tiles, or
# a few of its pixels might be rounded differently. Without enough memory, tiles are halved.
_TILE_BUDGET_BYTES = 400 * 2**20
_CARD_ID = "teacher"


def check_onnx_teacher(recipe: TeacherRecipe, *, scale: int) -> None:
    """Check that the file of an ONNX teacher can be used for a student of ``scale``.

    Raises:
        ConfigError: If it is missing or of another scale.
        ModelRefusedError: If it is not a super-resolution network that can be run.
    """
    path = _path(recipe)
    card = _card_beside(path)
    own = card.scale if card else inspect_network(path).scale
    if own != scale:
        raise ConfigError(
            f"teacher.onnx={path}: enlarges by {own} but the student by {scale}; "
            f"--set generator.scale={own} trains a student of its scale"
        )


def onnx_picture_maker(recipe: TeacherRecipe, *, device: str, threads: int) -> PictureMaker:
    """Return what makes the pictures of an ONNX teacher; it is loaded when first needed.

    Args:
        recipe: Names the file.
        device: ``cpu`` for the CPU, else the best that ONNX Runtime finds.
        threads: CPU threads; 0 uses all cores.

    Raises:
        ConfigError: If there is no such file.
    """
    path = _path(recipe)
    # The values that a card states decide the pictures; detected ones follow from the file.
    card = None if recipe.value_range else _card_beside(path)
    ranges = (card.input.range, card.output.range) if card else recipe.value_range
    network = _Network(recipe, device=device, threads=threads)
    return PictureMaker(
        name=path.name,
        key=picture_key(hash_file(path), ranges, recipe.self_ensemble),
        enlarge=network.enlarge,
    )


class _Network:
    """The network of a teacher, which is examined and loaded for the first picture."""

    def __init__(self, recipe: TeacherRecipe, *, device: str, threads: int) -> None:
        self._recipe = recipe
        self._device = device
        self._threads = threads

    def enlarge(self, lr: ImageU8, token: CancelToken) -> ImageU8:
        """Return the teacher's picture of ``lr``."""
        upscaler, card = self._loaded
        tile_px = plan_tile_px(card, upscaler, budget_bytes=_TILE_BUDGET_BYTES)
        height_px, width_px = (side * upscaler.scale for side in lr.shape[:2])
        source = _raster(height_px=lr.shape[0], width_px=lr.shape[1])
        target = _raster(height_px=height_px, width_px=width_px)
        with source, target:
            source.write(source.whole, lr)
            runner = TiledRunner(upscaler=upscaler, tile_px=tile_px, token=token)
            runner.run(Layers(color=source), Layers(color=target))
            return np.asarray(target.read(target.whole), dtype=np.uint8)

    @cached_property
    def _loaded(self) -> tuple[Upscaler, ModelCard]:
        path = _path(self._recipe)
        card = None if self._recipe.value_range else _card_beside(path)
        card = card or _examined(path, self._recipe)
        provider = CPU if self._device == "cpu" else select_provider(AUTO, find_providers())
        plan = plan_network(
            ModelSource(card=card, folder=path.parent),
            provider=provider,
            thread_count=self._threads,
        )
        network = NetworkUpscaler(plan)
        return (SelfEnsemble(network) if self._recipe.self_ensemble else network), card


def _raster(*, height_px: int, width_px: int) -> Raster:
    # In memory whatever its size, as the photo is that was decoded for the same cache.
    return Raster.create(
        height_px=height_px,
        width_px=width_px,
        channels=3,
        dtype=np.uint8,
        scratch_folder=Path(),
        memory_limit_bytes=sys.maxsize,
    )


def _path(recipe: TeacherRecipe) -> Path:
    path = Path(recipe.onnx or "")
    if not path.is_file():
        raise ConfigError(
            f"teacher.onnx={recipe.onnx}: there is no such file; name the ONNX file of a network"
        )
    return path


def _card_beside(path: Path) -> ModelCard | None:
    """Return the card of the network in ``path``, with this file alone, if it has one.

    Raises:
        BadCardError: If the card describes another file of this name.
    """
    card = None
    # Another JSON file of that name is not about the network.
    with suppress(BadCardError):
        card = read_card(path.with_suffix(".json"))
    # A corner of a dial is named differently from its card, so it is examined like any file.
    own = [v for v in card.variants if v.files[0].file == path.name] if card else []
    if card is None or not own:
        return None
    check_hash(own[0].files[0], path.parent)
    return _with_variant(card, own[0])


def _examined(path: Path, recipe: TeacherRecipe) -> ModelCard:
    request = ImportRequest(path=path, value_range=recipe.value_range)
    probe = probe_network(path, value_range=recipe.value_range)
    if recipe.value_range is None:
        try:
            check_sure(path, probe.found.guesses)
        except RangeUnsureError as error:
            raise ConfigError(
                f"teacher.onnx={path}: its values of black and white are uncertain; name them: "
                "--set teacher.value_range=[0,1], [0,255] or [-1,1]"
            ) from error
    card = describe_network(request, probe, model_id=_CARD_ID)
    (file,) = card.variants[0].files
    file = msgspec.structs.replace(file, file=path.name)
    return _with_variant(card, msgspec.structs.replace(card.variants[0], files=(file,)))


def _with_variant(card: ModelCard, variant: Variant) -> ModelCard:
    return msgspec.structs.replace(card, variants=(variant,))
