"""A model in a few lines: kind, license, origin, cost and measured quality."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.state.number_texts import local_numbers
from app.state.shown_names import shown
from app.state.theme import SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.state.tooltips import tip_html
from app.widgets.controls import Fold, text_label
from engine.api import ModelCard


class ModelCardView(QFrame):
    """Shows a `ModelCard`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_M_PX, SPACE_S_PX, SPACE_M_PX, SPACE_S_PX)
        layout.setSpacing(SPACE_XS_PX)
        badges = QHBoxLayout()
        badges.setSpacing(SPACE_XS_PX)
        self._scale = text_label(role="badge")
        self._kind = text_label(role="badge")
        self._photos = text_label(role="badge")
        for badge in (self._scale, self._kind, self._photos):
            badges.addWidget(badge)
        badges.addStretch()
        layout.addLayout(badges)
        details = QWidget()
        grid = QGridLayout(details)
        grid.setContentsMargins(0, 0, 0, 0)
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
        self.details = Fold(self.tr("Details"), details)
        layout.addWidget(self.details)

    def show_card(self, card: ModelCard) -> None:
        """Show ``card``."""
        kinds = {"faithful": self.tr("Faithful"), "vivid": self.tr("Vivid")}
        photos = {
            "bicubic": self.tr("Clean photos"),
            "real": self.tr("Real photos"),
        }
        self._scale.setText(f"\u00d7{card.scale}")
        # Of a model with a dial its fidelity decides.
        self._kind.setText(kinds.get(card.kind or "", ""))
        self._kind.setVisible(card.kind is not None)
        # Imported networks do not say what they were trained on.
        self._photos.setText(photos.get(card.degradation or "", ""))
        self._photos.setVisible(card.degradation is not None)
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
