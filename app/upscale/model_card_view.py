"""A model in a few lines: how costly it is, its license and origin, and measured quality."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.services.model_names import is_imported
from app.state.number_texts import local_numbers
from app.state.shown_names import shown
from app.state.theme import SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.state.tooltips import tip_html
from app.widgets.controls import Fold, flowing_label, text_label
from engine.api import ModelCard


class ModelCardView(QWidget):
    """Shows a `ModelCard`: one line, and more when its details are unfolded.

    Attributes:
        details: What is folded; its button may be placed elsewhere.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_XS_PX)
        self._compared = flowing_label(role="caption")
        layout.addWidget(self._compared)
        layout.addWidget(self._build_badges())
        self.details = Fold(self.tr("Details"), self._build_details())
        layout.addWidget(self.details)

    def _build_details(self) -> QFrame:
        details = QFrame()
        details.setObjectName("card")
        grid = QGridLayout(details)
        grid.setContentsMargins(SPACE_M_PX, SPACE_S_PX, SPACE_M_PX, SPACE_S_PX)
        grid.setHorizontalSpacing(SPACE_M_PX)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        self._cost = text_label(role="caption", wraps=True)
        self._quality = text_label(role="caption", wraps=True)
        self._origin = text_label(role="caption", wraps=True)
        rows = (
            (self.tr("Cost"), self._cost),
            (self.tr("Quality"), self._quality),
            (self.tr("License"), self._origin),
        )
        for row, (name, label) in enumerate(rows):
            title = text_label(name, role="caption")
            grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, row, 1)
        return details

    def _build_badges(self) -> QWidget:
        self._badges = QWidget()
        badges = QHBoxLayout(self._badges)
        badges.setContentsMargins(0, 0, 0, 0)
        badges.setSpacing(SPACE_XS_PX)
        self._scale = text_label(role="badge")
        self._kind = text_label(role="badge")
        self._photos = text_label(role="badge")
        for badge in (self._scale, self._kind, self._photos):
            badges.addWidget(badge)
        badges.addStretch()
        return self._badges

    def show_card(self, card: ModelCard, *, cost: str = "") -> None:
        """Show ``card``, and how much work it is in plain words if that can be said."""
        self._compared.setText(cost)
        self._compared.setVisible(bool(cost))
        self._show_badges(card)
        self._cost.setText(
            self.tr("{params} K weights, {macs} G operations").format(
                params=round(card.params / 1000),
                macs=local_numbers(f"{card.macs.value / 1e9:.1f}"),
            )
        )
        self._cost.setToolTip(
            self.tr("For a photo of {size} pixels").format(
                size=card.macs.input.replace("x", " \u00d7 ")
            )
        )
        # A card has many figures; PSNR-Y is the one that all shipped models have.
        figure = next((q for q in card.quality if q.metric == "psnr_y_db"), None)
        self._quality.setText(
            local_numbers(f"{figure.value:.2f} dB PSNR-Y, {shown(figure.set)}")
            if figure
            else self.tr("not measured")
        )
        self._origin.setText(f"{shown(card.license)} \u00b7 {shown(card.credit)}")
        self.setToolTip(tip_html("\n".join(map(shown, card.limits))))

    def _show_badges(self, card: ModelCard) -> None:
        # The name of a size has its scale, and its dials take the place of kinds.
        self._badges.setVisible(is_imported(card))
        kinds = {"faithful": self.tr("Faithful"), "vivid": self.tr("Vivid")}
        photos = {"bicubic": self.tr("Clean photos"), "real": self.tr("Real photos")}
        self._scale.setText(f"\u00d7{card.scale}")
        self._kind.setText(kinds.get(card.kind or "", ""))
        self._kind.setVisible(card.kind is not None)
        # Imported networks do not say what they were trained on.
        self._photos.setText(photos.get(card.degradation or "", ""))
        self._photos.setVisible(card.degradation is not None)
