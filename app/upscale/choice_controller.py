"""Holds the choice of how photos are enlarged, and keeps it in the settings."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from app.services.engine_service import EngineService
from app.state.processing import ProcessingChoice, TargetChoice
from app.state.settings import SettingValue
from app.state.settings_store import SettingsStore
from engine.api import ModelCard


class ChoiceController(QObject):
    """The choice in use.

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
        choice = ProcessingChoice(
            model_id=card.id,
            target=TargetChoice(value=float(card.scale)),
            fidelity=self._kept_fidelity,
        )
        self._choice = engine_service.settled(self._from_settings(choice))
        self._is_remembering = False
        settings.changed.connect(self._on_setting)

    @property
    def choice(self) -> ProcessingChoice:
        """The choice in use."""
        return self._choice

    @property
    def card(self) -> ModelCard:
        """The model in use."""
        return self._engine_service.card(self._choice.model_id)

    @property
    def _kept_fidelity(self) -> float:
        return float(self._settings.value("processing.fidelity"))

    def set_choice(self, choice: ProcessingChoice) -> None:
        """Use another choice and store it in the settings."""
        choice = self._engine_service.settled(choice)
        if choice == self._choice:
            return
        self._choice = choice
        self.changed.emit(choice)
        values: dict[str, SettingValue] = {
            "processing.model": choice.model_id,
            "processing.fidelity": self._kept(choice),
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
            # The last fidelity the user set: a model without one in between leaves it alone.
            choice = replace(self._choice, fidelity=self._kept_fidelity)
            self.set_choice(with_model(choice, previous=self.card, card=cards[position]))

    def take_named(self, model_id: str) -> None:
        """Choose ``model_id`` with its own default fidelity."""
        choice = with_model(
            self._choice, previous=self.card, card=self._engine_service.card(model_id)
        )
        self.set_choice(replace(choice, model_id=model_id, fidelity=None))

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
            back_projection=settings.is_on("processing.back_projection"),
            device=settings.text("processing.device"),
            format=settings.text("output.format"),
            quality=settings.number("output.quality"),
            folder=settings.text("output.folder"),
            name_template=settings.text("output.name_template"),
            collision=settings.text("output.collision"),
            keep_metadata=settings.is_on("output.keep_metadata"),
        )

    def _kept(self, choice: ProcessingChoice) -> float:
        """Return the fidelity to store: a model without one leaves it as it was."""
        return self._kept_fidelity if choice.fidelity is None else choice.fidelity

    @Slot(str)
    def _on_setting(self, key: str) -> None:
        # The settings dialog, or a reset, changed what a choice is made of.
        if self._is_remembering or not key.startswith(("output.", "processing.")):
            return
        choice = self._from_settings(self._choice)
        if key == "processing.model":
            card = self._engine_service.card(self._settings.text(key))
            choice = with_model(choice, previous=self.card, card=card)
        if key == "processing.fidelity":
            choice = replace(choice, fidelity=self._kept_fidelity)
        choice = self._engine_service.settled(choice)
        if choice != self._choice:
            self._choice = choice
            self.changed.emit(choice)


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
