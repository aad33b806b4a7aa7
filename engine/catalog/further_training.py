"""From a model to the recipe that trains it further."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.catalog.card import ModelCard
from engine.config.parts import DataRecipe, GeneratorRecipe, ScheduleRecipe
from engine.config.recipe_file import dump_recipe
from engine.config.recipes import PsnrRecipe
from engine.config.search import FinetuneRecipe
from engine.core.errors import ModelError
from engine.core.typed_data import prepared

_CHECKS = 4  # validations and checkpoints of a training


def further_training(card: ModelCard, folder: Path, given: FinetuneRecipe) -> str:
    """Return the recipe, as YAML, that trains a model further.

    Args:
        card: The card of the model, of one file in fp32 and of a network that is trained here.
        folder: Where that file is.
        given: How it is trained.

    Raises:
        ModelError: If its card does not say how to build the network.
    """
    try:
        generator = msgspec.convert(card.architecture.config, prepared(GeneratorRecipe))
    except msgspec.ValidationError as error:
        raise ModelError(
            f"{card.id}: its card does not say how to build the network ({error}), so it cannot "
            "be trained further"
        ) from error
    weights = folder / card.variants[0].files[0].file
    every = max(1, given.steps // _CHECKS)
    recipe = PsnrRecipe(
        name=f"finetune-{card.id}",
        data=DataRecipe(folder=given.folder, patch_px=given.patch_px, batch_size=given.batch_size),
        schedule=ScheduleRecipe(steps=given.steps, learning_rate=given.learning_rate),
        generator=generator,
        init_weights=str(weights),
        precision=given.precision,
        validate_every=every,
        checkpoint_every=every,
    )
    return dump_recipe(recipe)
