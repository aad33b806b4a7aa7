"""The training methods, by the kind of their recipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import torch

from engine.config.recipes import (
    DistillRecipe,
    GanRecipe,
    MfaganRecipe,
    OmgdRecipe,
    PsnrRecipe,
    QuantizeRecipe,
    SlimRecipe,
    SupernetRecipe,
    TrainRecipe,
)
from engine.training.method import MethodContext, TrainingMethod
from engine.training.methods.distill import DistillMethod
from engine.training.methods.gan import GanMethod
from engine.training.methods.mfagan import MfaganMethod
from engine.training.methods.omgd import OmgdMethod
from engine.training.methods.psnr import PsnrMethod
from engine.training.methods.quantize import QuantizeMethod
from engine.training.methods.slim import SlimMethod
from engine.training.methods.supernet import SupernetMethod
from engine.training.run_generator import build_run_generator

_CPU = torch.device("cpu")


def check_method(recipe: TrainRecipe) -> None:
    """Check that the method of ``recipe`` can be built, before anything else is made.

    Raises:
        ConfigError: If the recipe names no teacher, or something that is missing or does not fit.
    """
    # On the CPU and thrown away: the point is the errors. The EMA network is not needed for them.
    generator = build_run_generator(recipe)
    build_method(recipe, MethodContext(generator=generator, averaged=generator, device=_CPU))


def build_method(recipe: TrainRecipe, context: MethodContext) -> TrainingMethod:
    """Return the training method of ``recipe``.

    Raises:
        ConfigError: If the recipe names something that is missing or does not fit.
    """
    return _METHODS[type(recipe)](recipe, context)


def _psnr(recipe: PsnrRecipe, context: MethodContext) -> TrainingMethod:
    return PsnrMethod(context, clip_norm=recipe.clip_norm, error=recipe.error, color=recipe.color)


_METHODS: Final[Mapping[type[TrainRecipe], Callable[[Any, MethodContext], TrainingMethod]]] = {
    PsnrRecipe: _psnr,
    GanRecipe: GanMethod,
    DistillRecipe: DistillMethod,
    MfaganRecipe: MfaganMethod,
    OmgdRecipe: OmgdMethod,
    SlimRecipe: SlimMethod,
    QuantizeRecipe: QuantizeMethod,
    SupernetRecipe: SupernetMethod,
}
