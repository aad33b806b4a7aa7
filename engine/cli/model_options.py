"""Reads the options that choose a model and the values of its dial."""

from __future__ import annotations

from dataclasses import dataclass

from engine.catalog.catalog import Catalog
from engine.cli.output import Output
from engine.core.errors import ConfigError
from engine.inference.network.dial import dial_value
from engine.inference.network.model_source import ModelSource
from engine.inference.network.selection import select_models


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """The models that may run and the values of their dials.

    Attributes:
        models: The models.
        restoration: 0 to 1; None to estimate it from each photo.
        fidelity: 0 (vivid) to 1 (faithful); None for the default of the model.
    """

    models: tuple[ModelSource, ...]
    restoration: float | None
    fidelity: float | None


def choose_model(
    model_id: str | None, *, restoration: str | None, fidelity: float | None, output: Output
) -> ModelChoice:
    """Return the model that the options name, or what replaced it, with a note about that.

    Args:
        model_id: Id of the model; None for the default of every scale.
        restoration: ``auto``, a number from 0 to 1, or None if the option was not given.
        fidelity: 0 to 1; None if the option was not given.
        output: Receives the note.

    Raises:
        ConfigError: If ``restoration`` is neither.
        UnknownNameError: If there is no such model.
        ModelError: If there is no model at all.
    """
    catalog = Catalog.open_default()
    value = read_restoration(restoration)
    alias = catalog.alias(model_id) if model_id is not None else None
    if alias is not None:
        output.event("replaced-model", model=alias.old_id, text=alias.note)
        output.note(alias.note)
        model_id = alias.model_id
        # What the user says counts more than what the old model was.
        value = alias.restoration if restoration is None else value
        fidelity = alias.fidelity if fidelity is None else fidelity
    return ModelChoice(
        models=select_models(catalog, model_id), restoration=value, fidelity=fidelity
    )


def read_restoration(text: str | None) -> float | None:
    """Return the restoration that ``text`` names, None for ``auto`` and where there is no text.

    Raises:
        ConfigError: If it is neither ``auto`` nor a number from 0 to 1.
    """
    if text is None or text == "auto":
        return None
    try:
        return dial_value("restoration", float(text))
    except ValueError as error:
        raise ConfigError(f"restoration={text}: must be auto or a number from 0 to 1") from error
