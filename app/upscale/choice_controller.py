"""Holds the choice of how photos are enlarged, and keeps it in the settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.services.engine_service import EngineService
from app.state.processing import ProcessingChoice, TargetChoice
from app.state.settings import AUTOMATIC, SettingValue
from app.state.settings_store import SettingsStore
from engine.api import ModelCard


class ChoiceController(QObject):
    """The choice in use: for the photo in the viewer, and for photos that are added next.

    Restoration belongs to a photo. Set while one is in the viewer, it holds for that photo as
    long as the window is open; set while there is none, it holds for all photos opened later.

    Signals:
        changed: The new `ProcessingChoice`.
    """

    changed = Signal(object)

    def __init__(
        self, settings: SettingsStore, engine_service: EngineService, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._engine_service = engine_service
        card = engine_service.card(settings.text("processing.model"))
        # Before the choice: what it is depends on them.
        self._photo: Path | None = None
        self._restorations: dict[Path, float | None] = {}
        choice = ProcessingChoice(
            model_id=card.id,
            target=TargetChoice(value=float(card.scale)),
        )
        self._choice = engine_service.settled(self._from_settings(choice))
        self._is_remembering = False
        settings.changed.connect(self._on_setting)
        settings.was_reset.connect(self._on_reset)

    @property
    def choice(self) -> ProcessingChoice:
        """The choice in use."""
        return self._choice

    @property
    def card(self) -> ModelCard:
        """The model in use."""
        return self._engine_service.card(self._choice.model_id)

    @Slot(object)
    def enter_photo(self, path: Path) -> None:
        """Use the restoration of a photo that is about to be shown: its own, if it has one."""
        self._photo = path
        self._take(replace(self._choice, restoration=self._wanted_restoration))

    @Slot()
    def leave_photo(self) -> None:
        """Use the restoration for photos that are opened next."""
        self._photo = None
        self._take(replace(self._choice, restoration=self._wanted_restoration))

    def set_choice(self, choice: ProcessingChoice) -> None:
        """Use another choice and store it in the settings."""
        choice = self._engine_service.settled(choice)
        if choice == self._choice:
            return
        # A model without a dial leaves the values that were set before.
        card = self._engine_service.card(choice.model_id)
        values: dict[str, SettingValue] = {"processing.model": choice.model_id}
        if card.has_fidelity:
            values["processing.fidelity"] = _stored(choice.fidelity)
        if card.has_restoration and choice.restoration != self._choice.restoration:
            if self._photo is None:
                values["processing.restoration"] = _stored(choice.restoration)
            else:
                self._restorations[self._photo] = choice.restoration
        self._take(choice)
        values |= {
            "processing.back_projection": choice.back_projection,
            "output.format": choice.format,
            "output.quality": choice.quality,
            "output.folder": choice.folder,
            "output.name_template": choice.name_template,
            "output.collision": choice.collision,
        }
        # The store reports each key. Until the last one is stored, the settings are a mix of
        # the old and the new choice, which must not be read back.
        self._is_remembering = True
        try:
            for key, value in values.items():
                self._settings.set_value(key, value)
        finally:
            self._is_remembering = False

    def take_model(self, position: int) -> None:
        """Choose a model by its position in the list; a factor equal to the old scale follows."""
        cards = self._engine_service.cards()
        if position < len(cards):
            self.take_named(cards[position].id)

    @Slot(str)
    def take_named(self, model_id: str) -> None:
        """Choose a model by its id; a factor equal to the old scale follows."""
        # What the dials were set to, although a model in between may not have had them.
        choice = replace(
            self._choice,
            restoration=self._wanted_restoration,
            fidelity=self._kept("processing.fidelity"),
        )
        card = self._engine_service.card(model_id)
        self.set_choice(with_model(choice, previous=self.card, card=card))

    def read_models(self) -> None:
        """Use another model if the one in use was removed from the catalog."""
        self._take(self._choice)

    def step_model(self, step: int) -> None:
        """Choose the model ``step`` positions further in the list, which wraps around."""
        ids = [card.id for card in self._engine_service.cards()]
        # The model in use may have been removed from the catalog meanwhile.
        if self.card.id in ids:
            self.take_model((ids.index(self.card.id) + step) % len(ids))

    def _from_settings(self, choice: ProcessingChoice) -> ProcessingChoice:
        settings = self._settings
        return replace(
            choice,
            restoration=self._wanted_restoration,
            fidelity=self._kept("processing.fidelity"),
            back_projection=settings.is_on("processing.back_projection"),
            device=settings.text("processing.device"),
            format=settings.text("output.format"),
            quality=settings.number("output.quality"),
            folder=settings.text("output.folder"),
            name_template=settings.text("output.name_template"),
            collision=settings.text("output.collision"),
            keep_metadata=settings.is_on("output.keep_metadata"),
        )

    @property
    def _wanted_restoration(self) -> float | None:
        """The restoration of the photo in the viewer, or of photos without one of their own."""
        if self._photo is not None and self._photo in self._restorations:
            return self._restorations[self._photo]
        return self._kept("processing.restoration")

    def _kept(self, key: str) -> float | None:
        """Return the stored value of a dial; None leaves it to the photo or to the model."""
        value = float(self._settings.value(key))
        return None if value == AUTOMATIC else value

    def _take(self, choice: ProcessingChoice) -> None:
        choice = self._engine_service.settled(choice)
        if choice != self._choice:
            self._choice = choice
            self.changed.emit(choice)

    @Slot(str)
    def _on_setting(self, key: str) -> None:
        # The settings dialog, or a reset, changed what a choice is made of.
        if self._is_remembering or not key.startswith(("output.", "processing.")):
            return
        choice = self._from_settings(self._choice)
        if key == "processing.model":
            card = self._engine_service.card(self._settings.text(key))
            choice = with_model(choice, previous=self.card, card=card)
        self._take(choice)

    @Slot()
    def _on_reset(self) -> None:
        # What was set for single photos is in no setting.
        self._restorations.clear()
        self._take(self._from_settings(self._choice))


def _stored(value: float | None) -> float:
    return AUTOMATIC if value is None else value


def with_model(
    choice: ProcessingChoice, *, previous: ModelCard, card: ModelCard
) -> ProcessingChoice:
    """Return ``choice`` with another model.

    A factor equal to the scale of the previous model becomes the scale of the new one.
    """
    target = choice.target
    if target.kind == "factor" and target.value == previous.scale:
        target = replace(target, value=float(card.scale))
    return replace(choice, model_id=card.id, target=target)
