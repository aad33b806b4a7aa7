"""The labels of the two sides of the viewer."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.services.engine_service import EngineService
from app.services.model_names import model_name
from app.state.processing import ProcessingChoice
from app.state.viewer_state import AfterState


class SideLabels(QObject):
    """Labels the sides: how the original is enlarged, and what made the other picture."""

    def __init__(self, engine_service: EngineService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine_service = engine_service

    def before(self, kind: str) -> str:
        """Return the label of the original, shown as ``bicubic`` or as ``nearest``."""
        how = self.tr("bicubic") if kind == "bicubic" else self.tr("original pixels")
        return " \u00b7 ".join([self.tr("Before"), how])

    def after(self, state: AfterState) -> str:
        """Return the label of the enlarged picture, empty if there is none."""
        if state.kind == "none":
            return ""
        parts = [self.tr("After"), *self.made_by(state.choice)]
        if state.kind == "result":
            parts.append(self.tr("finished result"))
        elif state.is_computing:
            parts.append(self.tr("computing\u2026"))
        return " \u00b7 ".join(parts)

    def made_by(self, choice: ProcessingChoice | None) -> list[str]:
        """Return the model of a picture, and the values of its dials."""
        if choice is None:
            return []
        choice = self._engine_service.settled(choice)
        parts = [model_name(self._engine_service.card(choice.model_id))]
        if choice.restoration is not None:
            share = round(choice.restoration * 100)
            parts.append(self.tr("restoration {share} %").format(share=share))
        if choice.fidelity is not None:
            share = round(choice.fidelity * 100)
            parts.append(self.tr("fidelity {share} %").format(share=share))
        if choice.back_projection:
            parts.append(self.tr("matched"))
        return parts
