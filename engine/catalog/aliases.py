"""What replaced the models of earlier versions, so that scripts and recipes go on working.

This is the only module that knows their ids. Each of them is now a point of a dial.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from engine.catalog.card import ModelFile

_SIZES = ("mfa-xs-x4", "mfa-s-x4", "mfa-m-x4", "mfa-s-x2")
# Suffix of the old id -> restoration (None: estimated from each photo) and fidelity.
_POINTS: dict[str, tuple[float | None, float]] = {
    "classic": (0.0, 1.0),
    "classic-vivid": (0.0, 0.0),
    "photo": (None, 1.0),
    "photo-vivid": (None, 0.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAlias:
    """The point of a dial that replaced a model.

    Attributes:
        old_id: Id of the model of an earlier version.
        model_id: Id of the dial.
        restoration: Its restoration; None is estimated from each photo.
        fidelity: Its fidelity.
    """

    old_id: str
    model_id: str
    restoration: float | None
    fidelity: float

    @property
    def note(self) -> str:
        """What replaced the model, as a sentence for users."""
        restoration = "auto" if self.restoration is None else f"{self.restoration:g}"
        return (
            f"{self.old_id} was replaced by {self.model_id} "
            f"with --restoration {restoration} --fidelity {self.fidelity:g}"
        )


def corner_files(files: Sequence[ModelFile], alias: ModelAlias) -> tuple[ModelFile, ...]:
    """Return the corner of a dial that has the weights of an earlier model, alone in a tuple.

    Models for degraded photos had one amount of restoration: the largest.
    """
    restoration = 1.0 if alias.restoration is None else alias.restoration
    point: tuple[float | None, float | None] = (restoration, alias.fidelity)
    return tuple(file for file in files if (file.restoration, file.fidelity) == point)


def find_alias(model_id: str, installed: Collection[str]) -> ModelAlias | None:
    """Return what replaced ``model_id``, None if nothing did that is ``installed``."""
    alias = _ALIASES.get(model_id)
    return alias if alias is not None and alias.model_id in installed else None


_ALIASES = {
    f"{size}-{suffix}": ModelAlias(
        old_id=f"{size}-{suffix}", model_id=size, restoration=restoration, fidelity=fidelity
    )
    for size in _SIZES
    for suffix, (restoration, fidelity) in _POINTS.items()
}
